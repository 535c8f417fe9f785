"""Buildings as the ground of a map."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, func, select

from gis.boundaries.grids import DIGITS
from gis.storage.memory import Remembered
from gis.storage.tables import building, compound

MOST_BUILDINGS = 5_000
"""A community with more is drawn without them: the page would be megabytes."""
GeoJson = dict[str, Any]

_NUMBER = re.compile(r"(\d+[A-Za-z]?)(?:栋|幢|号楼|座|号)?$")


def building_shapes(connection: Connection, community_id: int) -> GeoJson | None:
    """A community's buildings in EPSG:4326, footprints where they are known and points otherwise.

    Each has its `compound` and its `number` in it. Kept until a building changes, and shared: read-only.
    """
    return _shapes(connection).get(community_id)


def _load(connection: Connection) -> dict[int, GeoJson]:
    query = (
        select(
            building.c.community_id,
            building.c.code,
            building.c.name,
            compound.c.name,
            func.ST_AsGeoJSON(func.coalesce(building.c.footprint, building.c.geom), DIGITS),
        )
        .outerjoin(compound, compound.c.id == building.c.compound_id)
        .order_by(building.c.community_id, building.c.code)
    )
    features: dict[int, list[GeoJson]] = defaultdict(list)
    for community_id, code, name, of_compound, geometry in connection.execute(query):
        number = _NUMBER.search(name.removeprefix(of_compound or ""))
        properties = {"compound": of_compound or "", "number": number.group(1) if number else ""}
        features[community_id].append(
            {"type": "Feature", "id": code, "geometry": json.loads(geometry), "properties": properties}
        )
    return {
        community_id: {"type": "FeatureCollection", "features": found}
        for community_id, found in features.items()
        if len(found) <= MOST_BUILDINGS
    }


_shapes = Remembered("gazetteer", _load)
