"""Gi* and its permutation test: the same as esda's, and right where that can be counted."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import esda
import geopandas
import libpysal
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.hotspots.gi_star import Tails, draws, gi_star, permuted
from gis.hotspots.neighbours import queen, within_distance

SIDE = 20


def board(side: int = SIDE) -> Any:
    """Neighbours on a chess board (queen)."""
    x, y = (each.ravel().astype(float) for each in np.meshgrid(np.arange(side), np.arange(side)))
    return within_distance(x, y, radius_m=1.5)


def by_esda(values: np.ndarray, near: Any, permutations: int) -> Any:
    w = libpysal.weights.WSP(near).to_W(silence_warnings=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return esda.G_Local(values, w, transform="B", star=True, permutations=permutations, seed=7, n_jobs=1)


def test_the_six_points_of_the_documentation_of_pysal_have_its_z() -> None:
    x, y = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float).T
    z = gi_star(np.array([2, 3, 3.2, 5, 8, 7]), within_distance(x, y, radius_m=15))
    told = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    np.testing.assert_allclose(z, told, atol=5e-9)


@pytest.mark.parametrize("seed", range(5))
def test_z_is_that_of_esda_on_random_grids(seed: int) -> None:
    values = np.random.default_rng(seed).gamma(0.5, 3, SIDE * SIDE)
    np.testing.assert_allclose(gi_star(values, board()), by_esda(values, board(), 0).Zs, rtol=0, atol=1e-10)


@pytest.mark.parametrize(("name", "column"), [("sids2", "SID79"), ("columbus", "CRIME")])
def test_z_is_that_of_esda_on_the_textbook_data(name: str, column: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = geopandas.read_file(libpysal.examples.get_path(f"{name}.shp"))
        theirs = libpysal.weights.Queen.from_dataframe(frame, use_index=False, silence_warnings=True)
    near = queen(frame.geometry.to_numpy())
    values = frame[column].to_numpy(dtype=float)
    assert (near != theirs.sparse).nnz == 0
    np.testing.assert_allclose(gi_star(values, near), by_esda(values, near, 0).Zs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("seed", [1, 2])
def test_p_is_that_of_esda_but_for_chance(seed: int) -> None:
    values = np.random.default_rng(seed).gamma(2, 3, SIDE * SIDE)
    times = 9_999
    theirs = by_esda(values, board(), times).p_sim
    tails = permuted(values, board(), permutations=times, seed=seed)
    ours = (np.minimum(tails.at_least, times - tails.at_least) + 1) / (times + 1)
    error = np.sqrt(2 * np.maximum(ours, 1e-4) * (1 - ours) / times)
    assert (np.abs(ours - theirs) < 5 * error + 2e-4).mean() > 0.995
    assert np.abs(ours - theirs).max() < 0.03


def test_p_is_what_counting_all_possible_neighbours_gives() -> None:
    near = board(3)
    values = np.array([5.0, 1, 0, 2, 9, 0, 0, 3, 1])
    tails = permuted(values, near, permutations=20_000, seed=3)
    for area in range(9):
        others = [values[n] for n in range(9) if n != area]
        own = near[[area]].toarray().ravel() > 0
        sums = [sum(drawn) for drawn in itertools.combinations(others, int(own.sum()))]
        found = values[own].sum()
        assert tails.greater[area] == pytest.approx(np.mean([each >= found for each in sums]), abs=0.015)
        assert tails.less[area] == pytest.approx(np.mean([each <= found for each in sums]), abs=0.015)


def test_a_test_of_nothing_finds_as_much_as_its_level_says() -> None:
    chance = np.random.default_rng(11)
    near = board(12)
    named = [
        (permuted(chance.permutation(np.arange(144.0)), near, permutations=199, seed=run).two_sided <= 0.1).mean()
        for run in range(60)
    ]
    assert np.mean(named) == pytest.approx(0.1, abs=0.02)


def test_areas_in_another_order_have_the_same_z_and_nearly_the_same_p() -> None:
    chance = np.random.default_rng(4)
    values, order = chance.gamma(2, 3, SIDE * SIDE), chance.permutation(SIDE * SIDE)
    near = board()
    turned = near[order][:, order]
    turned.sort_indices()
    np.testing.assert_allclose(gi_star(values[order], turned), gi_star(values, near)[order], atol=1e-12)
    one, other = (
        permuted(each, w, permutations=9_999).two_sided for each, w in ((values[order], turned), (values, near))
    )
    assert np.abs(one - other[order]).max() < 0.05


@settings(deadline=None)
@given(scale=st.floats(0.01, 1000), shift=st.floats(-100, 100))
def test_other_units_change_neither_z_nor_p(scale: float, shift: float) -> None:
    values = np.random.default_rng(6).integers(0, 6, 100).astype(float)
    near = board(10)
    moved = values * scale + shift
    np.testing.assert_allclose(gi_star(moved, near), gi_star(values, near), atol=1e-6)
    one, other = permuted(moved, near, permutations=199), permuted(values, near, permutations=199)
    np.testing.assert_array_equal(one.at_least, other.at_least)
    np.testing.assert_array_equal(one.at_most, other.at_most)


def test_the_seed_decides_and_nothing_else() -> None:
    values, near = np.random.default_rng(8).poisson(2, SIDE * SIDE).astype(float), board()
    one, again, other = (permuted(values, near, permutations=499, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.at_least, again.at_least)
    assert (one.at_least != other.at_least).any()


@pytest.mark.parametrize("values", [np.full(9, 0.1), np.zeros(9), np.empty(0), np.ones(1)])
def test_where_all_is_alike_nothing_stands_out(values: np.ndarray) -> None:
    near = within_distance(np.arange(float(len(values))), np.zeros(len(values)), radius_m=1)
    assert gi_star(values, near).tolist() == [0.0] * len(values)
    assert (permuted(values, near, permutations=99).two_sided == 1).all()


def test_an_area_without_neighbours_is_never_a_surprise_and_one_with_all_neither() -> None:
    alone = permuted(np.array([1.0, 50, 2]), within_distance(np.arange(3.0), np.zeros(3), radius_m=0.1))
    assert (alone.two_sided == 1).all()
    x = np.arange(4.0)
    everybody = within_distance(x, x, radius_m=100)
    assert gi_star(x, everybody).tolist() == [0, 0, 0, 0]
    assert (permuted(x, everybody, permutations=99).two_sided == 1).all()


def test_two_sided_is_twice_the_smaller_tail() -> None:
    tails = Tails(np.array([0, 99, 50]), np.array([99, 0, 60]), 99)
    assert tails.two_sided.tolist() == [0.02, 0.02, 1.0]


@pytest.mark.parametrize(("count", "size"), [(9, 9), (40, 5), (1000, 9), (5, 1)])
def test_draws_hold_no_number_twice_and_all_as_often(count: int, size: int) -> None:
    drawn = draws(count, size, 20_000, np.random.default_rng(0))
    ordered = np.sort(drawn, axis=1)
    assert drawn.shape == (20_000, size)
    assert (ordered[:, 1:] > ordered[:, :-1]).all()
    often = np.bincount(drawn[:, 0], minlength=count) / 20_000
    assert np.abs(often - 1 / count).max() < 5 * np.sqrt(1 / count / 20_000)
