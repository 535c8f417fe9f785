"""Which grid has a point."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.geometry import GridIndex
from tests.geometry.tessellations import CELL_DEG, SOUTH, WEST, tessellations

GEOD = pyproj.Geod(ellps="WGS84")


def index(**grids: Any) -> GridIndex:
    return GridIndex(list(grids), np.array(list(grids.values()), dtype=object))


def codes_at(grids: GridIndex, lon: Any, lat: Any) -> list[str | None]:
    return [grids.codes[at] if at >= 0 else None for at in grids.locate(lon, lat)]


SIDE_BY_SIDE = index(B=shapely.box(107, 29, 108, 30), A=shapely.box(108, 29, 109, 30))


def test_point_inside_goes_to_its_grid() -> None:
    assert codes_at(SIDE_BY_SIDE, [107.5, 108.5], [29.5, 29.5]) == ["B", "A"]


def test_point_on_shared_edge_goes_to_lower_grid_code() -> None:
    assert codes_at(SIDE_BY_SIDE, 108.0, 29.25) == ["A"]
    assert SIDE_BY_SIDE.ties(108.0, 29.25).tolist() == [2]


def test_point_on_the_rim_is_covered() -> None:
    assert codes_at(SIDE_BY_SIDE, [107.0, 107.0, 108.5], [29.0, 29.5, 30.0]) == ["B", "B", "A"]


def test_corner_of_four_grids_goes_to_the_lowest_code() -> None:
    four = index(
        D=shapely.box(107, 29, 108, 30),
        C=shapely.box(108, 29, 109, 30),
        B=shapely.box(107, 30, 108, 31),
        A=shapely.box(108, 30, 109, 31),
    )
    assert codes_at(four, 108.0, 30.0) == ["A"]
    assert four.ties(108.0, 30.0).tolist() == [4]


def test_point_in_an_overlap_goes_to_lower_grid_code() -> None:
    overlapping = index(G2=shapely.box(107, 29, 108.1, 30), G1=shapely.box(108, 29, 109, 30))
    assert codes_at(overlapping, [107.9, 108.05], [29.5, 29.5]) == ["G2", "G1"]
    assert overlapping.ties([107.9, 108.05], [29.5, 29.5]).tolist() == [1, 2]


def test_codes_are_compared_as_plain_strings() -> None:
    same = shapely.box(107, 29, 108, 30)
    assert codes_at(index(**{"9": same, "10": same, "a": same, "B": same}), 107.5, 29.5) == ["10"]
    assert codes_at(index(a=same, B=same, 中=same), 107.5, 29.5) == ["B"]


def test_point_in_a_hole_or_outside_is_nowhere() -> None:
    ring = shapely.box(107, 29, 108, 30).difference(shapely.box(107.4, 29.4, 107.6, 29.6))
    assert codes_at(index(A=ring), [107.5, 106.9, math.nan], [29.5, 29.5, 29.5]) == [None, None, None]
    assert index(A=ring).ties([107.5, 106.9, math.nan], [29.5, 29.5, 29.5]).tolist() == [0, 0, 0]


def test_edge_of_a_hole_is_covered() -> None:
    ring = shapely.box(107, 29, 108, 30).difference(shapely.box(107.25, 29.25, 107.5, 29.5))
    assert codes_at(index(A=ring), 107.25, 29.375) == ["A"]


def test_second_part_of_a_grid_counts() -> None:
    parts = shapely.MultiPolygon([shapely.box(107, 29, 107.1, 29.1), shapely.box(108, 29, 108.1, 29.1)])
    assert codes_at(index(A=parts), 108.05, 29.05) == ["A"]


def test_no_points_and_no_grids_are_fine() -> None:
    assert SIDE_BY_SIDE.locate([], []).tolist() == []
    nothing = GridIndex([], np.array([], dtype=object))
    assert len(nothing) == 0
    assert nothing.locate(107.5, 29.5).tolist() == [-1]
    assert nothing.ties(107.5, 29.5).tolist() == [0]
    nearest = nothing.nearest(107.5, 29.5)
    assert (nearest.position.tolist(), nearest.distance_m.tolist()) == ([-1], [math.inf])
    assert np.isnan(nothing.edge_distance_m(107.5, 29.5, -1)).all()


def test_codes_and_shapes_must_pair_up() -> None:
    with pytest.raises(ValueError, match="2 codes for 1"):
        GridIndex(["A", "B"], np.array([shapely.box(0, 0, 1, 1)], dtype=object))


def test_point_outside_knows_its_nearest_grid_and_how_far_it_is() -> None:
    nearest = SIDE_BY_SIDE.nearest([106.9999, 109.0002, 107.5], [29.5, 29.5, 29.5])
    assert [SIDE_BY_SIDE.codes[at] for at in nearest.position] == ["B", "A", "B"]
    west_m = GEOD.inv(106.9999, 29.5, 107, 29.5)[2]
    east_m = GEOD.inv(109.0002, 29.5, 109, 29.5)[2]
    assert nearest.distance_m == pytest.approx([west_m, east_m, 0.0], abs=1e-3)


def test_point_equally_near_to_two_grids_goes_to_lower_grid_code() -> None:
    apart = index(B=shapely.box(107, 29, 107.25, 30), A=shapely.box(107.75, 29, 108, 30))
    assert [apart.codes[at] for at in apart.nearest(107.5, 29.5).position] == ["A"]


def test_nearest_is_judged_in_metres_not_degrees() -> None:
    """At 60N a degree of longitude is half one of latitude: 1.5 degrees east is nearer than 1 degree north."""
    grids = index(north=shapely.box(19, 61, 21, 62), east=shapely.box(21.5, 59, 22, 60.9))
    assert [grids.codes[at] for at in grids.nearest(20.0, 60.0).position] == ["east"]


def test_missing_point_has_no_nearest_grid() -> None:
    nearest = SIDE_BY_SIDE.nearest([math.nan, 106.9], [29.5, 29.5])
    assert nearest.position[0] == -1
    assert nearest.distance_m[0] == math.inf
    assert np.isfinite(nearest.distance_m[1])


def test_edge_distance_is_that_to_the_nearest_edge_of_the_own_grid() -> None:
    at = SIDE_BY_SIDE.locate([107.9999, 106.0], [29.5, 29.5])
    inside_m, outside_m = SIDE_BY_SIDE.edge_distance_m([107.9999, 106.0], [29.5, 29.5], at)
    assert inside_m == pytest.approx(GEOD.inv(107.9999, 29.5, 108.0, 29.5)[2], abs=1e-3)
    assert math.isnan(outside_m)


def test_edge_distance_sees_the_edge_of_a_hole() -> None:
    ring = shapely.box(107, 29, 108, 30).difference(shapely.box(107.4, 29.4, 107.6, 29.6))
    (distance_m,) = index(A=ring).edge_distance_m(107.3999, 29.5, 0)
    assert distance_m == pytest.approx(GEOD.inv(107.3999, 29.5, 107.4, 29.5)[2], abs=1e-3)


def test_grids_within_reach_come_nearest_first_and_covering_ones_at_zero() -> None:
    near = SIDE_BY_SIDE.within([107.9999, 108.0, 106.0], [29.5, 29.5, 29.5], 50.0)
    assert near.point.tolist() == [0, 0, 1, 1]
    assert [SIDE_BY_SIDE.codes[at] for at in near.position] == ["B", "A", "A", "B"]
    assert near.distance_m == pytest.approx([0.0, GEOD.inv(107.9999, 29.5, 108.0, 29.5)[2], 0.0, 0.0], abs=1e-3)


def test_missing_points_are_near_nothing() -> None:
    assert SIDE_BY_SIDE.within([math.nan, 107.5], [29.5, 29.5], 5.0).point.tolist() == [1]
    assert np.isnan(SIDE_BY_SIDE.edge_distance_m([math.nan, 107.5], [29.5, 29.5], [-1, 0])).tolist() == [True, False]


def test_reach_may_differ_from_point_to_point() -> None:
    near = SIDE_BY_SIDE.within([106.9999, 106.9999], [29.5, 29.5], [5.0, 50.0])
    assert near.point.tolist() == [1]


fractions = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30)


def spread(geoms: Any, shares: list[tuple[float, float]]) -> tuple[Any, Any]:
    west, south, east, north = shapely.total_bounds(geoms)
    u, v = np.array(shares).T
    return np.clip(west + u * (east - west), west, east), np.clip(south + v * (north - south), south, north)


@settings(deadline=None)
@given(tiled=tessellations(), shares=fractions)
def test_every_point_of_a_tessellation_is_in_exactly_one_grid_but_on_edges(tiled: Any, shares: Any) -> None:
    codes, geoms = tiled
    lon, lat = spread(geoms, shares)
    grids = GridIndex(codes, geoms)
    at, ties = grids.locate(lon, lat), grids.ties(lon, lat)
    assert (at >= 0).all()
    assert (ties >= 1).all()
    points = shapely.points(lon, lat)
    assert shapely.intersects(geoms[at], points).all()
    shared = ties > 1
    assert shapely.intersects(shapely.boundary(geoms[at[shared]]), points[shared]).all()


@settings(deadline=None)
@given(tiled=tessellations(), shares=fractions)
def test_points_along_edges_are_never_lost(tiled: Any, shares: Any) -> None:
    codes, geoms = tiled
    edges = shapely.boundary(geoms)
    on_edge = [edges[int(u * len(edges)) % len(edges)].interpolate(v, normalized=True) for u, v in shares]
    west, south, east, north = shapely.total_bounds(geoms)
    lon = np.clip(shapely.get_x(on_edge), west, east)
    lat = np.clip(shapely.get_y(on_edge), south, north)
    assert (GridIndex(codes, geoms).locate(lon, lat) >= 0).all()


@settings(deadline=None)
@given(tiled=tessellations())
def test_corners_go_to_the_lowest_code_that_meets_there(tiled: Any) -> None:
    codes, geoms = tiled
    corners = np.unique(shapely.get_coordinates(geoms), axis=0)
    grids = GridIndex(codes, geoms)
    for corner, code in zip(corners, codes_at(grids, *corners.T), strict=True):
        meeting = (shapely.get_coordinates(geoms) == corner).all(axis=1).reshape(len(codes), -1).any(axis=1)
        assert code == min(np.array(codes)[meeting])


@settings(deadline=None)
@given(tiled=tessellations(), shares=fractions, seed=st.integers(0, 2**32 - 1))
def test_order_of_the_grids_does_not_change_the_answer(tiled: Any, shares: Any, seed: int) -> None:
    codes, geoms = tiled
    order = np.random.default_rng(seed).permutation(len(codes))
    shuffled = GridIndex(np.array(codes)[order], geoms[order])
    grids = GridIndex(codes, geoms)
    lon, lat = spread(geoms, shares)
    corners = shapely.get_coordinates(geoms)
    lon, lat = np.append(lon, corners[:, 0]), np.append(lat, corners[:, 1])
    assert codes_at(grids, lon, lat) == codes_at(shuffled, lon, lat)
    outside = lon + 1.0
    assert [grids.codes[at] for at in grids.nearest(outside, lat).position] == [
        shuffled.codes[at] for at in shuffled.nearest(outside, lat).position
    ]


def test_middles_of_straight_edges_go_to_the_lower_code() -> None:
    """On a lattice of powers of two the middle of an edge is exactly on it."""
    cells = {
        f"G{3 * row + column}": shapely.box(
            WEST + column * CELL_DEG,
            SOUTH + row * CELL_DEG,
            WEST + (column + 1) * CELL_DEG,
            SOUTH + (row + 1) * CELL_DEG,
        )
        for row, column in itertools.product(range(3), range(3))
    }
    grids = index(**cells)
    upright = [(WEST + CELL_DEG * c, SOUTH + CELL_DEG * (r + 0.5)) for r in range(3) for c in (1, 2)]
    assert codes_at(grids, *np.array(upright).T) == ["G0", "G1", "G3", "G4", "G6", "G7"]
