"""Grids, over the ground and under the pointer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from maps.layers.base import GeoJson, GroundMap, add_shapes
from maps.layers.grid_tiles import GridTiles


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid as it stands now, its worker, and the matters in it that pass the filters.

    `geometry` is a GeoJSON geometry in EPSG:4326, or empty where the grids are too many for one page.
    """

    code: str
    name: str
    geometry: dict[str, Any]
    worker: str = ""
    matters: int = 0
    open: int = 0
    hazards: int = 0


def grid_shapes(grids: Iterable[Grid]) -> GeoJson:
    """Grids as a feature collection; the properties are what the map's card shows."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": grid.geometry,
                "properties": {
                    "code": grid.code,
                    "name": grid.name,
                    "worker": grid.worker,
                    "matters": grid.matters,
                    "open": grid.open,
                    "hazards": grid.hazards,
                },
            }
            for grid in grids
        ],
    }


def add_grids(ground: GroundMap, grids: Sequence[Grid], *, touched: bool = True) -> None:
    """Draw grids; scripts know the layer as `geo_json_grids`. Without shapes they come as tiles."""
    if any(not grid.geometry for grid in grids):
        GridTiles().add_to(ground)
        return
    shapes = grid_shapes(grids)
    if shapes["features"]:
        add_shapes(ground, shapes, name="grids", touched=touched)
