"""Grids, as readers see them: as they stood at a moment, and one with all its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, literal, select

from gis.boundaries.areas import community_id
from gis.errors import Conflict, NotFound, said
from gis.storage.reading import geojson, holds_at
from gis.storage.tables import area, grid, grid_version
from gis.workforce.posts import Assignment, current_posts


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid in the version that was in force; `geometry` is GeoJSON text in EPSG:4326, empty if not asked for.

    `responsible` is the post that answers for it that day, or None when nobody does.
    """

    id: int
    code: str
    name: str
    community: str
    valid_from: datetime
    valid_to: datetime | None
    geometry: str
    responsible: Assignment | None


@dataclass(frozen=True, slots=True)
class GridVersion:
    """One shape of a grid, from `valid_from` up to, not including, `valid_to`."""

    id: int
    valid_from: datetime
    valid_to: datetime | None
    area_m2: float
    geometry: str

    def holds_at(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class GridHistory:
    """A grid with all its versions, newest first; a retired one has none in force."""

    id: int
    code: str
    name: str
    community: str
    versions: tuple[GridVersion, ...]
    responsible: Assignment | None

    def version_at(self, at: datetime) -> GridVersion | None:
        return next((version for version in self.versions if version.holds_at(at)), None)


def how_many_grids(connection: Connection, community_id: int, *, at: datetime) -> int:
    """The number of a community's grids in force at a moment."""
    query = select(func.count()).select_from(grid_version).join(grid, grid_version.c.grid_id == grid.c.id)
    return connection.execute(query.where(grid.c.community_id == community_id, holds_at(grid_version, at))).scalar_one()


def grids(connection: Connection, *, at: datetime, community: str | None = None, shapes: bool = True) -> list[Grid]:
    """The grids in force at a moment, by code. Raises InvalidInput for an unknown community."""
    query = (
        select(
            grid.c.id,
            grid.c.code,
            grid.c.name,
            area.c.code,
            grid_version.c.valid_from,
            grid_version.c.valid_to,
            geojson(grid_version.c.geom) if shapes else literal(""),
            area.c.time_zone,
        )
        .join(grid_version, grid_version.c.grid_id == grid.c.id)
        .join(area, area.c.id == grid.c.community_id)
        .where(holds_at(grid_version, at))
        .order_by(grid.c.code.collate("C"), area.c.code)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        query = query.where(grid.c.community_id == chosen)
    rows = connection.execute(query).all()
    posts = current_posts(connection)
    return [
        Grid(id, code, name, of, since, until, geometry, posts.responsible(id, _day(at, zone)))
        for id, code, name, of, since, until, geometry, zone in rows
    ]


def grid_history(connection: Connection, code: str, *, at: datetime, community: str | None = None) -> GridHistory:
    """One grid by its code, with every version that it has had, and who answers for it at a moment.

    Raises NotFound, or Conflict when several communities have a grid with this code and none is named.
    """
    query = (
        select(grid.c.id, grid.c.code, grid.c.name, area.c.code, area.c.time_zone)
        .join(area, area.c.id == grid.c.community_id)
        .where(grid.c.code == code)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        query = query.where(grid.c.community_id == chosen)
    found = connection.execute(query.order_by(area.c.code)).all()
    if not found:
        raise NotFound(said("There is no grid {code!r}.", code=code))
    if len(found) > 1:
        held = ", ".join(row[3] for row in found)
        raise Conflict(
            said("Several communities have a grid {code!r}: name one with community= ({held}).", code=code, held=held)
        )
    grid_id, code, name, of, zone = found[0]
    versions = (
        select(
            grid_version.c.id,
            grid_version.c.valid_from,
            grid_version.c.valid_to,
            func.ST_Area(func.geography(grid_version.c.geom)),
            geojson(grid_version.c.geom),
        )
        .where(grid_version.c.grid_id == grid_id)
        .order_by(grid_version.c.valid_from.desc())
    )
    return GridHistory(
        grid_id,
        code,
        name,
        of,
        versions=tuple(GridVersion(*row) for row in connection.execute(versions)),
        responsible=current_posts(connection).responsible(grid_id, _day(at, zone)),
    )


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
