"""Square cells on the ground: Web Mercator's square, cut into 2^level by 2^level from its north-western corner.

Cells of one level halve those of the level above, so that sums of small cells are exact sums for large ones. On the
ground a cell's side shrinks with the cosine of the latitude; within a community that is nothing. Cells of the last
level, about 8 m here, are told by the SQL functions `density_x` and `density_y`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LAST_LEVEL = 22
EQUATOR_M = 40_075_016.686
CELLS_A_RADIUS = 4
CELLS_A_TILE = 6
"""A map's tile, 256 pixels wide, holds two to the power of this in a row."""
MOST_CELLS = 1 << 18
"""No view has more; one that would gets larger cells."""

Box = tuple[float, float, float, float]
"""West, south, east, north in EPSG:4326."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of cells of one level: the first column and row, and how many of each."""

    level: int
    x: int
    y: int
    columns: int
    rows: int


def side_m(level: int, *, lat: float) -> float:
    """The side of a cell on the ground, in metres."""
    return EQUATOR_M * math.cos(math.radians(lat)) * 0.5**level


def level_of_side(metres: float, *, lat: float) -> int:
    """The first level whose cells are no larger than this on the ground, at most the last."""
    wanted = math.log2(EQUATOR_M * math.cos(math.radians(lat)) / metres)
    return max(0, min(LAST_LEVEL, math.ceil(wanted - 1e-9)))


def level_of_view(zoom: float, *, radius_m: float, lat: float) -> int:
    """The level whose cells are small enough for a surface that spreads each matter over `radius_m`, at a zoom of a web
    map: a quarter of the radius, but no less than some four pixels."""
    finest = level_of_side(radius_m / CELLS_A_RADIUS, lat=lat)
    return max(0, min(finest, math.floor(zoom) + CELLS_A_TILE))


def window_of(box: Box, *, level: int) -> Window:
    """The cells that a box touches, of a level, or of the next above with no more than `MOST_CELLS` of them."""
    west, south, east, north = box
    for above in range(level, -1, -1):
        x, y = column_of(west, level=above), row_of(north, level=above)
        columns, rows = column_of(east, level=above) - x + 1, row_of(south, level=above) - y + 1
        if columns * rows <= MOST_CELLS:
            return Window(above, x, y, columns, rows)
    raise AssertionError("level 0 has one cell")


def column_of(lon: float, *, level: int) -> int:
    """The column of a longitude."""
    return _within((lon + 180) / 360, level)


def row_of(lat: float, *, level: int) -> int:
    """The row of a latitude; what lies beyond Web Mercator's edge is in the outermost."""
    sine = math.sin(math.radians(max(-85.06, min(85.06, lat))))
    return _within(0.5 - math.atanh(sine) / (2 * math.pi), level)


def centre_of(x: int, y: int, *, level: int) -> tuple[float, float]:
    """The longitude and latitude of a cell's middle."""
    north = (0.5 - (y + 0.5) * 0.5**level) * 2 * math.pi
    return (x + 0.5) * 0.5**level * 360 - 180, math.degrees(math.atan(math.sinh(north)))


def _within(share: float, level: int) -> int:
    side = 1 << level
    return max(0, min(side - 1, math.floor(share * side)))
