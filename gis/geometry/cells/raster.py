"""Cells of one size over an extent, and which of them an edge passes."""

from __future__ import annotations

from typing import Any, NamedTuple

from gis.geometry.cells.compiled import compiled

# Of a cell's size: how far beyond a cell an edge still counts as passing it. Far more than rounding, because no
# cell is made smaller than 2**26 steps of its coordinates; an edge too many changes no answer.
MARGIN = 1e-6


class Raster(NamedTuple):
    """Counted from the south-west corner. What lies outside counts to the nearest cell."""

    west: float
    south: float
    cell_x: float
    cell_y: float
    columns: int
    rows: int


@compiled
def column_of(raster: Raster, x: float) -> int:
    return int(min(max((x - raster.west) / raster.cell_x, 0.0), raster.columns - 1.0))


@compiled
def row_of(raster: Raster, y: float) -> int:
    return int(min(max((y - raster.south) / raster.cell_y, 0.0), raster.rows - 1.0))


@compiled
def middle_x(raster: Raster, column: int) -> float:
    return raster.west + (column + 0.5) * raster.cell_x


@compiled
def middle_y(raster: Raster, row: int) -> float:
    return raster.south + (row + 0.5) * raster.cell_y


@compiled
def upward(xy: Any, v: int) -> tuple[float, float, float, float]:
    """The edge from corner v to the next, its lower (then western) end first."""
    ax, ay, bx, by = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
    if ay < by or (ay == by and ax <= bx):
        return ax, ay, bx, by
    return bx, by, ax, ay


@compiled
def along(ax: float, ay: float, bx: float, by: float, y: float) -> float:
    """Where on an upward edge y is reached, or its nearer end."""
    if y <= ay or ay == by:
        return ax
    if y >= by:
        return bx
    x = ax + (y - ay) / (by - ay) * (bx - ax)
    return min(max(x, min(ax, bx)), max(ax, bx))


@compiled
def columns_in_row(raster: Raster, row: int, ax: float, ay: float, bx: float, by: float) -> tuple[int, int]:
    """The first and last column that an upward edge passes in a row, or one too many; last < first for none."""
    margin = MARGIN * raster.cell_y
    low = raster.south + row * raster.cell_y - margin
    high = low + raster.cell_y + 2 * margin
    if by < low or ay > high:
        return 0, -1
    from_x, to_x = along(ax, ay, bx, by, low), along(ax, ay, bx, by, high)
    if ay == by:
        to_x = bx
    margin = MARGIN * raster.cell_x
    left = max(min(from_x, to_x) - margin, min(ax, bx))
    right = min(max(from_x, to_x) + margin, max(ax, bx))
    if right < raster.west - margin or left > raster.west + raster.columns * raster.cell_x + margin:
        return 0, -1
    return column_of(raster, left), column_of(raster, right)


@compiled
def lengths(ring_corners: Any, xy: Any) -> tuple[float, float]:
    """How far all edges go together, eastward or westward, and northward or southward."""
    x, y = 0.0, 0.0
    for ring in range(len(ring_corners) - 1):
        for v in range(ring_corners[ring], ring_corners[ring + 1] - 1):
            x += abs(xy[v + 1, 0] - xy[v, 0])
            y += abs(xy[v + 1, 1] - xy[v, 1])
    return x, y
