"""Cells as GeoJSON features, in a file and over the wire alike."""

from __future__ import annotations

from typing import Any

import shapely

from gis.hotspots.find import Hotspots

_DECIMALS = {"rate": 4, "exposure": 4, "smoothed": 4, "expected": 4, "z": 6, "q": 6, "trend_z": 6, "trend_p": 6}


def cell_features(found: Hotspots) -> list[dict[str, Any]]:
    """One feature (EPSG:4326) a cell, its id that of the cell, its properties the columns of `found.cells`."""
    frame = found.cells.drop(columns="geometry")
    for name, decimals in _DECIMALS.items():
        if name in frame:
            frame[name] = frame[name].round(decimals)
    names = [str(name) for name in frame.columns]
    rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    corners = shapely.get_coordinates(found.cells.geometry.to_numpy()).round(7)
    rings = corners.reshape(len(frame), -1, 2).tolist() if len(frame) else []
    return [
        {
            "type": "Feature",
            "id": cell,
            "properties": dict(zip(names, row, strict=True)),
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for cell, row, ring in zip(found.cells.index, rows, rings, strict=True)
    ]


def cells_document(found: Hotspots) -> dict[str, Any]:
    """The cells as GeoJSON (RFC 7946), with how they were found as a member `metadata` beside the features."""
    return {"type": "FeatureCollection", "metadata": found.method, "features": cell_features(found)}
