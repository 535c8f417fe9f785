"""The cells answer as GEOS does, to the last bit, with the first grid in order where several cover a point."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.geometry import GridIndex
from gis.geometry.cells.asking import side
from gis.geometry.cells.index import CellIndex
from tests.geometry.tessellations import tessellations

CHANCE = np.random.default_rng(1)


def cells(geoms: Any, **options: Any) -> CellIndex:
    return CellIndex(geoms, np.arange(len(geoms)), **options)


def covering(geoms: Any, points: Any) -> Any:
    """A column for each grid: which points shapely says that it covers."""
    shapely.prepare(geoms)
    return shapely.covers(geoms[None, :], shapely.points(points)[:, None])


def agree(geoms: Any, points: Any, *, may_ask: bool = True) -> None:
    index = cells(geoms)
    x, y = points.T
    first, count, covers = index.first(x, y), index.count(x, y), covering(geoms, points)
    expected = np.where(covers.any(axis=1), covers.argmax(axis=1), index.NOWHERE)
    decided = first != index.ASK
    assert may_ask or decided.all()
    assert (first[decided] == expected[decided]).all()
    assert (count[decided] == covers.sum(axis=1)[decided]).all()
    assert ((count == index.ASK) == ~decided).all()


def around(geoms: Any, count: int = 200) -> Any:
    """Corners, middles and other places of edges, what is a bit beside them or level with them, and anything."""
    xy = shapely.get_coordinates(geoms)
    at = CHANCE.integers(0, len(xy) - 1, count)
    one, other = xy[at], xy[at + 1]
    places = [one, (one + other) / 2, one + CHANCE.random((count, 1)) * (other - one)]
    for axis in (0, 1):
        for place in places[:3]:
            for towards in (-np.inf, np.inf):
                beside = place.copy()
                beside[:, axis] = np.nextafter(beside[:, axis], towards)
                places.append(beside)
        level = one.copy()
        level[:, axis] = CHANCE.permutation(one[:, axis])
        places.append(level)
    west, south, east, north = shapely.total_bounds(geoms)
    places.append(np.stack([CHANCE.uniform(west, east, count), CHANCE.uniform(south, north, count)], axis=1))
    return np.concatenate(places)


def on_the_raster(index: CellIndex, count: int = 500) -> Any:
    """Borders and middles of cells, where the engine itself cuts the plane."""
    raster = index.raster
    x = raster.west + CHANCE.integers(0, 2 * raster.columns + 1, count) * raster.cell_x / 2
    y = raster.south + CHANCE.integers(0, 2 * raster.rows + 1, count) * raster.cell_y / 2
    return np.stack([x, y], axis=1)


@settings(deadline=None, max_examples=30)
@given(tiled=tessellations())
def test_grids_that_tile_are_told_apart_as_shapely_does(tiled: Any) -> None:
    _, geoms = tiled
    agree(geoms, np.concatenate([around(geoms), on_the_raster(cells(geoms))]), may_ask=False)


lattice = st.integers(0, 16).map(lambda n: n / 16)
anywhere = st.floats(0, 1, width=32)
number = lattice | anywhere


@st.composite
def shapes(draw: st.DrawFn) -> Any:
    """A box, a triangle, a sliver, a frame with a hole, or two boxes that touch in a corner; maybe not sound."""
    x, y, w, h = draw(number), draw(number), draw(number) + 2**-10, draw(number) + 2**-10
    box = shapely.box(x, y, x + w, y + h)
    match draw(st.integers(0, 4)):
        case 0:
            return box
        case 1:
            return shapely.Polygon([(x, y), (draw(number), draw(number)), (x + w, y + h)])
        case 2:
            return shapely.Polygon([(x, y), (x + w, y + h), (x + w, y + h + 2**-30)])
        case 3:
            return box.difference(shapely.box(x + w / 4, y + h / 4, x + w / 2, y + h / 2))
        case _:
            return shapely.MultiPolygon([box, shapely.box(x + w, y + h, x + 2 * w, y + 2 * h)])


@settings(deadline=None, max_examples=40)
@given(
    drawn=st.lists(shapes(), min_size=1, max_size=12),
    shift=st.sampled_from([(0.0, 0.0), (107.0, 29.0), (-0.5, 0.25), (-180.0, -90.0), (1e-9, 0.0)]),
)
def test_overlapping_holed_and_thin_shapes_are_told_as_shapely_does(drawn: Any, shift: Any) -> None:
    geoms = shapely.transform(np.array(drawn, dtype=object), lambda xy: xy + np.array(shift))
    geoms = geoms[shapely.is_valid(geoms)]
    if len(geoms):
        knots = np.array(shift) + CHANCE.integers(0, 33, (300, 2)) / 16
        agree(geoms, np.concatenate([around(geoms), on_the_raster(cells(geoms)), knots]))


coordinate = st.floats(106, 108) | st.floats(-1, 1) | lattice


@settings(deadline=None, max_examples=500)
@given(st.tuples(*[coordinate] * 5), st.floats(0, 1), st.integers(-2, 2))
def test_the_side_of_an_edge_is_right_or_asked_for(numbers: Any, share: float, ulps: int) -> None:
    ax, ay, bx, by, x = numbers
    y = ay + share * (by - ay)
    x = ax + share * (bx - ax) + ulps * np.spacing(x)
    left = (Fraction(ax) - Fraction(x)) * (Fraction(by) - Fraction(y))
    right = (Fraction(ay) - Fraction(y)) * (Fraction(bx) - Fraction(x))
    assert side(ax, ay, bx, by, x, y) in ((left > right) - (left < right), CellIndex.ASK)


def test_near_an_edge_of_a_town_nothing_needs_to_be_asked() -> None:
    geoms = np.array([shapely.Point(107.1, 29.15).buffer(0.01), shapely.Point(107.11, 29.15).buffer(0.01)])
    agree(geoms, around(geoms, 2000), may_ask=False)


@pytest.mark.parametrize("slices", [12, 100])
def test_a_corner_where_many_grids_meet_is_told_or_asked_for(slices: int) -> None:
    turns = np.linspace(0, 2 * np.pi, slices + 1)
    rim = 107 + 0.25 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    geoms = shapely.polygons([[(107, 107), one, other] for one, other in pairwise(rim)])
    near = 107 + CHANCE.normal(0, 1, (2000, 2)) * 10.0 ** -CHANCE.integers(0, 15, (2000, 1))
    agree(geoms, np.concatenate([around(geoms), near]), may_ask=slices > 32)


def test_a_town_in_a_wide_county_gets_cells_of_its_own() -> None:
    columns, rows = np.meshgrid(np.arange(30), np.arange(30))
    west, south = 107 + columns.ravel() / 2**14, 29 + rows.ravel() / 2**14
    town = shapely.box(west, south, west + 2**-14, south + 2**-14)
    county = shapely.box(105, 27, 109, 31).difference(shapely.box(107, 29, 107 + 30 * 2**-14, 29 + 30 * 2**-14))
    geoms = np.append(town, county)
    index = cells(geoms)
    assert len(index._cells) > index.raster.columns * index.raster.rows
    agree(geoms, np.concatenate([around(town), around(geoms[-1:])]), may_ask=False)


def test_more_grids_in_one_place_than_a_record_holds_are_asked_for() -> None:
    geoms = np.array([shapely.box(107, 29, 108, 30)] * 40)
    index = cells(geoms)
    assert index.first(np.array([107.5, 106.0]), np.array([29.5, 29.5])).tolist() == [index.ASK, index.NOWHERE]
    grids = GridIndex([f"G{n:02d}" for n in range(40)], geoms)
    grids.prepare(10**6)
    lon, lat = np.full(3000, 107.5), np.full(3000, 29.5)
    assert set(grids.locate(lon, lat).tolist()) == {0}
    assert set(grids.ties(lon, lat).tolist()) == {40}


def test_no_grids_empty_ones_and_points_that_are_none_are_nowhere() -> None:
    lon, lat = np.array([0.0, 0.5, np.nan, np.inf]), np.array([0.0, 0.5, 0.5, 0.5])
    assert cells(np.array([], dtype=object)).first(lon, lat).tolist() == [-1] * 4
    empty = np.array([shapely.Polygon(), shapely.MultiPolygon()])
    assert cells(empty).first(lon, lat).tolist() == [-1] * 4
    assert cells(np.append(empty, shapely.box(0, 0, 1, 1))).first(lon, lat).tolist() == [2, 2, -1, -1]
    assert cells(empty).first(lon[:0], lat[:0]).tolist() == []


def test_arrays_may_be_read_only_strided_and_of_whole_numbers() -> None:
    index = cells(np.array([shapely.box(0, 0, 2, 2)]))
    pairs = np.array([[1, 1], [3, 1]])
    assert index.first(*pairs.T).tolist() == [0, -1]
    fixed = np.array([1.0, 3.0])
    fixed.flags.writeable = False
    assert index.first(fixed, fixed).tolist() == [0, -1]


@settings(deadline=None, max_examples=10)
@given(tiled=tessellations())
def test_one_thread_and_several_answer_the_same(tiled: Any) -> None:
    _, geoms = tiled
    x, y = np.tile(around(geoms), (20, 1)).T
    assert (cells(geoms, threads=1).first(x, y) == cells(geoms, threads=3).first(x, y)).all()


@settings(deadline=None, max_examples=20)
@given(tiled=tessellations())
def test_many_points_at_once_go_where_each_goes_alone(tiled: Any) -> None:
    codes, geoms = tiled
    x, y = around(geoms).T
    by_tree, by_cells = GridIndex(codes, geoms), GridIndex(codes, geoms)
    by_cells.prepare(10**6)
    assert len(x) > 2000
    assert (by_cells.locate(x, y) == by_tree.locate(x, y)).all()
    assert (by_cells.ties(x, y) == by_tree.ties(x, y)).all()
