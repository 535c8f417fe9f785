"""Geometries as paths of a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from maps.layers.base import Bounds, GeoJson
from maps.sheets.frame import Frame

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Painted:
    """One path of the drawing. `kind` is the class that its stylesheet paints, `colour` a fill of its own."""

    kind: str
    d: str
    width_mm: float = 0.0
    colour: str = ""


def path(geometries: Iterable[GeoJson], frame: Frame) -> str:
    """Lines and areas as the `d` of one SVG path, in millimetres; what lies beside the frame is left out."""
    shown = frame.bounds
    pieces: list[str] = []
    for geometry in geometries:
        closed = "Polygon" in geometry["type"]
        for line in lines_of(geometry):
            if touches(bounds_of_line(line), shown):
                steps = " ".join(f"{x:.2f},{y:.2f}" for x, y in (frame.at(lon=at[0], lat=at[1]) for at in line))
                pieces.append(f"M{steps}{'Z' if closed else ''}")
    return "".join(pieces)


def lines_of(geometry: GeoJson) -> Iterator[Ring]:
    """The rings of areas and the lines of lines; nothing of points."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        yield coordinates
    elif kind in ("MultiLineString", "Polygon"):
        yield from coordinates
    elif kind == "MultiPolygon":
        for polygon in coordinates:
            yield from polygon


def geometries_of(shapes: GeoJson | None, **wanted: Any) -> list[GeoJson]:
    """The geometries of a collection whose properties have these values."""
    features = shapes["features"] if shapes else ()
    return [
        each["geometry"]
        for each in features
        if each["geometry"] and all(each["properties"].get(name) == value for name, value in wanted.items())
    ]


def bounds_of_line(line: Ring) -> Bounds:
    lons, lats = [at[0] for at in line], [at[1] for at in line]
    return min(lons), min(lats), max(lons), max(lats)


def touches(one: Bounds, other: Bounds) -> bool:
    """Whether two rectangles share a point."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
