"""Regular cells: how the ground is divided, and which cell a point is in.

A lattice is anchored at the origin of a metric CRS, so that a cell and its id depend on the CRS, the form and the size
alone: who counts other points, or the same ones next year, gets the same cells. Points are put into cells by
arithmetic, not by searching. Squares are simpler to explain; hexagons have six neighbours at one distance, and no
corner at which it matters whether neighbours touch (Birch, Oom and Beecham 2007).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyproj
import scipy.sparse
import shapely
from pyproj.exceptions import CRSError

from gis.crs import metric_crs
from gis.errors import Fault, InvalidInput, said

Form = Literal["square", "hexagon"]
Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Keys = npt.NDArray[np.int64]

ROUND_SIZES_M = (10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000)
FARTHEST_M = 500_000.0
"""Further from the middle than this, a metric CRS is no longer true enough to compare cells by their size."""
_CASES_PER_CELL = 2
_ID = re.compile(r"(\d{4,6})-([sh])(\d{1,5}(?:\.\d{1,3})?)-(-?\d{1,8})-(-?\d{1,8})")
_MIDDLE = 1 << 31

_AROUND: dict[Form, tuple[tuple[int, int], ...]] = {
    "square": ((1, -1), (1, 0), (1, 1), (0, 1)),
    "hexagon": ((1, -1), (1, 0), (0, 1)),
}
"""Steps to half of a cell's neighbours; the other half has the signs turned. Squares that share a corner count."""


@dataclass(frozen=True)
class Lattice:
    """Cells of one form and size. `cell_m` is the side of a square, or the distance of a hexagon's opposite sides."""

    crs: pyproj.CRS
    form: Form
    cell_m: float

    def keys_of(self, x: Numbers, y: Numbers) -> Keys:
        """The cell of each point (metres in `crs`), as a number that sorts by column and row."""
        return _keys(*self._column_row(x, y))

    def ids(self, keys: Keys) -> npt.NDArray[np.object_]:
        """What the cells are called: EPSG code, form and size, column and row; the same in every run."""
        column, row = _column_row(keys)
        system = self.crs.to_epsg() or "metric"
        begin = f"{system}-{self.form[0]}{self.cell_m:g}"
        return np.array([f"{begin}-{c}-{r}" for c, r in zip(column.tolist(), row.tolist(), strict=True)], dtype=object)

    def centres(self, keys: Keys) -> tuple[Numbers, Numbers]:
        """The middles of cells, as x and y in metres in `crs`."""
        column, row = (each.astype(np.float64) for each in _column_row(keys))
        if self.form == "square":
            return (column + 0.5) * self.cell_m, (row + 0.5) * self.cell_m
        return (column + row / 2) * self.cell_m, row * (self.cell_m * math.sqrt(3) / 2)

    def outlines(self, keys: Keys) -> npt.NDArray[np.object_]:
        """The cells as polygons in EPSG:4326."""
        column, row = _column_row(keys)
        if self.form == "square":
            corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
            x, y = column[:, None] + corners[:, 0], row[:, None] + corners[:, 1]
            scale_x = scale_y = self.cell_m
        else:  # corners on whole steps of half a width and a third of a height, so that neighbours share them
            corners = np.array([(0, 2), (-1, 1), (-1, -1), (0, -2), (1, -1), (1, 1), (0, 2)])
            x, y = (2 * column + row)[:, None] + corners[:, 0], (3 * row)[:, None] + corners[:, 1]
            scale_x, scale_y = self.cell_m / 2, self.cell_m / math.sqrt(3) / 2
        to_lonlat = pyproj.Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        lon, lat = to_lonlat.transform(x.ravel() * scale_x, y.ravel() * scale_y)
        rings = np.stack([lon, lat], axis=1).reshape(*x.shape, 2)
        polygons: npt.NDArray[np.object_] = shapely.polygons(rings)
        return polygons

    @property
    def area_m2(self) -> float:
        return self.cell_m**2 * (1.0 if self.form == "square" else math.sqrt(3) / 2)

    def neighbours(self, keys: Keys) -> Any:
        """Which of the cells touch, as a symmetric sparse matrix of ones with an empty diagonal (CSR).

        Squares that share a side or a corner (queen), hexagons that share a side. `keys` ascend, without repetition.
        """
        column, row = _column_row(keys)
        one, other = [], []
        for east, north in _AROUND[self.form]:
            wanted = _keys(column + east, row + north)
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            found = np.flatnonzero(keys[at] == wanted) if len(keys) else np.empty(0, np.int64)
            one.append(found)
            other.append(at[found])
        a, b = np.concatenate(one), np.concatenate(other)
        return adjacency(a, b, len(keys))

    def enclosed(self, keys: Keys, *, rings: int) -> Keys:
        """The cells, and those that lie among them: what `rings` steps outwards and as many back do not uncover.

        Empty cells up to twice as many wide are filled between others; what is further apart stays apart.
        """
        inside = np.unique(keys)
        grown = inside
        for _ in range(2 * rings):
            grown = self._with_ring(grown)
        position = np.searchsorted(grown, inside)
        state = np.zeros(len(grown), dtype=bool)
        state[position] = True
        touching = self.neighbours(grown)
        for _ in range(rings):
            state |= touching @ state > 0
        for _ in range(rings):
            state &= touching @ ~state == 0
        return grown[state]

    def _with_ring(self, keys: Keys) -> Keys:
        column, row = _column_row(keys)
        steps = _AROUND[self.form]
        rings = [_keys(column + sign * east, row + sign * north) for east, north in steps for sign in (-1, 1)]
        return np.unique(np.concatenate([keys, *rings]))

    def _column_row(self, x: Numbers, y: Numbers) -> tuple[Whole, Whole]:
        if self.form == "square":
            return np.floor(x / self.cell_m).astype(np.int64), np.floor(y / self.cell_m).astype(np.int64)
        # Axial coordinates; of the three that add up to nothing, the one that rounding moved most follows the others.
        r = y / (self.cell_m * math.sqrt(3) / 2)
        q = x / self.cell_m - r / 2
        s = -q - r
        near_q, near_r, near_s = np.rint(q), np.rint(r), np.rint(s)
        off_q, off_r, off_s = np.abs(near_q - q), np.abs(near_r - r), np.abs(near_s - s)
        turn_q = (off_q > off_r) & (off_q > off_s)
        turn_r = ~turn_q & (off_r > off_s)
        near_q = np.where(turn_q, -near_r - near_s, near_q)
        near_r = np.where(turn_r, -near_q - near_s, near_r)
        return near_q.astype(np.int64), near_r.astype(np.int64)


