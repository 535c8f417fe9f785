"""What a community looks like without its grids: its outline, and, where it is known, streets and open ground.

GeoJSON feature collections in EPSG:4326. Treat them as read-only: they are shared by all requests.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from gis.storage.memory import Remembered
from gis.storage.reading import geojson, holds_at
from gis.storage.tables import grid, grid_version

DEMONSTRATION = Path(__file__).parents[2] / "data" / "boundaries"
MOST_UNITED = 2_000
"""To unite 60,000 grids takes half a minute: of more than this the box around them stands for their edge."""
GeoJson = dict[str, Any]

_outlines: Remembered[dict[tuple[int, ...], GeoJson]] = Remembered("boundaries", lambda _: {})


def outline(connection: Connection, community_id: int, *, at: datetime) -> GeoJson | None:
    """The edge of everything that a community's grids cover at a moment; None without grids.

    Made once for each set of grid versions, and again when boundaries have changed.
    """
    in_force = (
        select(grid_version.c.id)
        .join(grid, grid.c.id == grid_version.c.grid_id)
        .where(grid.c.community_id == community_id, holds_at(grid_version, at))
        .order_by(grid_version.c.id)
    )
    versions = tuple(connection.scalars(in_force))
    if not versions:
        return None
    held = _outlines(connection)
    if versions not in held:
        chosen = grid_version.c.id == func.any(list(versions))
        shape = func.ST_SetSRID(func.ST_Extent(grid_version.c.geom), 4326)
        if len(versions) <= MOST_UNITED:
            shape = func.ST_Union(grid_version.c.geom)
        geometry = json.loads(connection.execute(select(geojson(shape)).where(chosen)).scalar_one())
        held[versions] = {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "geometry": geometry, "properties": {}}],
        }
    return held[versions]


@cache
def demonstration_ground(name: str) -> GeoJson | None:
    """The invented community's `streets` or `places`; they come with the demonstration and are not stored."""
    path = DEMONSTRATION / f"{name}.geojson"
    if not path.exists():
        return None
    read: GeoJson = json.loads(path.read_text(encoding="utf-8"))
    return read
