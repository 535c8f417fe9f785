"""Which grid a point is in, how far its edge is, and which grid is nearest if it is in none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class Around(NamedTuple):
    """The grids that cover a point (0 metres) or come near it, by position and metres, nearest first; and how
    many metres the point is from the edge of the first of them, None if none covers it."""

    grids: list[tuple[int, float]]
    edge_m: float | None


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
        cells = self._cells_for(len(x))
        if cells is None:
            return self._first(x, y)
        return _settled(cells.first(x, y), cells.ASK, self._first, x, y)

    def ties(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> IntArray:
        """How many grids cover each point: 0 outside, 1 as a rule, more where the lowest code decided."""
        x, y = _flat(lon, lat)
        cells = self._cells_for(len(x))
        if cells is None:
            return self._count(x, y)
        return _settled(cells.count(x, y), cells.ASK, self._count, x, y)

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
        around, near_ranks = self._plane_tree.query(at, predicate="dwithin", distance=_slack_deg(reach[known]))
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

    def prepare_around(self) -> None:
        """Build what `around` uses, so that it need not be built then."""
        _ = self._bounds, self._plane_tree, self._plane_edges

    def around(self, *, lon: float, lat: float, reach_m: float) -> Around:
        """`within` and `edge_distance_m` of one point: the same answer, without what arrays cost for a single one."""
        slack = _slack_deg(reach_m)
        west, south, east, north = self._bounds
        aside = slack / self._shrink
        if not (west - aside <= lon <= east + aside and south - slack <= lat <= north + slack):
            return Around([], None)
        x = lon * self._shrink
        at = shapely.points((x, lat))
        # By boxes, then shape by shape: for a single point the tree's own `dwithin` takes twice as long.
        ranks = self._plane_tree.query(shapely.box(x - slack, lat - slack, x + slack, lat + slack))
        covering = sorted(ranks[shapely.intersects_xy(self._geoms[ranks], lon, lat)].tolist())
        near = []
        for rank in ranks.tolist():
            if rank not in covering and at.distance(self._plane[rank]) <= slack:
                distance_m = self._one_distance_m(lon, lat, at, self._plane[rank])
                if distance_m <= reach_m:
                    near.append((max(distance_m, 1e-9), rank))
        grids = [(int(self._by_code[rank]), 0.0) for rank in covering]
        grids += [(int(self._by_code[rank]), distance_m) for distance_m, rank in sorted(near)]
        edge_m = self._one_distance_m(lon, lat, at, self._plane_edges[covering[0]]) if covering else None
        return Around(grids, edge_m)

    def _cells_for(self, points: int) -> CellIndex | None:
        """The cells, if so many points are to be asked of them."""
        self.prepare(points)
        return self._cells if points >= WORTH_ASKING_CELLS else None

    def _first(self, x: FloatArray, y: FloatArray) -> IntArray:
        """`locate` by the tree."""
        points, ranks, size = self._covering(x, y)
        first = np.full(size, len(self), dtype=np.intp)
        np.minimum.at(first, points, ranks)
        return self._positions(first)

    def _count(self, x: FloatArray, y: FloatArray) -> IntArray:
        """`ties` by the tree."""
        points, _, size = self._covering(x, y)
        return np.bincount(points, minlength=size)

    def _covering(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[IntArray, IntArray, int]:
        """Pairs of a point's index and the rank of a grid that covers it, and the number of points."""
        x, y = _flat(lon, lat)
        points, ranks = self._tree.query(shapely.points(x, y))
        covered = shapely.intersects_xy(self._geoms[ranks], x[points], y[points])
        return points[covered], ranks[covered], len(x)

    def _positions(self, ranks: IntArray) -> IntArray:
        return np.append(self._by_code, NOWHERE)[ranks]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._geoms)

    @cached_property
    def _ranks(self) -> IntArray:
        return np.argsort(self._by_code)

    # A flat map of the community in degrees of latitude: longitudes shrunk by the cosine of its middle latitude.

    @cached_property
    def _bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north; NaN if there are no grids."""
        if not len(self):
            return np.nan, np.nan, np.nan, np.nan
        west, south, east, north = shapely.total_bounds(self._geoms).tolist()
        return west, south, east, north

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

    def _one_distance_m(self, lon: float, lat: float, at: shapely.Point, shape: Any) -> float:
        """`_distance_m` of one point, which is `at` on the flat map."""
        x, y = shapely.get_coordinates(shapely.shortest_line(at, shape))[-1].tolist()
        return float(_WGS84.inv(lon, lat, x / self._shrink, y)[2])


def _slack_deg(reach_m: Any) -> Any:
    """A reach on the flat map, a little generous: a degree of latitude is at least 110,574 m, and rounding may
    put a point that is on an edge 1e-14 degrees beside it."""
    return reach_m / 110_574 * 1.02 + 1e-9


def _flat(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    return np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))


def _settled(
    found: IntArray, ask: int, tree: Callable[[FloatArray, FloatArray], IntArray], x: FloatArray, y: FloatArray
) -> IntArray:
    """What the cells found, with what they could not decide as the tree says."""
    undecided = found == ask
    if undecided.any():
        found[undecided] = tree(x[undecided], y[undecided])
    return found
