"""What the one who acts may see of issues, in values that the planner can count.

The policies say it already (`storage/sql/scope_policies.sql`), by functions whose answers the planner does not know
when it chooses a way to the rows: for a worker with three hundred matters among three hundred thousand it reads them
all. A query that names the same grids and areas once more finds them by their index. It only narrows: the policies
hold behind it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, or_, text

from gis.storage.tables import issue

_REACH = text("SELECT scope_all(), scope_communities(), scope_grids(), scope_groups(), acting_account()")


Reach = tuple[bool, tuple[int, ...], tuple[int, ...], tuple[int, ...], int | None]
"""Whether the actor sees all; the ids of the communities, grids and groups in scope; the account."""


def reach_now(connection: Connection) -> Reach:
    """What decides which issues the actor sees: of two actors with the same, both see the same."""
    everything, communities, grids, groups, account = connection.execute(_REACH).one()
    return everything, tuple(communities), tuple(grids), tuple(groups), account


def in_reach(connection: Connection) -> list[ColumnElement[bool]]:
    """The issues of the actor's areas, grids and groups, and of the actor's own entering; empty for who sees all."""
    everything, communities, grids, groups, account = reach_now(connection)
    if everything:
        return []
    arms: list[ColumnElement[Any]] = [
        column == func.any(list(ids))
        for column, ids in (
            (issue.c.community_id, communities),
            (issue.c.grid_id, grids),
            (issue.c.group_id, groups),
        )
        if ids
    ]
    if account is not None:
        arms.append(issue.c.account_id == account)
    return [or_(*arms) if arms else false()]
