"""Which areas are neighbours, where they are not cells of a lattice: by shared corners, or by distance.

Both answer a symmetric sparse matrix of ones (CSR) with an empty diagonal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import shapely
from scipy.spatial import KDTree

from gis.hotspots.lattice import Numbers, adjacency


def queen(areas: npt.NDArray[np.object_]) -> Any:
    """Areas (polygons of a coverage) that share at least one corner, equal to the last bit.

    Contiguity as libpysal's `Queen` has it. Where borders were drawn twice, or one side lacks the other's corners,
    neighbours are missed: mend the coverage first (`gis.geometry.coverage` tells what is wrong with it).
    """
    places, area = shapely.get_coordinates(areas, return_index=True)
    corner, corners = pd.factorize((places + 0.0).view(np.complex128).ravel())  # + 0.0: -0.0 is the same place
    touches = scipy.sparse.csr_array((np.ones(len(area)), (area, corner)), shape=(len(areas), len(corners)))
    together = touches @ touches.T
    together.setdiag(0)
    together.eliminate_zeros()
    together.data[:] = 1
    together.sort_indices()
    return together


def within_distance(x: Numbers, y: Numbers, *, radius_m: float) -> Any:
    """Points (metres) at most `radius_m` from each other."""
    pairs = KDTree(np.stack([x, y], axis=1)).query_pairs(radius_m, output_type="ndarray")
    return adjacency(pairs[:, 0], pairs[:, 1], len(x))