def adjacency(one: npt.NDArray[np.integer[Any]], other: npt.NDArray[np.integer[Any]], count: int) -> Any:
    """Pairs, each given once, as a symmetric sparse matrix of ones (CSR, rows sorted)."""
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    matrix = scipy.sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    matrix.sort_indices()
    return matrix


def among(neighbours: Any, kept: npt.NDArray[np.bool_]) -> Any:
    """Who of those kept is next to whom."""
    rest = neighbours[kept][:, kept]
    rest.sort_indices()
    return rest


def cell_named(id: str) -> tuple[Lattice, int] | None:
    """The lattice and the cell that `Lattice.ids` calls so; None for what is no cell's name."""
    parts = _ID.fullmatch(id)
    if parts is None:
        return None
    system, form, cell_m, column, row = parts.groups()
    if not ROUND_SIZES_M[0] <= float(cell_m) <= ROUND_SIZES_M[-1]:
        return None
    try:
        crs = pyproj.CRS.from_epsg(int(system))
    except CRSError:
        return None
    if not crs.is_projected:
        return None
    lattice = Lattice(crs, "square" if form == "s" else "hexagon", float(cell_m))
    return lattice, int(_keys(np.array([int(column)]), np.array([int(row)]))[0])


def suggested_cell_m(x: Numbers, y: Numbers) -> float:
    """A cell's size that follows the data: room for two cases on average, rounded up to one of `ROUND_SIZES_M`.

    sqrt(2 A / n), the rule for quadrats of Griffith and Amrhein (1991; also Wong and Lee 2005), with n cases (metres)
    in the area A of their convex hull. Where they lie in a narrow band or in a few far places, the hull is larger than
    the ground, and so are the cells: then say a size.
    """
    hull = shapely.convex_hull(shapely.multipoints(np.stack([x, y], axis=1))) if len(x) else None
    area = hull.area if hull is not None else 0.0
    side = math.sqrt(_CASES_PER_CELL * area / len(x)) if area else ROUND_SIZES_M[0]
    return float(next((size for size in ROUND_SIZES_M if size >= side), ROUND_SIZES_M[-1]))


def metres(lon: Numbers, lat: Numbers, crs: pyproj.CRS | None = None) -> tuple[pyproj.CRS, Numbers, Numbers]:
    """Points (EPSG:4326) as x and y in metres, in `crs` or in the system of the middle one (`metric_crs`).

    Raises InvalidInput if there is none, or one that is too far from the middle to be measured with the others.
    """
    if not len(lon):
        raise InvalidInput([Fault("points", "empty", said("there is no point"))])
    if crs is None:
        crs = metric_crs(float(np.median(lon)), float(np.median(lat)))
    x, y = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    middle = np.median(np.where(np.isfinite(x), x, 0)), np.median(np.where(np.isfinite(y), y, 0))
    far = ~(np.hypot(x - middle[0], y - middle[1]) < FARTHEST_M)
    if far.any():
        example = f"{lon[far][0]:.5f}, {lat[far][0]:.5f}"
        reason = said(
            "{far} points, such as {example}, are over {farthest_m:.0f} km from the middle of all",
            far=far.sum(),
            example=example,
            farthest_m=FARTHEST_M / 1000,
        )
        raise InvalidInput([Fault("points", "too_far", reason)])
    return crs, x, y


def _keys(column: Whole, row: Whole) -> Keys:
    return column << 32 | (row + _MIDDLE)


def _column_row(keys: Keys) -> tuple[Whole, Whole]:
    return keys >> 32, (keys & 0xFFFFFFFF) - _MIDDLE
