"""One online group through time: every cover and every post that it has had, has, or is to have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, literal, select

from gis.errors import Conflict, NotFound, said
from gis.network.figures import Network, network
from gis.network.groups import Group, Seat
from gis.network.reach import NetworkFilter
from gis.storage.reading import geojson, holds_at
from gis.storage.tables import (
    ROLES,
    area,
    building,
    grid,
    grid_version,
    group_building,
    group_grid,
    post,
    worker,
)

Kind = Literal["grid", "building"]


@dataclass(frozen=True, slots=True)
class DatedCover:
    """One grid or building (by code) that a group covers, from a day up to, not including, another."""

    kind: Kind
    code: str
    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class GroupInFull:
    """One group as it is on a day, with all its covers and seats, latest first. `today` is the day where it is."""

    group: Group
    covers: tuple[DatedCover, ...]
    seats: tuple[Seat, ...]
    network: Network
    today: date


def group_in_full(connection: Connection, code: str, chosen: NetworkFilter) -> GroupInFull:
    """One group by its code, with its houses in `network`.

    Raises NotFound, also for one that who acts may not see, and Conflict when several communities have a group with
    this code and none is named.
    """
    found = network(connection, chosen, code=code)
    if not found.groups:
        raise NotFound(said("There is no online group {code!r}.", code=code))
    if len(found.groups) > 1:
        held = ", ".join(each.community for each in found.groups)
        raise Conflict(
            said("Several communities have a group {code!r}: name one with community= ({held}).", code=code, held=held)
        )
    (group,) = found.groups
    own = tuple(each for each in found.houses if each.community == group.community and code in each.groups)
    zone = connection.scalar(select(area.c.time_zone).where(area.c.code == group.community)) or "UTC"
    return GroupInFull(
        group,
        covers=_covers(connection, group.id),
        seats=_seats(connection, group.id),
        network=Network((group,), own),
        today=chosen.at.astimezone(ZoneInfo(zone)).date(),
    )


def group_areas(connection: Connection, group_ids: list[int], *, at: datetime, day: date) -> dict[int, str]:
    """What groups cover on a day, as one MultiPolygon each, by group id: GeoJSON text in EPSG:4326.

    A grid is drawn as its version at the moment `at`, a single house as its footprint or, without one, as a circle of
    8 m about its point.
    """
    by_grid = (
        select(group_grid.c.group_id, grid_version.c.geom.label("geom"))
        .join(grid_version, grid_version.c.grid_id == group_grid.c.grid_id)
        .where(group_grid.c.group_id == func.any(group_ids), holds_at(group_grid, day), holds_at(grid_version, at))
    )
    circle = func.geometry(func.ST_Buffer(func.geography(building.c.geom), 8))
    by_house = (
        select(group_building.c.group_id, func.coalesce(building.c.footprint, circle).label("geom"))
        .join(building, building.c.id == group_building.c.building_id)
        .where(group_building.c.group_id == func.any(group_ids), holds_at(group_building, day))
    )
    parts = by_grid.union_all(by_house).subquery("parts")
    whole = func.ST_Multi(func.ST_Union(parts.c.geom))
    return dict(connection.execute(select(parts.c.group_id, geojson(whole)).group_by(parts.c.group_id)).all())


def _covers(connection: Connection, group_id: int) -> tuple[DatedCover, ...]:
    grids = (
        select(literal("grid"), grid.c.code, grid.c.name, group_grid.c.valid_from, group_grid.c.valid_to)
        .join(grid, grid.c.id == group_grid.c.grid_id)
        .where(group_grid.c.group_id == group_id)
    )
    houses = (
        select(
            literal("building"),
            building.c.code,
            building.c.name,
            group_building.c.valid_from,
            group_building.c.valid_to,
        )
        .join(building, building.c.id == group_building.c.building_id)
        .where(group_building.c.group_id == group_id)
    )
    rows = [*connection.execute(grids), *connection.execute(houses)]
    found = [DatedCover(*row) for row in rows]
    return tuple(sorted(found, key=lambda each: (-each.valid_from.toordinal(), each.kind == "building", each.code)))


def _seats(connection: Connection, group_id: int) -> tuple[Seat, ...]:
    query = (
        select(post.c.role, worker.c.code, worker.c.name, post.c.stand_in, post.c.valid_from, post.c.valid_to)
        .join(worker, worker.c.id == post.c.worker_id)
        .where(post.c.group_id == group_id)
        .order_by(post.c.valid_from.desc(), worker.c.code)
    )
    return tuple(sorted((Seat(*row) for row in connection.execute(query)), key=lambda seat: ROLES.index(seat.role)))
