"""Cases that lie close in place and time: density clusters (ST-DBSCAN, Birant and Kut 2007).

A case with at least `fewest` cases (itself among them) within `radius_m` and `days` is the core of a cluster; cores
that close belong together, and what lies that close to a core joins the nearest one's cluster. All else is noise. So
clusters have any shape and length, and need no number of them beforehand. Where it ends: it asks how close, not whether
chance would do the same (`scan` does); with one radius, what is dense downtown is not what is dense in a village; and
two clusters that touch become one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse
import shapely
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from gis.errors import Fault, InvalidInput, said
from gis.hotspots.lattice import Numbers

MOST_PAIRS = 50_000_000
NOISE = -1


@dataclass(frozen=True)
class Clusters:
    """Each case's cluster, numbered from 0, largest first, or `NOISE`; and whether it is one of its cores."""

    cluster: npt.NDArray[np.int64]
    core: npt.NDArray[np.bool_]

    @property
    def count(self) -> int:
        return int(self.cluster.max(initial=NOISE)) + 1


def clustered(
    x: Numbers, y: Numbers, day: Numbers | None = None, *, radius_m: float, days: float = 0, fewest: int = 5
) -> Clusters:
    """The clusters of cases at x and y (metres) on `day` (days since any moment; None: time does not matter).

    Numbers go by size, then by the first case. Raises InvalidInput where more pairs are close than memory could hold.
    """
    places = np.stack([x, y], axis=1) / radius_m
    if day is not None:
        places = np.column_stack([places, day / days if days else np.unique(day, return_inverse=True)[1] * 2.0])
    tree = KDTree(places)
    pairs_bound = (tree.count_neighbors(tree, 1.0, p=np.inf) - len(x)) // 2
    if pairs_bound > MOST_PAIRS:
        reason = said(
            "some {count:,} pairs of cases are that close; choose a smaller radius or fewer days",
            count=pairs_bound,
        )
        raise InvalidInput([Fault("radius_m", "too_large", reason)])
    pairs = tree.query_pairs(1.0, p=np.inf, output_type="ndarray")
    apart = ((places[pairs[:, 0], :2] - places[pairs[:, 1], :2]) ** 2).sum(axis=1)
    pairs, apart = pairs[apart <= 1.0], apart[apart <= 1.0]
    near = np.bincount(pairs.ravel(), minlength=len(x)) + 1
    core = near >= fewest
    both = core[pairs].all(axis=1)
    joined = scipy.sparse.coo_array((np.ones(both.sum()), tuple(pairs[both].T)), shape=(len(x), len(x)))
    _, cluster = connected_components(joined, directed=False)
    cluster = np.where(core, cluster, NOISE).astype(np.int64)
    _join_edges(cluster, core, pairs, apart)
    return Clusters(_by_size(cluster), core)


def _join_edges(
    cluster: npt.NDArray[np.int64], core: npt.NDArray[np.bool_], pairs: npt.NDArray[np.int64], apart: Numbers
) -> None:
    """Give cases that are no core the cluster of the nearest core, of equally near ones the first."""
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    apart = np.concatenate([apart, apart])
    kept = ~core[ends[:, 0]] & core[ends[:, 1]]
    ends, apart = ends[kept], apart[kept]
    order = np.lexsort((ends[:, 1], apart, ends[:, 0]))
    edge, first = np.unique(ends[order, 0], return_index=True)
    cluster[edge] = cluster[ends[order[first], 1]]


def _by_size(cluster: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    numbers, first, size = np.unique(cluster, return_index=True, return_counts=True)
    real = numbers != NOISE
    order = np.lexsort((first[real], -size[real]))
    renamed = np.full(len(numbers), NOISE)
    renamed[np.flatnonzero(real)[order]] = np.arange(len(order))
    return np.asarray(renamed[np.searchsorted(numbers, cluster)], dtype=np.int64)


def outlines(
    x: Numbers, y: Numbers, found: Clusters, *, margin_m: float, ratio: float = 0.4
) -> npt.NDArray[np.object_]:
    """One polygon a cluster, in its order (metres): its concave hull, widened by `margin_m`; a point has one too.

    `ratio` 1 is the convex hull, 0 the most ragged one without holes.
    """
    shapes = [
        shapely.concave_hull(shapely.multipoints(np.stack([x[own], y[own]], axis=1)), ratio=ratio).buffer(margin_m)
        for own in (found.cluster == number for number in range(found.count))
    ]
    return np.array(shapes, dtype=object)
