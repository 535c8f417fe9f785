"""Buildings, as readers see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, tuple_

from gis.boundaries.areas import community_id
from gis.storage.reading import geojson
from gis.storage.tables import SRID, area, building, compound, grid_version, household

BBox = tuple[float, float, float, float]
"""West, south, east, north in EPSG:4326."""


@dataclass(frozen=True, slots=True)
class Building:
    """One building; `code` is its id in its owner's files, `geometry` its point as GeoJSON text in EPSG:4326."""

    code: str
    name: str
    aliases: tuple[str, ...]
    compound: str | None
    address: str
    floors: int | None
    units: int | None
    built_year: int | None
    community: str
    geometry: str


@dataclass(frozen=True, slots=True)
class Housing:
    """What stands in a place: how many households each of its buildings holds."""

    homes: tuple[int, ...] = ()

    @property
    def buildings(self) -> int:
        return len(self.homes)

    @property
    def households(self) -> int:
        return sum(self.homes)


def buildings(
    connection: Connection,
    *,
    limit: int,
    community: str | None = None,
    words: str | None = None,
    bbox: BBox | None = None,
    after: tuple[str, str] | None = None,
) -> list[Building]:
    """Buildings by community and code, at most `limit`, after the one with `after`'s (community, code).

    `words` narrows to those with each of the words in name, alias, compound or address; `bbox` to those
    inside. Raises InvalidInput for an unknown community.
    """
    query = (
        select(
            building.c.code,
            building.c.name,
            building.c.aliases,
            compound.c.name,
            building.c.address,
            building.c.floors,
            building.c.units,
            building.c.built_year,
            area.c.code,
            geojson(building.c.geom),
        )
        .join(area, area.c.id == building.c.community_id)
        .outerjoin(compound, compound.c.id == building.c.compound_id)
        .order_by(area.c.code, building.c.code)
        .limit(limit)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        query = query.where(building.c.community_id == chosen)
    for word in (words or "").split():
        query = query.where(
            or_(
                building.c.name.icontains(word, autoescape=True),
                building.c.address.icontains(word, autoescape=True),
                compound.c.name.icontains(word, autoescape=True),
                func.array_to_string(building.c.aliases, " ").icontains(word, autoescape=True),
            )
        )
    if bbox is not None:
        query = query.where(func.ST_Intersects(building.c.geom, func.ST_MakeEnvelope(*bbox, SRID)))
    if after is not None:
        query = query.where(tuple_(area.c.code, building.c.code) > tuple_(*after))
    return [Building(row[0], row[1], tuple(row[2]), *row[3:]) for row in connection.execute(query)]


def housing_in(connection: Connection, grid_version_id: int) -> Housing:
    """Who houses how many in one version of a grid: its buildings (by their points) and their households."""
    query = (
        select(func.count(household.c.id))
        .select_from(building.join(grid_version, func.ST_Covers(grid_version.c.geom, building.c.geom)))
        .outerjoin(household, household.c.building_id == building.c.id)
        .where(grid_version.c.id == grid_version_id)
        .group_by(building.c.id)
    )
    return Housing(tuple(connection.scalars(query)))
