"""The online groups on a day: what each covers, who of 三员一长 (three staff and one head) serves, how alive it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis.network.activity import Activity, activities
from gis.network.cover import House
from gis.network.reach import NetworkFilter, Reach, day_at
from gis.storage.reading import holds_at
from gis.storage.tables import ROLES, area, building, grid, group_building, group_grid, online_group, post, worker

Problem = Literal["missing_role", "silent", "spanning", "no_cover"]
"""What can be wrong with a group: a role that nobody holds, no matter for long, several grids, nothing covered."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A role that a worker holds in a group, from a day up to, not including, another."""

    role: str
    worker_code: str
    worker_name: str
    stand_in: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """One online group on a day.

    `grid_codes` and `building_ids` are what its covers name; `reaches` are the codes of the grids in which they lie.
    `homes` are the households of each house that it covers, exactly.
    """

    id: int
    community: str
    code: str
    name: str
    grid_codes: tuple[str, ...]
    building_ids: tuple[str, ...]
    reaches: tuple[str, ...]
    homes: tuple[int, ...]
    seats: tuple[Seat, ...]
    activity: Activity
    silent_since: datetime

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles of 三员一长 that nobody holds."""
        held = {seat.role for seat in self.seats}
        return tuple(role for role in ROLES if role not in held)

    @property
    def silent(self) -> bool:
        return self.activity.last_at is None or self.activity.last_at <= self.silent_since

    @property
    def spans(self) -> bool:
        return len(self.reaches) > 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        told: dict[Problem, bool] = {
            "missing_role": bool(self.missing),
            "silent": self.silent,
            "spanning": self.spans,
            "no_cover": not (self.grid_codes or self.building_ids),
        }
        return tuple(problem for problem, holds in told.items() if holds)


def groups(
    connection: Connection,
    chosen: NetworkFilter,
    seen: Reach,
    houses: Iterable[House],
    *,
    code: str | None = None,
) -> list[Group]:
    """The groups in reach by community and code, or those with one code; `houses` are those of `cover.houses`.

    Narrowed to a grid, those that reach it.
    """
    query = _groups(chosen).where(seen.sees_group())
    if code is not None:
        query = query.where(online_group.c.code == code)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    seats, active = _seats(connection, ids, chosen), activities(connection, ids, chosen)
    homes, through_houses = _reached(houses)
    found = []
    for row in rows:
        id, community, own, name, grids, buildings = row
        key = (community, own)
        reaches = sorted({*(grids or ()), *through_houses[key]})
        found.append(
            Group(
                id=id,
                community=community,
                code=own,
                name=name,
                grid_codes=tuple(grids or ()),
                building_ids=tuple(buildings or ()),
                reaches=tuple(reaches),
                homes=tuple(homes[key]),
                seats=tuple(seats[id]),
                activity=active[id],
                silent_since=chosen.silent_since,
            )
        )
    return [each for each in found if seen.grid is None or seen.grid in each.reaches]


def _groups(chosen: NetworkFilter) -> Select[Any]:
    day = day_at(chosen.at)
    grids = (
        select(func.array_agg(aggregate_order_by(grid.c.code, grid.c.code)))
        .join(group_grid, group_grid.c.grid_id == grid.c.id)
        .where(group_grid.c.group_id == online_group.c.id, holds_at(group_grid, day))
        .correlate(online_group, area)
        .scalar_subquery()
    )
    buildings = (
        select(func.array_agg(aggregate_order_by(building.c.code, building.c.code)))
        .join(group_building, group_building.c.building_id == building.c.id)
        .where(group_building.c.group_id == online_group.c.id, holds_at(group_building, day))
        .correlate(online_group, area)
        .scalar_subquery()
    )
    return (
        select(online_group.c.id, area.c.code, online_group.c.code, online_group.c.name, grids, buildings)
        .join(area, area.c.id == online_group.c.community_id)
        .order_by(area.c.code, online_group.c.code)
    )


def _seats(connection: Connection, group_ids: Sequence[int], chosen: NetworkFilter) -> dict[int, list[Seat]]:
    query = (
        select(
            post.c.group_id,
            post.c.role,
            worker.c.code,
            worker.c.name,
            post.c.stand_in,
            post.c.valid_from,
            post.c.valid_to,
        )
        .join(worker, worker.c.id == post.c.worker_id)
        .join(area, area.c.id == post.c.community_id)
        .where(post.c.group_id == func.any(list(group_ids)), holds_at(post, day_at(chosen.at)))
        .order_by(post.c.stand_in, worker.c.code)
    )
    held: dict[int, list[Seat]] = defaultdict(list)
    for group_id, *seat in connection.execute(query):
        held[group_id].append(Seat(*seat))
    for seats in held.values():
        seats.sort(key=lambda seat: ROLES.index(seat.role))
    return held


GroupKey = tuple[str, str]


def _reached(houses: Iterable[House]) -> tuple[dict[GroupKey, list[int]], dict[GroupKey, set[str]]]:
    """Households house by house, and grids, of each group (by community and code) as its houses have them."""
    homes: dict[GroupKey, list[int]] = defaultdict(list)
    grids: dict[GroupKey, set[str]] = defaultdict(set)
    for house in houses:
        for code in house.groups:
            homes[house.community, code].append(house.homes)
            if house.grid_code is not None:
                grids[house.community, code].add(house.grid_code)
    return homes, grids
