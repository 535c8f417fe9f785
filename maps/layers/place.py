"""One matter's place: a mark, and the circle within which it may truly lie."""

from __future__ import annotations

import folium

from maps.layers.base import GeoJson, GroundMap, add_shapes


def add_place(ground: GroundMap, *, lon: float, lat: float, accuracy_m: float | None) -> None:
    """Mark a place; scripts know the mark as `geo_json_place`."""
    here: GeoJson = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": {}},
        ],
    }
    if accuracy_m:
        add_shapes(ground, here, name="doubt", marker=folium.Circle(radius=accuracy_m))
    add_shapes(ground, here, name="place", pane="markerPane", marker=folium.CircleMarker(radius=8))
