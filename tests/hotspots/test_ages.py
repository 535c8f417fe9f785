"""Whether a cluster's buildings are old is told by an exact test, and of few buildings not at all."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from gis.hotspots.ages import FEWEST, ages

OLD, NEW, UNKNOWN = 1985.0, 2015.0, float("nan")


def town(old: int, new: int, unknown: int = 0) -> np.ndarray:
    return np.array([OLD] * old + [NEW] * new + [UNKNOWN] * unknown)


def one(built: np.ndarray, *cluster: int) -> object:
    (found,) = ages(built, [np.array(cluster, dtype=np.int64)]) or [None]
    return found


def test_twelve_old_buildings_where_four_in_ten_are_old_stand_out_by_the_sum_of_binomial_terms() -> None:
    built = town(40, 60)
    found = one(built, *range(11), 99)
    assert (found.known, found.old, found.share, found.verdict) == (12, 11, 0.4, "old")
    chance = [comb(12, k) * 0.4**k * 0.6 ** (12 - k) for k in range(13)]
    assert found.p == pytest.approx(sum(each for each in chance if each <= chance[11] * (1 + 1e-9)))


def test_new_ones_stand_out_in_the_same_way() -> None:
    assert one(town(60, 40), *range(60, 72)).verdict == "new"


def test_what_all_are_like_is_not_told_of_a_cluster() -> None:
    assert one(town(95, 5), *range(12)).verdict == "none"
    assert one(town(50, 50), 0, 1, 2, 3, 96, 97, 98, 99).verdict == "none"


def test_more_than_all_but_not_most_is_not_told_as_most() -> None:
    found = one(town(10, 190), *range(6), *range(100, 114))
    assert found.p < 0.001
    assert found.verdict == "none"


def test_few_buildings_and_those_without_a_year_say_nothing() -> None:
    assert one(town(40, 60), *range(FEWEST - 1)).verdict == "too_few"
    found = one(town(40, 60, 10), *range(FEWEST - 1), *range(100, 110))
    assert (found.known, found.verdict) == (FEWEST - 1, "too_few")
    assert one(town(40, 60)).verdict == "too_few"


def test_without_any_year_there_is_no_age() -> None:
    assert ages(town(0, 0, 7), [np.array([1, 2, 3])]) is None


def test_among_many_clusters_chance_names_none() -> None:
    """As many as are asked: one in twenty of them would be named by p alone."""
    chance = np.random.default_rng(1)
    built = town(400, 600)
    drawn = [chance.integers(0, 1000, 12) for _ in range(200)]
    found = ages(built, drawn) or []
    assert sum(each.p <= 0.05 for each in found) > 0
    assert sum(each.verdict in ("old", "new") for each in found) == 0
