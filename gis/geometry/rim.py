"""Narrow strips between neighbouring grids that open at the community's rim."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely

from gis.geometry.ruler import Ruler

GeometryArray = npt.NDArray[np.object_]

# Edges nearer than this to a strip are its sides; strips narrower than this are arithmetic.
TOUCH_M = 0.001
# Two edges face each other if they run side by side for this many times their distance.
FACING_RATIO = 3.0


def open_gaps(geoms: GeometryArray, filled: Any, ruler: Ruler, *, max_width_m: float) -> GeometryArray:
    """The strips, in EPSG:4326, at most `max_width_m` wide; `filled` is the union of `geoms` without
    holes.

    The outline is closed (grown and shrunk again by half that width). What this adds lies in notches of the
    rim; one whose sides belong to different grids and face each other is an open gap, any other is just a bay
    or a corner. A bay of that shape where two grids meet on purpose is taken for a gap.
    """
    outline = ruler.to_metres(filled)
    half_m = max_width_m / 2
    closed = shapely.buffer(shapely.buffer(outline, half_m, join_style="mitre"), -half_m, join_style="mitre")
    notches = shapely.get_parts(shapely.difference(ruler.to_degrees(closed), filled))
    flat = ruler.to_metres(notches)
    edges = ruler.to_metres(shapely.boundary(geoms))
    tree = shapely.STRtree(edges)
    gaps = [
        mean_width_m > TOUCH_M and _is_gap(notch, edges[tree.query(notch, "dwithin", TOUCH_M)])
        for notch, mean_width_m in zip(flat, ruler.mean_width_m(flat), strict=True)
    ]
    return cast(GeometryArray, notches[np.array(gaps, dtype=bool)])


def _is_gap(notch: Any, edges: GeometryArray) -> bool:
    if len(edges) < 2:
        return False
    width_m = Ruler.width_m(np.array([notch], dtype=object))[0]
    sides = shapely.intersection(edges, shapely.buffer(notch, TOUCH_M))
    for i, side in enumerate(sides):
        others = shapely.union_all(np.delete(sides, i))
        facing = shapely.intersection(side, shapely.buffer(others, 1.2 * width_m))
        apart = shapely.difference(facing, shapely.buffer(others, TOUCH_M))
        if shapely.length(apart) >= FACING_RATIO * width_m:
            return True
    return False
