"""Builds the cells of an index: one raster over all polygons, and smaller ones in its crowded cells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gis.geometry.cells.marking import NOWHERE, Marks, mark
from gis.geometry.cells.raster import Raster, lengths
from gis.geometry.cells.records import ASK, NESTED, write

IntArray = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float64]

CELLS_PER_CORNER = 1.5
FEWEST_CELLS, MOST_CELLS = 1 << 14, 1 << 24
MOST_PASSED = 12
"""How many cells an edge may pass on average; beyond, cells are too small for the shapes."""
MOST_SCANNED = 1 << 27
"""How many cells the polygons' own extents may have together."""

MOST_NESTED = 64
"""Columns and rows of a raster in a crowded cell."""
WORTH_CUTTING = 0.7
"""A cell of a nested raster is cut once more if at most this share of the outer cell's edges pass it: what
lies one upon another, or meets in a corner, is not disentangled by smaller cells."""

_BANDS_PER_THREAD = 4


@dataclass(frozen=True)
class Shapes:
    """Polygons as arrays: all corners, the first of each ring, the first ring of each polygon, their bounds."""

    xy: FloatArray
    ring_corners: IntArray
    grid_rings: IntArray
    bounds: FloatArray
    extent: tuple[float, float, float, float]

    @classmethod
    def of(cls, geoms: npt.NDArray[np.object_]) -> Shapes:
        bounds = shapely.bounds(geoms).reshape(-1, 4)
        parts, part_grid = geoms, np.arange(len(geoms))
        if (shapely.get_type_id(geoms) != shapely.GeometryType.POLYGON).any():
            parts, part_grid = shapely.get_parts(geoms, return_index=True)
        rings, ring_part = parts, np.arange(len(parts))
        if shapely.get_num_interior_rings(parts).any():
            rings, ring_part = shapely.get_rings(parts, return_index=True)
        corners = np.append(0, np.cumsum(shapely.get_num_coordinates(rings), dtype=np.int64))
        grid_rings = np.searchsorted(part_grid[ring_part], np.arange(len(geoms) + 1))
        if not corners[-1]:
            return cls(np.empty((0, 2)), corners, grid_rings, bounds, (0.0, 0.0, -1.0, -1.0))
        west, south = np.nanmin(bounds[:, :2], axis=0).tolist()
        east, north = np.nanmax(bounds[:, 2:], axis=0).tolist()
        return cls(shapely.get_coordinates(geoms), corners, grid_rings, bounds, (west, south, east, north))

    @property
    def smallest_cell(self) -> float:
        """Far wider than the rounding of coordinates, because the margins around cells rely on it."""
        return float(np.spacing(max(map(abs, self.extent)))) * (1 << 26)


class Crowded(NamedTuple):
    """A cell to be cut: where it stands, its rectangle, how many edges and which polygons pass it."""

    label: IntArray
    cell: int
    raster: Raster
    edges: int
    grids: IntArray


