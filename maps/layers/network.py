"""Online groups on the ground: the area that each covers, and houses that no group covers, or several do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import folium

from maps.layers.base import GeoJson, GroundMap, add_shapes


@dataclass(frozen=True, slots=True)
class GroupArea:
    """What a group covers, as a GeoJSON geometry in EPSG:4326; `marked` ones stand out."""

    code: str
    name: str
    geometry: dict[str, Any]
    href: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class HousePoint:
    """A house at its place, in EPSG:4326, and how it stands out."""

    name: str
    lon: float
    lat: float
    cover: Literal["none", "several"]


def add_group_areas(ground: GroundMap, areas: Iterable[GroupArea]) -> None:
    """Draw groups' areas; scripts know the layer as `geo_json_groups`."""
    shapes = _collection(
        (
            each.geometry,
            {"code": each.code, "name": each.name, "href": each.href, "kind": "marked" if each.marked else ""},
        )
        for each in areas
    )
    if shapes["features"]:
        add_shapes(ground, shapes, name="groups", touched=True)


def add_houses(ground: GroundMap, houses: Iterable[HousePoint]) -> None:
    """Draw houses by how they are covered; scripts know the layers as `geo_json_uncovered` and `geo_json_shared`."""
    known = list(houses)
    for name, cover, radius in (("shared", "several", 5), ("uncovered", "none", 6)):
        shapes = _collection(
            ({"type": "Point", "coordinates": [each.lon, each.lat]}, {"name": each.name})
            for each in known
            if each.cover == cover
        )
        if shapes["features"]:
            marker = folium.CircleMarker(radius=radius)
            add_shapes(ground, shapes, name=name, pane="markerPane", touched=True, marker=marker)


def _collection(features: Iterable[tuple[dict[str, Any], dict[str, str]]]) -> GeoJson:
    made = [{"type": "Feature", "geometry": geometry, "properties": facts} for geometry, facts in features]
    return {"type": "FeatureCollection", "features": made}
