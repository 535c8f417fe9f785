"""Buildings as the ground of a map."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import Connection, func, select

from gis.storage.memory import Remembered
from gis.storage.reading import geojson
from gis.storage.tables import building, compound

MOST_BUILDINGS = 5_000
"""A community with more is drawn without them: the page would be megabytes."""
GeoJson = dict[str, Any]

_NUMBER = re.compile(r"(\d+[A-Za-z]?)(?:栋|幢|号楼|座|号)?$")


_shapes: Remembered[dict[int, GeoJson | None]] = Remembered("gazetteer", lambda _: {})


def building_shapes(connection: Connection, community_id: int) -> GeoJson | None:
    """A community's buildings in EPSG:4326, footprints where they are known and points otherwise.

    Each has its `compound` and its `number` in it. None where there are none, or more than `MOST_BUILDINGS`.
    Kept until a building changes, and shared: read-only.
    """
    held = _shapes(connection)
    if community_id not in held:
        held[community_id] = _read(connection, community_id)
    return held[community_id]


def _read(connection: Connection, community_id: int) -> GeoJson | None:
    query = (
        select(
            building.c.code,
            building.c.name,
            compound.c.name,
            geojson(func.coalesce(building.c.footprint, building.c.geom)),
        )
        .outerjoin(compound, compound.c.id == building.c.compound_id)
        .where(building.c.community_id == community_id)
        .order_by(building.c.code)
        .limit(MOST_BUILDINGS + 1)
    )
    features = []
    for code, name, of_compound, geometry in connection.execute(query):
        number = _NUMBER.search(name.removeprefix(of_compound or ""))
        properties = {"compound": of_compound or "", "number": number.group(1) if number else ""}
        features.append({"type": "Feature", "id": code, "geometry": json.loads(geometry), "properties": properties})
    if not 0 < len(features) <= MOST_BUILDINGS:
        return None
    return {"type": "FeatureCollection", "features": features}
