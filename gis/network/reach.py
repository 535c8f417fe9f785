"""Of what is told: the communities, the grid and the moment that were asked for, and what who acts may see of them.

A group is seen in its area and by who holds a post in it. A house is seen in its area, in a grid in which who acts
holds a post, and where a group that is seen covers it. `sql/scope.sql` has what these are made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, cast, func, or_, select

from gis.boundaries.areas import community_id
from gis.errors import Fault, InvalidInput, said
from gis.storage.tables import area, building, grid, online_group

WEEKS = 12
"""How far back a group's activity is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFilter:
    """What a reader asks for: codes, or None for all.

    Covers and posts are those of the day that it is at the moment `at` where the community is. Activity is counted up
    to `until`, the end of a day there, and a group is silent without a matter in `silent_days` before it.
    """

    community: str | None = None
    area: str | None = None
    grid: str | None = None
    at: datetime
    until: datetime
    silent_days: int = 30

    @property
    def silent_since(self) -> datetime:
        return self.until - timedelta(days=self.silent_days)

    @property
    def active_since(self) -> datetime:
        return self.until - timedelta(weeks=WEEKS)


@dataclass(frozen=True, slots=True)
class Reach:
    """The ids of the communities that were asked for, and of what who acts may see: whole communities, single
    groups, single buildings. `grid` is the code of the grid that all is narrowed to."""

    asked: list[int]
    communities: list[int]
    groups: list[int]
    buildings: list[int]
    grid: str | None

    def sees_group(self) -> ColumnElement[bool]:
        """A condition on `online_group`."""
        return or_(
            online_group.c.community_id == func.any(self.communities),
            online_group.c.id == func.any(self.groups),
        ) & (online_group.c.community_id == func.any(self.asked))

    def sees_building(self) -> ColumnElement[bool]:
        """A condition on `building`, without the houses that a group covers."""
        return or_(
            building.c.community_id == func.any(self.communities),
            building.c.id == func.any(self.buildings),
        )


def reach(connection: Connection, chosen: NetworkFilter) -> Reach:
    """What who acts may see of what was asked for.

    Raises InvalidInput, with every fault, for a community, area or grid that does not exist.
    """
    faults: list[Fault] = []
    query = select(area.c.id).where(area.c.level == "community")
    try:
        community = community_id(connection, chosen.community)
        query = query if community is None else query.where(area.c.id == community)
    except InvalidInput as error:
        faults.extend(error.faults)
    if chosen.area is not None:
        query = query.where(area.c.id.in_(_below(chosen.area)))
        if connection.scalar(select(area.c.id).where(area.c.code == chosen.area)) is None:
            faults.append(Fault("area", "unknown_area", said("there is no area {code!r}", code=chosen.area)))
    asked = [] if faults else list(connection.scalars(query))
    if chosen.grid is not None and not faults:
        known = select(grid.c.id).where(grid.c.code == chosen.grid, grid.c.community_id == func.any(asked)).limit(1)
        if connection.scalar(known) is None:
            faults.append(Fault("grid", "unknown_grid", said("there is no grid {code!r}", code=chosen.grid)))
    if faults:
        raise InvalidInput(faults)
    seen = connection.execute(select(func.scope_communities(), func.scope_groups(), func.scope_buildings())).one()
    return Reach(asked, list(seen[0]), list(seen[1]), list(seen[2]), chosen.grid)


def day_at(at: datetime) -> ColumnElement[Any]:
    """The calendar day that it is at a moment by the clock of `area`, which the query joins."""
    return cast(func.timezone(area.c.time_zone, at), Date)


def _below(code: str) -> Any:
    """The ids of an area and of everything below it."""
    tree = select(area.c.id).where(area.c.code == code).cte("tree", recursive=True)
    return select(tree.union(select(area.c.id).join(tree, area.c.parent_id == tree.c.id)).c.id)
