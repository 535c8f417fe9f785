"""The lists of the dispatcher's desk: what waits for somebody, and why."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, and_, func, select

from gis.issues.filters import IssueFilter, conditions, nearly_due, overdue
from gis.issues.query import Issue, issues
from gis.issues.suspected import suspected
from gis.storage.tables import issue

A_LIST = 60
"""Matters that a list shows; those that follow come up as these are done."""

_NARROWED: dict[str, IssueFilter] = {
    "unlocated": IssueFilter(status="open", located=False, doubtful=False),
    "doubtful": IssueFilter(status="open", doubtful=True),
    "overdue": IssueFilter(due="overdue"),
    "soon": IssueFilter(due="soon"),
    "duplicates": IssueFilter(status="open"),
    "new": IssueFilter(status="reported", located=True, doubtful=False),
}
LISTS = tuple(_NARROWED)
"""The lists in the order of the desk. `duplicates` may repeat an earlier open matter; `new` nobody has taken up."""
_LATEST_FIRST = ("duplicates", "new")


def desk_counts(connection: Connection, community: str | None) -> dict[str, int]:
    """How many matters wait in each list, also those of no community: nobody would see them otherwise."""
    waiting = IssueFilter(community=community, or_no_community=True, status="open")
    nowhere, doubtful = issue.c.grid_id.is_(None), issue.c.doubt.is_not(None)
    query = select(
        func.count().filter(and_(nowhere, ~doubtful)),
        func.count().filter(doubtful),
        func.count().filter(overdue()),
        func.count().filter(nearly_due()),
        func.count().filter(and_(issue.c.status == "reported", ~nowhere, ~doubtful)),
    ).where(*conditions(connection, waiting))
    unlocated, in_doubt, late, soon, new = connection.execute(query).one()
    repeated = len(suspected(connection, waiting))
    return dict(zip(LISTS, (unlocated, in_doubt, late, soon, repeated, new), strict=True))


def desk_list(connection: Connection, name: str, community: str | None) -> list[Issue]:
    """The first `A_LIST` matters of one of the `LISTS`: what has waited longest, or what came last."""
    chosen = replace(_NARROWED[name], community=community, or_no_community=True)
    if name == "duplicates":
        chosen = replace(chosen, ids=tuple(suspected(connection, chosen)))
    found, _ = issues(connection, chosen, limit=A_LIST, oldest_first=name not in _LATEST_FIRST)
    return found
