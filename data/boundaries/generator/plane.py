"""A flat drawing board in metres, and its place on the earth.

The town is drawn in metres east and north of an origin and turned into EPSG:4326 by two constants, the
lengths of a degree at the origin on the WGS84 ellipsoid. Over the 1.3 km of the town that is within
0.2 m of a true projection, and unlike one it gives the same digits with every version of PROJ.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians, sin, sqrt
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

ORIGIN_LON = 107.0925
ORIGIN_LAT = 29.159
DECIMALS = 7

_A = 6378137.0
_E2 = 0.00669437999014
_W = sqrt(1 - _E2 * sin(radians(ORIGIN_LAT)) ** 2)
METRES_PER_DEGREE_LON = radians(1) * _A / _W * cos(radians(ORIGIN_LAT))
METRES_PER_DEGREE_LAT = radians(1) * _A * (1 - _E2) / _W**3


def to_lonlat(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude (EPSG:4326) of a point of the board, rounded to about a centimetre."""
    return (
        round(ORIGIN_LON + x / METRES_PER_DEGREE_LON, DECIMALS),
        round(ORIGIN_LAT + y / METRES_PER_DEGREE_LAT, DECIMALS),
    )


def to_geometry(geom: BaseGeometry) -> BaseGeometry:
    """The same shape in EPSG:4326: every vertex by itself, so that shared vertices stay shared."""

    def place(xy: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([to_lonlat(x, y) for x, y in xy])

    placed: BaseGeometry = shapely.transform(geom, place)
    return placed


def feature(geom: BaseGeometry, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature of a shape that is given in metres."""
    return {"type": "Feature", "properties": properties, "geometry": mapping(to_geometry(geom))}


def smooth(points: list[tuple[float, float]], *, step_m: float = 38.0) -> list[tuple[float, float]]:
    """A street through these points: a Catmull-Rom spline, with a vertex about every `step_m` metres."""
    ends = [_mirror(points[1], points[0]), *points, _mirror(points[-2], points[-1])]
    return [*_spline(ends, step_m), points[-1]]


def _spline(p: list[tuple[float, float]], step_m: float) -> Iterator[tuple[float, float]]:
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        count = max(1, round(sqrt((c[0] - b[0]) ** 2 + (c[1] - b[1]) ** 2) / step_m))
        for i in range(count):
            t = i / count
            x, y = (
                0.5
                * (2 * q1 + (q2 - q0) * t + (2 * q0 - 5 * q1 + 4 * q2 - q3) * t**2 + (3 * (q1 - q2) + q3 - q0) * t**3)
                for q0, q1, q2, q3 in zip(a, b, c, d, strict=True)
            )
            yield round(x, 2), round(y, 2)


def _mirror(a: tuple[float, float], about: tuple[float, float]) -> tuple[float, float]:
    return 2 * about[0] - a[0], 2 * about[1] - a[1]
