"""Default points are found, large buildings and rounded coordinates are not taken for them."""

from __future__ import annotations

import numpy as np
import pytest

from gis.hotspots.piles import expected_places, find_piles


def town(seed: int, places: int = 2_000) -> tuple[np.ndarray, np.ndarray]:
    """Cases on coordinates of four decimals; how many each has follows a heavy tail."""
    chance = np.random.default_rng(seed)
    lon, lat = chance.uniform(107.05, 107.15, places).round(4), chance.uniform(29.1, 29.2, places).round(4)
    times = np.floor(chance.random(places) ** (-1 / 2.5)).astype(int)
    return np.repeat(lon, times), np.repeat(lat, times)


def test_a_default_point_is_found_and_only_its_cases_are() -> None:
    lon, lat = town(1)
    lon, lat = np.append(lon, np.full(900, 107.1)), np.append(lat, np.full(900, 29.15))
    piles, piled = find_piles(lon, lat)
    assert [(pile.lon, pile.lat, pile.cases) for pile in piles] == [(107.1, 29.15, 900)]
    np.testing.assert_array_equal(np.flatnonzero(piled), np.arange(len(lon) - 900, len(lon)))


def test_two_default_points_do_not_hide_each_other() -> None:
    lon, lat = town(2)
    for at, cases in ((107.1, 5_000), (107.12, 4_000)):
        lon, lat = np.append(lon, np.full(cases, at)), np.append(lat, np.full(cases, 29.15))
    assert [pile.cases for pile in find_piles(lon, lat)[0]] == [5_000, 4_000]


def test_heavy_tails_and_rounding_alone_are_no_piles() -> None:
    found = [bool(find_piles(*town(seed))[0]) for seed in range(100)]
    assert sum(found) <= 3


@pytest.mark.parametrize("decimals", [2, 3])
def test_coarse_coordinates_are_no_piles(decimals: int) -> None:
    chance = np.random.default_rng(5)
    lon, lat = chance.normal(107.1, 0.02, 20_000).round(decimals), chance.normal(29.1, 0.02, 20_000).round(decimals)
    assert find_piles(lon, lat)[0] == []


def test_few_cases_on_one_point_are_no_pile_and_neither_are_few_points() -> None:
    assert expected_places(np.array([29] + [1] * 500)) == []
    assert expected_places(np.array([1000, 900, 3])) == []
    assert len(expected_places(np.array([1692] + [1] * 14))) == 1
    assert find_piles(np.empty(0), np.empty(0))[0] == []
