"""One point by itself gets the answer that it gets among many."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.geometry import GridIndex
from tests.geometry.tessellations import CELL_DEG, SOUTH, WEST, tessellations

HOLED = shapely.Polygon(
    [(107, 29), (107.02, 29), (107.02, 29.02), (107, 29.02)],
    [[(107.005, 29.005), (107.015, 29.005), (107.015, 29.015), (107.005, 29.015)]],
)
OVERLAPPING = GridIndex(
    ["G3", "G2", "G1", "G4"],
    np.array(
        [
            HOLED,
            shapely.box(107.01, 29.01, 107.03, 29.03),
            shapely.MultiPolygon([shapely.box(107.02, 29, 107.021, 29.01), shapely.box(107.04, 29, 107.05, 29.01)]),
            shapely.Polygon([(107.02, 29.02), (107.04, 29.02), (107.04, 29.020000001)]),
        ],
        dtype=object,
    ),
)


def same_as_among_many(grids: GridIndex, lon: float, lat: float, reach_m: float) -> None:
    one = grids.around(lon=lon, lat=lat, reach_m=reach_m)
    _, position, distance_m = grids.within(lon, lat, reach_m)
    assert one.grids == list(zip(position.tolist(), distance_m.tolist(), strict=True))
    if one.edge_m is None:
        assert not (distance_m == 0).any()
    else:
        assert one.edge_m == grids.edge_distance_m(lon, lat, position[0])[0]


@st.composite
def asked(draw: st.DrawFn) -> tuple[GridIndex, float, float]:
    """Grids, and a point on a corner, on an edge, or anywhere about."""
    codes, geoms = draw(tessellations())
    corners = shapely.get_coordinates(geoms)
    first = draw(st.integers(0, len(corners) - 2))
    share = draw(st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1))
    on_edge: Any = corners[first] + share * (corners[first + 1] - corners[first])
    reach = 6 * CELL_DEG
    about = draw(st.tuples(st.floats(WEST - CELL_DEG, WEST + reach), st.floats(SOUTH - CELL_DEG, SOUTH + reach)))
    lon, lat = draw(st.sampled_from([tuple(on_edge.tolist()), about]))
    return GridIndex(codes, geoms), lon, lat


@given(asked=asked(), reach_m=st.sampled_from([0.0, 1e-6, 15.0, 600.0]) | st.floats(0, 2000))
@settings(max_examples=300, deadline=None)
def test_point_in_a_coverage(asked: tuple[GridIndex, float, float], reach_m: float) -> None:
    same_as_among_many(*asked, reach_m)


@given(
    lon=st.sampled_from([107.0, 107.005, 107.01, 107.02, 107.021, 107.04]) | st.floats(106.99, 107.06),
    lat=st.sampled_from([29.0, 29.005, 29.01, 29.02, 29.03]) | st.floats(28.99, 29.04),
    reach_m=st.sampled_from([0.0, 15.0, 1500.0]),
)
@settings(max_examples=300, deadline=None)
def test_point_among_overlaps_holes_and_slivers(lon: float, lat: float, reach_m: float) -> None:
    same_as_among_many(OVERLAPPING, lon, lat, reach_m)


def test_no_grids_and_points_that_are_none() -> None:
    assert GridIndex([], np.array([], dtype=object)).around(lon=107, lat=29, reach_m=15) == ([], None)
    assert OVERLAPPING.around(lon=float("nan"), lat=29, reach_m=15) == ([], None)