def build(shapes: Shapes, threads: int) -> tuple[Raster, npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """The raster, the values of its cells (and after them those of nested ones), and the records."""
    raster = _raster(shapes)
    cells = np.full(raster.columns * raster.rows, NOWHERE, dtype=np.int32)
    with ThreadPoolExecutor(threads) as pool:
        words, crowded = _whole(pool, threads, raster, shapes, cells)
        labels, records = [cells], [words]
        cells_at, words_at, most_cells = len(cells), len(words), 3 * len(cells) + (1 << 16)
        while crowded and cells_at < most_cells:
            nested = partial(_nested, shapes)
            following: list[Crowded] = []
            for cell, (inner, label, made, more) in zip(crowded, pool.map(nested, crowded), strict=True):
                label[label < ASK] -= words_at
                where = np.array([NESTED, 0, 0, 0, 0, inner.columns | inner.rows << 32, cells_at], dtype=np.int64)
                where[1:5].view(np.float64)[:] = inner[:4]
                cell.label[cell.cell] = -3 - words_at - len(made)
                labels.append(label)
                records += [made, where]
                cells_at += len(label)
                words_at += len(made) + len(where)
                following += more
            crowded = following
    if len(labels) == 1:
        return raster, cells, words
    return raster, np.concatenate(labels), np.concatenate(records)


def _whole(
    pool: ThreadPoolExecutor, threads: int, raster: Raster, shapes: Shapes, cells: IntArray
) -> tuple[npt.NDArray[np.int64], list[Crowded]]:
    """Fill the cells of the whole raster, in bands of rows side by side; the records and the crowded cells."""
    edges = np.linspace(0, raster.rows, min(threads * _BANDS_PER_THREAD, raster.rows) + 1).astype(int).tolist()
    bands = list(pairwise(edges))
    everything = np.arange(len(shapes.bounds), dtype=np.int32)
    labels = [cells[first * raster.columns : past * raster.columns] for first, past in bands]

    room = max(2 * len(shapes.xy) // len(bands), 1)

    def marked(band: tuple[int, int], label: IntArray) -> Marks:
        return _marked(raster, *band, everything, shapes, label, room)

    marks = list(pool.map(marked, bands, labels))
    starts = np.cumsum([0, *map(_room, marks)]).tolist()
    if starts[-1] > np.iinfo(np.int32).max:
        raise ValueError(f"an index cannot hold {len(shapes.xy)} corners; some 200 million are the most")
    words = np.empty(starts[-1], dtype=np.int64)

    def written(band: tuple[int, int], label: IntArray, found: Marks, at: int) -> tuple[int, list[Crowded]]:
        return _written(raster, band[0], found, shapes, label, words, at)

    results = list(pool.map(written, bands, labels, marks, starts))
    at = 0
    for label, start, (end, _) in zip(labels, starts, results, strict=False):
        words[at : at + end - start] = words[start:end]
        label[label < ASK] += start - at
        at += end - start
    words.resize(at, refcheck=False)
    return words, [cell for _, crowded in results for cell in crowded]


def _nested(shapes: Shapes, cell: Crowded) -> tuple[Raster, IntArray, npt.NDArray[np.int64], list[Crowded]]:
    """A raster in a crowded cell: its shape, its cells, the records, and the cells worth cutting once more."""
    outer = cell.raster
    side = min(int(np.ceil(np.sqrt(CELLS_PER_CORNER * cell.edges))), MOST_NESTED)
    side = min(side, int(min(outer.cell_x, outer.cell_y) / shapes.smallest_cell))
    raster = Raster(outer.west, outer.south, outer.cell_x / side, outer.cell_y / side, side, side)
    label = np.full(side * side, NOWHERE, dtype=np.int32)
    found = _marked(raster, 0, side, cell.grids, shapes, label, 2 * side * side)
    words = np.empty(_room(found), dtype=np.int64)
    end, crowded = _written(raster, 0, found, shapes, label, words, 0)
    worth = [inner for inner in crowded if inner.edges <= WORTH_CUTTING * cell.edges]
    return raster, label, words[:end].copy(), worth


def _marked(
    raster: Raster, first: int, past: int, grids: IntArray, shapes: Shapes, label: IntArray, room: int
) -> Marks:
    return mark(
        raster, first, past, grids, shapes.bounds, shapes.grid_rings, shapes.ring_corners, shapes.xy, label, room
    )


def _room(found: Marks) -> int:
    """Words for all records: for every edge once for each grid, although most are shared and written once.
    What is not written takes no memory."""
    return 3 * len(found[0]) + 5 * len(found[3])


def _written(
    raster: Raster, first: int, found: Marks, shapes: Shapes, label: IntArray, words: IntArray, at: int
) -> tuple[int, list[Crowded]]:
    """Write the records of rows from `first` on; the word after them, and the crowded cells that can be cut."""
    numbers = words.view(np.float64)
    end, cells, edges, starts, grids = write(raster, *found, shapes.xy, label, words, numbers, at)
    if min(raster.cell_x, raster.cell_y) < 2 * shapes.smallest_cell:
        return end, []
    crowded = []
    for k, cell in enumerate(cells.tolist()):
        row, column = divmod(cell, raster.columns)
        west = raster.west + column * raster.cell_x
        south = raster.south + (first + row) * raster.cell_y
        rectangle = Raster(west, south, raster.cell_x, raster.cell_y, 1, 1)
        crowded.append(Crowded(label, cell, rectangle, int(edges[k]), grids[starts[k] : starts[k + 1]]))
    return end, crowded


def _raster(shapes: Shapes) -> Raster:
    """Cells as small as the shapes' detail allows, about square in degrees."""
    west, south, east, north = shapes.extent
    corners = len(shapes.xy)
    if not corners:
        return Raster(0.0, 0.0, 1.0, 1.0, 1, 1)
    length_x, length_y = lengths(shapes.ring_corners, shapes.xy)
    sizes = shapes.bounds[:, 2:] - shapes.bounds[:, :2]
    cells = int(np.clip(CELLS_PER_CORNER * corners, FEWEST_CELLS, MOST_CELLS))
    while True:
        cell = max(float(np.sqrt((east - west) * (north - south) / cells)), shapes.smallest_cell)
        columns = max(1, min(int((east - west) / cell), cells))
        rows = max(1, min(int((north - south) / cell), cells))
        cell_x = max((east - west) / columns, shapes.smallest_cell)
        cell_y = max((north - south) / rows, shapes.smallest_cell)
        passed = length_x / cell_x + length_y / cell_y + corners
        scanned = np.nansum((sizes[:, 0] / cell_x + 2) * (sizes[:, 1] / cell_y + 2))
        if cells == 1 or (passed <= MOST_PASSED * corners and scanned <= MOST_SCANNED):
            return Raster(west, south, cell_x, cell_y, columns, rows)
        cells //= 2
