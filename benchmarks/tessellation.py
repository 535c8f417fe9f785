"""Grids made from a seed: Voronoi cells whose shared edges meander, corners shared to the last bit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

WEST, SOUTH, SIZE_DEG = 106.5, 29.0, 1.0


def tessellation(count: int, *, seed: int = 1, steps: int = 8) -> npt.NDArray[np.object_]:
    """About `count` polygons in EPSG:4326 that tile an area of one degree, each edge cut into `steps`.

    Seeds are spread by chance and drawn out towards one corner, so that grids differ in size fourfold.
    """
    chance = np.random.default_rng(seed)
    side = round(count**0.5) + 2
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    places = np.stack([column.ravel(), row.ravel()], axis=1) + chance.uniform(0.05, 0.95, (side * side, 2))
    places = (places / side) ** 1.3
    around = shapely.box(0, 0, 1, 1)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(places), extend_to=around))
    cells = cells[shapely.within(cells, around)]
    rings, xy = shapely.get_exterior_ring(cells), shapely.get_coordinates(cells)
    ring = np.repeat(np.arange(len(cells)), shapely.get_num_points(rings))
    starts = np.flatnonzero(ring[:-1] == ring[1:])
    one, other = xy[starts], xy[starts + 1]
    turned = (one[:, 0] > other[:, 0]) | ((one[:, 0] == other[:, 0]) & (one[:, 1] > other[:, 1]))
    ends = np.where(turned[:, None], np.hstack([other, one]), np.hstack([one, other]))
    edges, edge = np.unique(ends, axis=0, return_inverse=True)
    share = np.arange(steps) / steps
    # Meanders fade out towards the corners, so that those of neighbouring edges do not cross.
    sway = chance.uniform(-0.25, 0.25, (len(edges), steps)) * np.minimum(share, 1 - share)
    along = edges[:, 2:] - edges[:, :2]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    lines = edges[:, None, :2] + share[:, None] * along[:, None] + sway[:, :, None] * across[:, None]
    lines = np.concatenate([lines, edges[:, None, 2:]], axis=1)
    drawn = np.where(turned[:, None, None], lines[edge.ravel()][:, ::-1], lines[edge.ravel()])[:, :-1]
    corners = np.array([WEST, SOUTH]) + SIZE_DEG * drawn.reshape(-1, 2)
    made = shapely.polygons(shapely.linearrings(corners, indices=np.repeat(ring[starts], steps)))
    return np.asarray(made[shapely.is_valid(made)], dtype=object)


def awkward_points(grids: npt.NDArray[np.object_], count: int, *, seed: int = 2) -> npt.NDArray[np.float64]:
    """Points (lon, lat) where rounding matters: corners, edges and their middles, a last bit beside these,
    and level with corners."""
    chance = np.random.default_rng(seed)
    xy = shapely.get_coordinates(grids)
    first = chance.integers(0, len(xy) - 1, count // 15 + 1)
    one, other = xy[first], xy[first + 1]
    places = [one, (one + other) / 2, one + chance.random((len(one), 1)) * (other - one)]
    for place in places[:3]:
        for axis in (0, 1):
            for towards in (-np.inf, np.inf):
                beside = place.copy()
                beside[:, axis] = np.nextafter(beside[:, axis], towards)
                places.append(beside)
    for axis in (0, 1):
        level = one.copy()
        level[:, axis] += chance.normal(0, 1e-3, len(one))
        places.append(level)
    return np.concatenate(places)[:count]
