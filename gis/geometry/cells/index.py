"""A raster of cells over grids, made to be asked about millions of points."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.geometry.cells.asking import count_covering, first_covering
from gis.geometry.cells.build import Shapes, build
from gis.geometry.cells.marking import NOWHERE
from gis.geometry.cells.records import ASK

IntArray = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]

_CHUNK = 1 << 15


class CellIndex:
    """(Multi)Polygons made ready to be asked which of them covers a point, edges and corners included.

    The extent is cut into equal cells. Most lie in one polygon, or in none, and answer at once; the others keep
    the edges that pass them and are asked exactly, with the answer that GEOS gives; where many pass, a cell is
    cut into smaller ones. Where the arithmetic does not suffice (a point within rounding of an edge whose
    coordinates are of quite different magnitude), and where more than 32 polygons meet, the answer is ASK: ask GEOS.

    The polygons must be valid; their order is that of precedence, and `names` are the numbers that stand for
    them in answers. Points are float arrays; NaN is nowhere.
    """

    ASK = ASK
    NOWHERE = NOWHERE

    def __init__(self, geoms: npt.NDArray[np.object_], names: IntArray, *, threads: int | None = None) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self._names = names
        shapes = Shapes.of(geoms)
        self._extent = shapes.extent
        self.raster, self._cells, self._words = build(shapes, self.threads)
        self._numbers = self._words.view(np.float64)
        # Loads, or compiles, the half that answers.
        self.first(np.zeros(1), np.zeros(1))

    def first(self, x: FloatArray, y: FloatArray) -> IntArray:
        """The name of the first polygon that covers each point, NOWHERE where none does; or ASK."""
        return self._ask(first_covering, x, y, self._names)

    def count(self, x: FloatArray, y: FloatArray) -> IntArray:
        """How many polygons cover each point; or ASK."""
        return self._ask(count_covering, x, y)

    def _ask(self, kernel: Callable[..., None], x: FloatArray, y: FloatArray, *names: IntArray) -> IntArray:
        out = np.empty(len(x), dtype=np.intp)

        def answer(start: int) -> None:
            chunk = slice(start, start + _CHUNK)
            points = _own(x[chunk]), _own(y[chunk])
            index: Any = self.raster, self._extent, self._cells, self._words, self._numbers
            kernel(*index, *names, *points, out[chunk])

        starts = range(0, len(x), _CHUNK)
        if self.threads == 1 or len(starts) == 1:
            for start in starts:
                answer(start)
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(answer, starts))
        return out


def _own(values: FloatArray) -> FloatArray:
    """The values as the one kind of array that the engine is compiled for."""
    return np.require(values, np.float64, ["C", "W"])
