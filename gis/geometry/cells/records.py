"""What cells that edges pass keep, as words of 64 bits.

A record is

- a head: whether the grids have the cell's middle (32 bits, a grid each), how many grids (8), how many edges;
- the grids in their order, two a word;
- for each edge five words: its lower (then western) end, its other end, and the grids that it bounds (32 bits)
  with two flags, `UPRIGHT` and `TURNED`, that `asking.py` explains.

A cell that many grids or edges pass is *crowded*. It may get a raster of its own, whose record is the head `NESTED`,
four numbers and two words: a `Raster`, and where its cells begin.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.geometry.cells.compiled import compiled
from gis.geometry.cells.marking import NOWHERE, grown
from gis.geometry.cells.raster import Raster, middle_x, upward

ASK = -2
"""Nothing that a cell can decide. Cell values below stand for the record at word -3 - value."""

MOST_GRIDS = 32
"""How many grids a record can hold, a bit for each."""
MOST_EDGES = 1 << 20
CROWD_GRIDS, CROWD_EDGES = 8, 32

UPRIGHT = 1 << 32
TURNED = 1 << 33
NESTED = 1 << 62

_LOOK_BACK = 5 * 64


@compiled
def starts_of(cells: Any, count: int) -> Any:
    """Where each cell's items begin once they are sorted by cell."""
    starts = np.zeros(count + 1, np.int32)
    for cell in cells:
        starts[cell + 1] += 1
    for cell in range(count):
        starts[cell + 1] += starts[cell]
    return starts


@compiled
def sorted_by(cells: Any, starts: Any) -> Any:
    """The order of items by cell; those of one cell stay in their order."""
    order = np.empty(len(cells), np.int32)
    filled = starts[:-1].copy()
    for i in range(len(cells)):
        order[filled[cells[i]]] = i
        filled[cells[i]] += 1
    return order


@compiled
def write(
    raster: Raster,
    pair_cell: Any,
    pair_grid: Any,
    pair_base: Any,
    edge_cell: Any,
    edge_grid: Any,
    edge_corner: Any,
    xy: Any,
    label: Any,
    words: Any,
    numbers: Any,
    at: int,
) -> tuple[int, Any, Any, Any, Any]:
    """Write the records of some rows from word `at` on, and their places into `label`.

    `words` and `numbers` are the same memory. Answers the first word after them, and the crowded cells: which,
    how many edges pass each, and their grids with where each cell's begin. They have records too, if one can hold them.
    """
    crowded, size = 0, 0
    crowded_cell, crowded_edges = np.empty(1, np.int32), np.empty(1, np.int32)
    crowded_start, crowded_grid = np.zeros(2, np.int32), np.empty(1, np.int32)
    pair_starts = starts_of(pair_cell, len(label))
    edge_starts = starts_of(edge_cell, len(label))
    pair_order = sorted_by(pair_cell, pair_starts)
    edge_order = sorted_by(edge_cell, edge_starts)
    slots = np.empty(MOST_GRIDS + 2, np.int64)
    for cell in range(len(label)):
        count = pair_starts[cell + 1] - pair_starts[cell]
        if count == 0:
            continue
        whole = label[cell]
        many = edge_starts[cell + 1] - edge_starts[cell]
        if count + 2 > len(slots):
            slots = np.empty(2 * count + 2, np.int64)
        grids, base = 0, 0
        for k in range(pair_starts[cell], pair_starts[cell + 1]):
            i = pair_order[k]
            if whole != NOWHERE and whole < pair_grid[i]:
                slots[grids] = whole
                base |= 1 << grids
                grids += 1
                whole = NOWHERE
            slots[grids] = pair_grid[i]
            base |= int(pair_base[i]) << grids
            grids += 1
        if whole != NOWHERE:
            slots[grids] = whole
            base |= 1 << grids
            grids += 1
        if many > 0 and (grids > CROWD_GRIDS or many > CROWD_EDGES):
            crowded_cell, crowded_edges = grown(crowded_cell, crowded), grown(crowded_edges, crowded)
            crowded_start = grown(crowded_start, crowded + 1)
            crowded_cell[crowded], crowded_edges[crowded] = cell, many
            for k in range(grids):
                crowded_grid = grown(crowded_grid, size)
                crowded_grid[size] = slots[k]
                size += 1
            crowded += 1
            crowded_start[crowded] = size
        if grids > MOST_GRIDS or many > MOST_EDGES:
            label[cell] = ASK
            continue
        label[cell] = -3 - at
        slots[grids] = 0
        edges_at = at + 1 + (grids + 1) // 2
        for k in range((grids + 1) // 2):
            words[at + 1 + k] = slots[2 * k] | (slots[2 * k + 1] << 32)
        x = middle_x(raster, cell % raster.columns)
        end, slot = edges_at, 0
        for k in range(edge_starts[cell], edge_starts[cell + 1]):
            i = edge_order[k]
            while slots[slot] != edge_grid[i]:
                slot += 1
            ax, ay, bx, by = upward(xy, edge_corner[i])
            bit = 1 << slot
            # A shared edge is written once, for both its grids.
            e = max(edges_at, end - _LOOK_BACK)
            while e < end and (
                numbers[e] != ax
                or numbers[e + 1] != ay
                or numbers[e + 2] != bx
                or numbers[e + 3] != by
                or words[e + 4] & bit
            ):
                e += 5
            if e < end:
                words[e + 4] |= bit
                continue
            upright = (ax <= x) != (bx <= x)
            turned = bx < ax if upright else ax > x
            numbers[e], numbers[e + 1], numbers[e + 2], numbers[e + 3] = ax, ay, bx, by
            words[e + 4] = bit | (UPRIGHT if upright else 0) | (TURNED if turned else 0)
            end += 5
        words[at] = base | (grids << 32) | (((end - edges_at) // 5) << 40)
        at = end
    return (
        at,
        crowded_cell[:crowded].copy(),
        crowded_edges[:crowded].copy(),
        crowded_start[: crowded + 1].copy(),
        crowded_grid[:size].copy(),
    )
