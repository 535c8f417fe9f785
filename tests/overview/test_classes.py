"""Numbers in classes: cut by hand, against every possible cut, and against mapclassify."""

from __future__ import annotations

import warnings
from itertools import combinations

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.overview.classes import classes, cut, natural_bounds, quantile_bounds

NUMBERS = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=12)


def squares(values: list[float], bounds: tuple[float, ...]) -> float:
    """The sum of squares of numbers around the means of their classes."""
    at = np.searchsorted(bounds, values)
    return sum(float(((held := np.array(values)[at == each]) - held.mean()).__pow__(2).sum()) for each in set(at))


def test_natural_breaks_part_what_is_far_apart() -> None:
    assert natural_bounds([1, 2, 2, 10, 11, 40, 42], 3) == (2, 11, 42)
    found = classes([1, 2, 2, 10, 11, 40, 42], method="natural", most=3)
    assert found.counts == (3, 2, 2)
    assert found.ranges == ((1, 2), (10, 11), (40, 42))
    assert [found.of(each) for each in (0, 2, 3, 11, 12, 99)] == [0, 0, 1, 1, 2, 2]


def test_quantiles_put_as_many_into_each() -> None:
    assert classes(range(1, 21), method="quantiles").counts == (4, 4, 4, 4, 4)
    assert classes([1, 1, 1, 1, 9], method="quantiles", most=4).bounds == (1, 9)


def test_fewer_numbers_than_classes_make_fewer_classes() -> None:
    assert classes([], method="natural").bounds == ()
    assert natural_bounds([7, 7, 7], 5) == (7,)
    assert natural_bounds([3, 1, 3], 5) == (1, 3)


def test_given_bounds_keep_their_empty_classes() -> None:
    found = cut([0.4, float("inf")], (0.5, 1.0, float("inf")), method="fixed")
    assert found.counts == (1, 0, 1)
    assert found.ranges[1] == (0.5, 1.0)


@given(NUMBERS, st.integers(1, 4))
def test_no_other_cut_has_fewer_squares(values: list[float], k: int) -> None:
    found = natural_bounds(values, k)
    distinct = sorted(set(values))
    assert len(found) == min(k, len(distinct))
    every = combinations(distinct[:-1], len(found) - 1)
    assert squares(values, found) == pytest.approx(min(squares(values, (*each, distinct[-1])) for each in every))


@given(st.lists(st.floats(0, 1000, allow_nan=False), min_size=6, max_size=80, unique=True), st.integers(2, 5))
def test_as_good_as_mapclassify(values: list[float], k: int) -> None:
    peer = mapclassify.FisherJenks(values, k=k)
    tolerance = 1e-3 * (1 + squares(values, (max(values),)))
    assert squares(values, natural_bounds(values, k)) <= squares(values, tuple(peer.bins)) + tolerance


def test_the_bounds_of_mapclassify_on_its_own_example() -> None:
    values = mapclassify.load_example().to_numpy()
    for k in (3, 5, 7):
        assert natural_bounds(values.tolist(), k) == pytest.approx(mapclassify.FisherJenks(values, k=k).bins)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert quantile_bounds(values.tolist(), k) == pytest.approx(mapclassify.Quantiles(values, k=k).bins)
