"""Which groups cover which house on a day: by its grid, or by itself.

How many households live in a house is told exactly here: publish it (`gis.security.anonymity`) before it is shown to
who may not know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Connection, func, literal, or_, select, tuple_, union
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis.actor import SYSTEM
from gis.network.reach import NetworkFilter, Reach, day_at
from gis.storage.reading import geojson, holds_at
from gis.storage.session import acting
from gis.storage.tables import (
    area,
    building,
    compound,
    grid,
    group_building,
    group_grid,
    household,
    online_group,
)

Cover = Literal["none", "one", "several"]
"""How many groups cover a house."""


@dataclass(frozen=True, slots=True)
class House:
    """One building on a day: the grid that holds it, the codes of the groups that cover it, and its households.

    `code` is its id in its owner's files, `geometry` its point as GeoJSON text in EPSG:4326.
    """

    community: str
    code: str
    name: str
    compound: str | None
    address: str
    grid_code: str | None
    grid_name: str | None
    built_year: int | None
    homes: int
    geometry: str
    groups: tuple[str, ...]

    @property
    def cover(self) -> Cover:
        counts: tuple[Cover, ...] = ("none", "one", "several")
        return counts[min(len(self.groups), 2)]


def houses(
    connection: Connection,
    chosen: NetworkFilter,
    seen: Reach,
    *,
    cover: Cover | None = None,
    within: str | None = None,
    group: str | None = None,
    limit: int | None = None,
    after: tuple[str, str] | None = None,
) -> list[House]:
    """The houses in reach by community and code, at most `limit`, behind the one with `after`'s (community, code).

    `cover` narrows to those that so many groups cover, `within` to those in a grid and `group` to those that a group
    covers, each by its code.
    """
    located = _located(chosen, seen)
    covered = _covered(located)
    by_house = (
        select(
            covered.c.building_id,
            func.array_agg(aggregate_order_by(online_group.c.code, online_group.c.code)).label("codes"),
            func.count().label("count"),
            func.bool_or(online_group.c.id == func.any(seen.groups)).label("own"),
        )
        .join(online_group, online_group.c.id == covered.c.group_id)
        .group_by(covered.c.building_id)
        .subquery("by_house")
    )
    homes = (
        select(household.c.building_id, func.count().label("count"))
        .where(household.c.community_id == func.any(seen.asked))
        .group_by(household.c.building_id)
        .subquery("homes")
    )
    query = (
        select(
            area.c.code,
            building.c.code,
            building.c.name,
            compound.c.name,
            building.c.address,
            grid.c.code,
            grid.c.name,
            building.c.built_year,
            func.coalesce(homes.c.count, 0),
            geojson(building.c.geom),
            by_house.c.codes,
        )
        .select_from(located)
        .join(building, building.c.id == located.c.id)
        .join(area, area.c.id == building.c.community_id)
        .outerjoin(compound, compound.c.id == building.c.compound_id)
        .outerjoin(grid, grid.c.id == located.c.grid_id)
        .outerjoin(by_house, by_house.c.building_id == building.c.id)
        .outerjoin(homes, homes.c.building_id == building.c.id)
        .where(or_(seen.sees_building(), by_house.c.own))
        .order_by(area.c.code, building.c.code)
        .limit(limit)
    )
    if within is not None:
        query = query.where(grid.c.code == within)
    if group is not None:
        query = query.where(literal(group) == func.any(by_house.c.codes))
    if cover is not None:
        query = query.where(_counted(func.coalesce(by_house.c.count, 0), cover))
    if after is not None:
        query = query.where(tuple_(area.c.code, building.c.code) > tuple_(*after))
    # The scope has been asked for already, and stands in the query: households of a house that is in it are counted
    # for whoever sees it, and told as a published number.
    with acting(connection, SYSTEM):
        rows = connection.execute(query).all()
    return [House(*(*told, tuple(codes or ()))) for *told, codes in rows]


def _located(chosen: NetworkFilter, seen: Reach) -> CTE:
    """The buildings of the communities asked for, each with its day and with the grid that holds it at the moment."""
    at = func.grids_at(building.c.geom, chosen.at).table_valued("grid_id", "grid_version_id", "community_id", "code")
    holding = select(at.c.grid_id).where(at.c.community_id == building.c.community_id).limit(1).scalar_subquery()
    return (
        select(building.c.id, holding.label("grid_id"), day_at(chosen.at).label("day"))
        .join(area, area.c.id == building.c.community_id)
        .where(building.c.community_id == func.any(seen.asked))
        .cte("located")
    )


def _covered(located: CTE) -> Any:
    """(building_id, group_id), once for each pair however it came about."""
    by_grid = (
        select(located.c.id.label("building_id"), group_grid.c.group_id)
        .join(group_grid, group_grid.c.grid_id == located.c.grid_id)
        .where(holds_at(group_grid, located.c.day))
    )
    by_itself = (
        select(group_building.c.building_id, group_building.c.group_id)
        .join(located, located.c.id == group_building.c.building_id)
        .where(holds_at(group_building, located.c.day))
    )
    return union(by_grid, by_itself).subquery("covered")


def _counted(count: ColumnElement[int], cover: Cover) -> ColumnElement[bool]:
    return count > 1 if cover == "several" else count == (0 if cover == "none" else 1)
