"""Known places that are no buildings, as readers see them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select, tuple_

from gis.boundaries.areas import community_id
from gis.population.buildings import BBox
from gis.storage.reading import geojson
from gis.storage.tables import SRID, area, compound, place


@dataclass(frozen=True, slots=True)
class Place:
    """One place; `code` is its id in its owner's files, `geometry` its point as GeoJSON text in EPSG:4326."""

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    compound: str | None
    community: str
    geometry: str


def places(
    connection: Connection,
    *,
    limit: int,
    community: str | None = None,
    words: str | None = None,
    bbox: BBox | None = None,
    after: tuple[str, str] | None = None,
) -> list[Place]:
    """Places by community and code, at most `limit`, after the one with `after`'s (community, code).

    `words` narrows to those with each of the words in name, alias, kind or compound; `bbox` to those inside.
    Raises InvalidInput for an unknown community.
    """
    query = (
        select(
            place.c.code,
            place.c.name,
            place.c.aliases,
            place.c.kind,
            compound.c.name,
            area.c.code,
            geojson(place.c.geom),
        )
        .join(area, area.c.id == place.c.community_id)
        .outerjoin(compound, compound.c.id == place.c.compound_id)
        .order_by(area.c.code, place.c.code)
        .limit(limit)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        query = query.where(place.c.community_id == chosen)
    for word in (words or "").split():
        query = query.where(
            or_(
                place.c.name.icontains(word, autoescape=True),
                place.c.kind.icontains(word, autoescape=True),
                compound.c.name.icontains(word, autoescape=True),
                func.array_to_string(place.c.aliases, " ").icontains(word, autoescape=True),
            )
        )
    if bbox is not None:
        query = query.where(func.ST_Intersects(place.c.geom, func.ST_MakeEnvelope(*bbox, SRID)))
    if after is not None:
        query = query.where(tuple_(area.c.code, place.c.code) > tuple_(*after))
    return [Place(row[0], row[1], tuple(row[2]), *row[3:]) for row in connection.execute(query)]
