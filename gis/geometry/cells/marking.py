"""Which grids and edges pass which cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.geometry.cells.compiled import compiled
from gis.geometry.cells.raster import Raster, along, column_of, columns_in_row, middle_x, middle_y, row_of, upward

NOWHERE = -1

Marks = tuple[Any, Any, Any, Any, Any, Any]


@compiled
def grown(array: Any, size: int) -> Any:
    """The array, or a copy with room for more than `size`."""
    if size < len(array):
        return array
    longer = np.empty(2 * len(array), array.dtype)
    longer[: len(array)] = array
    return longer


@compiled
def mark(
    raster: Raster,
    first_row: int,
    past_row: int,
    grids: Any,
    bounds: Any,
    grid_rings: Any,
    ring_corners: Any,
    xy: Any,
    label: Any,
    room: int,
) -> Marks:
    """Which of some grids, in rising order, and which of their edges pass which cells of some rows.

    Writes into `label` the first grid that has a whole cell. Answers the pairs of a cell and a grid that passes
    it or is one more to have it whole (with the grid's part of the record: whether it has the cell's middle,
    turned once for each edge below), and the pairs of a cell and an edge (by its first corner, with its grid).
    Cells are counted from the first row's first; both lists are in the order of the grids. `room` is about how many
    pairs there will be.
    """
    pair_cell, pair_grid = np.empty(room, np.int32), np.empty(room, np.int32)
    pair_base = np.empty(room, np.int8)
    edge_cell, edge_grid = np.empty(room, np.int32), np.empty(room, np.int32)
    edge_corner = np.empty(room, np.int32)
    pairs, edges = 0, 0
    marks = np.empty(1 << 12, np.int8)  # bit 0: passed, 1: turned by edges below, 2: a crossing left of here
    for g in grids:
        if not bounds[g, 1] <= bounds[g, 3]:  # it is empty
            continue
        bottom = max(row_of(raster, bounds[g, 1]), first_row)
        top = min(row_of(raster, bounds[g, 3]), past_row - 1)
        if bottom > top:
            continue
        left = column_of(raster, bounds[g, 0])
        width = column_of(raster, bounds[g, 2]) - left + 1
        if (top - bottom + 1) * width > len(marks):
            marks = np.empty(2 * (top - bottom + 1) * width, np.int8)
        marks[: (top - bottom + 1) * width] = 0
        for ring in range(grid_rings[g], grid_rings[g + 1]):
            for v in range(ring_corners[ring], ring_corners[ring + 1] - 1):
                ax, ay, bx, by = upward(xy, v)
                low, high = max(row_of(raster, ay), bottom), min(row_of(raster, by), top)
                for row in range(low, high + 1):
                    here = (row - bottom) * width - left
                    y = middle_y(raster, row)
                    spans_y = ay <= y < by
                    crossing = along(ax, ay, bx, by, y)
                    if spans_y:
                        k = column_of(raster, crossing)
                        if middle_x(raster, k) >= crossing:
                            k -= 1
                        if k >= left:
                            marks[here + k] ^= 4
                    first, last = columns_in_row(raster, row, ax, ay, bx, by)
                    for column in range(first, last + 1):
                        x = middle_x(raster, column)
                        marks[here + column] |= 1
                        if (ax <= x) != (bx <= x):
                            below = (x < crossing) != (bx < ax) if spans_y else by <= y
                            if below:
                                marks[here + column] ^= 2
                        if edges >= len(edge_cell):
                            edge_cell = grown(edge_cell, edges)
                            edge_grid = grown(edge_grid, edges)
                            edge_corner = grown(edge_corner, edges)
                        edge_cell[edges] = (row - first_row) * raster.columns + column
                        edge_grid[edges] = g
                        edge_corner[edges] = v
                        edges += 1
        for row in range(bottom, top + 1):
            inside = 0
            for column in range(left + width - 1, left - 1, -1):
                m = marks[(row - bottom) * width + column - left]
                inside ^= m >> 2
                if not (m & 1 or inside):
                    continue
                cell = (row - first_row) * raster.columns + column
                if not m & 1 and label[cell] == NOWHERE:
                    label[cell] = g
                    continue
                if pairs >= len(pair_cell):
                    pair_cell = grown(pair_cell, pairs)
                    pair_grid = grown(pair_grid, pairs)
                    pair_base = grown(pair_base, pairs)
                pair_cell[pairs] = cell
                pair_grid[pairs] = g
                pair_base[pairs] = inside ^ ((m >> 1) & 1)
                pairs += 1
    return (
        pair_cell[:pairs],
        pair_grid[:pairs],
        pair_base[:pairs],
        edge_cell[:edges],
        edge_grid[:edges],
        edge_corner[:edges],
    )
