"""Which grid a point is in, how far its edge is, and which grid is nearest if it is in none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

if TYPE_CHECKING:
    from gis.geometry.cells.index import CellIndex

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
NOWHERE = -1

# Asking the tree takes about a microsecond a point; cells a fiftieth, but half a second to load the compiled
# engine into a process, and building.
WORTH_CELLS = 200_000
WORTH_ASKING_CELLS = 2_000

_WGS84 = pyproj.Geod(ellps="WGS84")


class Nearest(NamedTuple):
    """For each point the position of the nearest grid and the metres to it (0 inside); -1, inf if no grids."""

    position: IntArray
    distance_m: FloatArray


class Pairs(NamedTuple):
    """Pairs of a point's index and a grid's position, and the metres between them."""

    point: IntArray
    position: IntArray
    distance_m: FloatArray


class GridIndex:
    """Grids made ready to be asked about many points.

    Built from grid codes and their valid (Multi)Polygons in EPSG:4326, in any order; every answer is a
    position in that order. A grid has a point that it covers, edge and corners included. Where several do (a
    shared edge, an overlap), the one with the lowest code has it, by plain string order (PostgreSQL's
    COLLATE "C"), so the answer depends neither on the order of the input nor on which side was drawn first.

    Points are arrays of longitudes and latitudes, or single numbers taken as arrays of one. NaN is in no grid.
    """

    def __init__(self, codes: Sequence[str] | npt.NDArray[Any], geoms: npt.NDArray[np.object_]) -> None:
        if len(codes) != len(geoms):
            raise ValueError(f"{len(codes)} codes for {len(geoms)} geometries")
        self.codes = [str(code) for code in codes]
        self._by_code = np.array(sorted(range(len(codes)), key=self.codes.__getitem__), dtype=np.intp)
        # Kept in code order: the first grid that covers a point is then the right one.
        self._geoms = np.asarray(geoms, dtype=object)[self._by_code]
        shapely.prepare(self._geoms)
        self._tree = shapely.STRtree(self._geoms)
        self._cells: CellIndex | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def prepare(self, points: int) -> None:
        """Build what locating so many points will use, so that it need not be built then."""
        if points >= WORTH_CELLS and self._cells is None:
            from gis.geometry.cells.index import CellIndex

            self._cells = CellIndex(self._geoms, self._by_code)

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> IntArray:
        """The position of the grid that has each point, -1 where none does.

        For many points by cells on all cores, otherwise by a tree; the answer is the same.
        """
        x, y = _flat(lon, lat)
        self.prepare(len(x))
        if self._cells is None or len(x) < WORTH_ASKING_CELLS:
            return self._positions(self._first(x, y))
        found = self._cells.first(x, y)
        undecided = found == self._cells.ASK
        if undecided.any():
            found[undecided] = self._positions(self._first(x[undecided], y[undecided]))
        return found

    def ties(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> IntArray:
        """How many grids cover each point: 0 outside, 1 as a rule, more where the lowest code decided."""
        points, _, size = self._covering(lon, lat)
        return np.bincount(points, minlength=size)

    def nearest(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Nearest:
        """The nearest grid to each point and how many metres away it is; of equally near ones the lowest code.

        The distance is geodesic. Which grid is nearest is judged on a flat map of the community, good to 1% of
        the distance as long as point and community lie within about a degree of latitude.
        """
        x, y = _flat(lon, lat)
        points, ranks = self._plane_tree.query_nearest(shapely.points(*self._to_plane(x, y)), all_matches=True)
        first = np.full(len(x), len(self), dtype=np.intp)
        np.minimum.at(first, points, ranks)
        found = first < len(self)
        distance_m = np.full(len(x), np.inf)
        distance_m[found] = self._distance_m(x[found], y[found], self._plane[first[found]])
        return Nearest(self._positions(first), distance_m)

    def within(self, lon: npt.ArrayLike, lat: npt.ArrayLike, reach_m: npt.ArrayLike) -> Pairs:
        """Every grid that covers a point (0 metres) or comes within `reach_m` of it, for each point.

        Ordered by point, then distance, then code. Distances are as in `nearest`.
        """
        points, ranks, size = self._covering(lon, lat)
        x, y = _flat(lon, lat)
        reach = np.broadcast_to(np.asarray(reach_m, dtype=float), (size,))
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        at = shapely.points(*self._to_plane(x[known], y[known]))
        # A degree of latitude is at least 110,574 m: a little generous here, exact below.
        around, near_ranks = self._plane_tree.query(at, predicate="dwithin", distance=reach[known] / 110_574 * 1.02)
        around = known[around]
        apart = ~np.isin(around * len(self) + near_ranks, points * len(self) + ranks)
        around, near_ranks = around[apart], near_ranks[apart]
        distance_m = self._distance_m(x[around], y[around], self._plane[near_ranks])
        close = distance_m <= reach[around]
        points = np.concatenate([points, around[close]])
        ranks = np.concatenate([ranks, near_ranks[close]])
        # What does not cover a point is apart from it, however little: never 0.
        distance_m = np.concatenate([np.zeros(len(points) - close.sum()), np.maximum(distance_m[close], 1e-9)])
        order = np.lexsort((ranks, distance_m, points))
        return Pairs(points[order], self._positions(ranks[order]), distance_m[order])

    def edge_distance_m(self, lon: npt.ArrayLike, lat: npt.ArrayLike, position: npt.ArrayLike) -> FloatArray:
        """How many metres each point is from the nearest edge of the grid at its `position`; NaN if unknown.

        Good to 1% for grids within about a degree of latitude of each other.
        """
        x, y = _flat(lon, lat)
        at = np.atleast_1d(np.asarray(position, dtype=np.intp))
        inside = (at != NOWHERE) & np.isfinite(x) & np.isfinite(y)
        distance_m = np.full(len(x), np.nan)
        edges = self._plane_edges[self._ranks[at[inside]]]
        distance_m[inside] = self._distance_m(x[inside], y[inside], edges)
        return distance_m

    def _first(self, x: FloatArray, y: FloatArray) -> IntArray:
        """The rank of the first grid that covers each point, the number of grids where none does."""
        points, ranks, size = self._covering(x, y)
        first = np.full(size, len(self), dtype=np.intp)
        np.minimum.at(first, points, ranks)
        return first

    def _covering(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[IntArray, IntArray, int]:
        """Pairs of a point's index and the rank of a grid that covers it, and the number of points."""
        x, y = _flat(lon, lat)
        points, ranks = self._tree.query(shapely.points(x, y))
        covered = shapely.intersects_xy(self._geoms[ranks], x[points], y[points])
        return points[covered], ranks[covered], len(x)

    def _positions(self, ranks: IntArray) -> IntArray:
        return np.append(self._by_code, NOWHERE)[ranks]

    @cached_property
    def _ranks(self) -> IntArray:
        return np.argsort(self._by_code)

    # A flat map of the community in degrees of latitude: longitudes shrunk by the cosine of its middle latitude.

    @cached_property
    def _shrink(self) -> float:
        if not len(self):
            return 1.0
        _, south, _, north = shapely.total_bounds(self._geoms)
        return float(np.cos(np.radians((south + north) / 2)))

    @cached_property
    def _plane(self) -> npt.NDArray[np.object_]:
        return np.asarray(shapely.transform(self._geoms, self._to_plane, interleaved=False), dtype=object)

    @cached_property
    def _plane_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._plane)

    @cached_property
    def _plane_edges(self) -> npt.NDArray[np.object_]:
        return np.asarray(shapely.boundary(self._plane), dtype=object)

    def _to_plane(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        return lon * self._shrink, lat

    def _distance_m(self, lon: FloatArray, lat: FloatArray, shapes: npt.NDArray[np.object_]) -> FloatArray:
        """Geodesic metres from each point to the spot of its shape that is nearest on the flat map."""
        lines = shapely.shortest_line(shapely.points(*self._to_plane(lon, lat)), shapes)
        spot = shapely.get_point(lines, -1)
        *_, distance_m = _WGS84.inv(lon, lat, shapely.get_x(spot) / self._shrink, shapely.get_y(spot))
        return np.asarray(distance_m, dtype=float)


def _flat(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    return np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
