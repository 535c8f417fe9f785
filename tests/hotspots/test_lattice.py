"""Cells: every point has one, always the same, and knows its neighbours."""

from __future__ import annotations

import geopandas
import libpysal
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.tessellation import tessellation
from gis.crs import metric_crs
from gis.errors import InvalidInput
from gis.hotspots.lattice import Form, Lattice, metres, suggested_cell_m
from gis.hotspots.neighbours import queen, within_distance

CRS = metric_crs(107.1, 29.15)
FORMS: tuple[Form, ...] = ("square", "hexagon")


def block(form: Form, side: int, cell_m: float = 100.0) -> tuple[Lattice, np.ndarray]:
    """A lattice, and the keys of its cells in a block of `side` times `side` of their size."""
    lattice = Lattice(CRS, form, cell_m)
    across = (np.arange(4 * side) + 0.5) * cell_m / 4
    x, y = (each.ravel() for each in np.meshgrid(across, across))
    return lattice, np.unique(lattice.keys_of(x, y))


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(
    places=st.lists(st.tuples(st.floats(-3e5, 3e5), st.floats(-3e6, 3e6)), min_size=1, max_size=20),
    cell_m=st.sampled_from([1.0, 37.5, 250.0, 10_000.0]),
)
def test_a_point_is_in_the_cell_whose_middle_is_nearest(form: Form, places: list, cell_m: float) -> None:
    lattice = Lattice(CRS, form, cell_m)
    x, y = np.array(places).T
    keys = lattice.keys_of(x, y)
    middle_x, middle_y = lattice.centres(keys)
    reach = np.maximum(np.abs(x - middle_x), np.abs(y - middle_y)) if form == "square" else None
    if reach is None:
        turns = np.deg2rad([0, 60, 120])
        reach = np.max([np.abs((x - middle_x) * np.cos(t) + (y - middle_y) * np.sin(t)) for t in turns], axis=0)
    assert (reach <= cell_m / 2 * (1 + 1e-9) + 1e-6).all()
    np.testing.assert_array_equal(lattice.keys_of(middle_x, middle_y), keys)


@pytest.mark.parametrize("form", FORMS)
def test_outlines_hold_their_points_and_tile_without_a_gap(form: Form) -> None:
    lattice, keys = block(form, 12)
    outlines = lattice.outlines(keys)
    x, y = lattice.centres(keys)
    assert shapely.is_ccw(shapely.get_exterior_ring(outlines)).all()
    whole = shapely.union_all(outlines)
    assert whole.geom_type == "Polygon"
    assert shapely.area(outlines).sum() == pytest.approx(whole.area, rel=1e-12)
    frame = geopandas.GeoSeries(outlines, crs=4326).to_crs(CRS)
    np.testing.assert_allclose(frame.area, lattice.area_m2, rtol=1e-6)
    assert shapely.contains_xy(frame.to_numpy(), x, y).all()


@pytest.mark.parametrize("form", FORMS)
def test_neighbours_by_arithmetic_are_those_that_share_corners(form: Form) -> None:
    lattice, keys = block(form, 9)
    keys = keys[np.random.default_rng(1).random(len(keys)) < 0.8]
    by_corners = queen(lattice.outlines(keys))
    assert (lattice.neighbours(keys) != by_corners).nnz == 0
    assert lattice.neighbours(keys).diagonal().sum() == 0


def test_shared_corners_give_the_neighbours_that_libpysal_finds() -> None:
    areas = tessellation(200)
    theirs = libpysal.weights.Queen.from_dataframe(
        geopandas.GeoDataFrame(geometry=areas, crs=4326), use_index=False, silence_warnings=True
    )
    assert (queen(areas) != theirs.sparse).nnz == 0


def test_a_distance_band_holds_whoever_is_no_further() -> None:
    x, y = np.array([0.0, 3.0, 3.0, 10.0]), np.array([0.0, 0.0, 4.0, 0.0])
    near = within_distance(x, y, radius_m=5).toarray()
    assert near.tolist() == [[0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize("form", FORMS)
def test_ids_are_one_for_each_cell_and_say_what_it_is(form: Form) -> None:
    lattice, keys = block(form, 20)
    ids = lattice.ids(keys)
    assert len(set(ids)) == len(keys)
    assert all(each.startswith(f"4545-{form[0]}100-") for each in ids)
    assert list(Lattice(CRS, form, 100.0).ids(keys[:3])) == list(ids[:3])


@pytest.mark.parametrize("form", FORMS)
def test_what_lies_among_cells_is_filled_and_what_lies_apart_stays_apart(form: Form) -> None:
    lattice, keys = block(form, 15)
    middle = lattice.keys_of(np.array([750.0]), np.array([750.0]))[0]
    holed = keys[keys != middle]
    assert middle in lattice.enclosed(holed, rings=2)
    far = lattice.keys_of(np.array([1e5]), np.array([1e5]))
    filled = lattice.enclosed(np.concatenate([holed, far]), rings=2)
    assert set(holed) | set(far) <= set(filled)
    assert len(filled) < len(keys) * 1.2
    np.testing.assert_array_equal(lattice.enclosed(far, rings=2), far)


def test_a_cell_has_room_for_two_cases_and_a_round_size() -> None:
    chance = np.random.default_rng(2)
    x, y = chance.uniform(0, 1000, (2, 500))
    assert suggested_cell_m(x, y) == 100  # sqrt(2 * 1 km² / 500) = 63 m
    assert suggested_cell_m(x / 10, y / 10) == 10
    assert suggested_cell_m(x[:1], y[:1]) == 10
    assert suggested_cell_m(np.zeros(50), np.arange(50.0)) == 10


def test_points_that_one_system_cannot_measure_are_refused() -> None:
    with pytest.raises(InvalidInput, match="1 points, such as 2\\.0"):
        metres(np.array([107.0, 107.1, 2.0]), np.array([29.0, 29.0, 48.0]))
    with pytest.raises(InvalidInput, match="no point"):
        metres(np.empty(0), np.empty(0))
