"""Measures of three grids that can be counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gis.issues.deadlines import OnTime
from gis.issues.figures import Both, Figures
from gis.overview.comparison import Change, change_of_count, change_of_share, change_of_time
from gis.overview.measures import MEASURES, Measure, shaded

HOUR = timedelta(hours=1)
BUSY = Both(Figures(20, 4, 16, 3, OnTime(12, 18), HOUR, 20, 5 * HOUR, 16), Figures(8))
CALM = Both(Figures(10, 0, 10, 0, OnTime(10, 10), HOUR, 10, 2 * HOUR, 10), Figures(20))
FEW = Both(Figures(1, 0, 1, 0, OnTime(0, 1), HOUR, 1, 90 * HOUR, 1), Figures(1))
BY_GRID = {1: BUSY, 2: CALM, 3: FEW, None: BUSY}
HOMES = {1: 200, 2: 400, 3: 10}


@pytest.mark.parametrize(
    ("measure", "values", "worst"),
    [
        ("overdue", [3, 0, 0, 0], [1, 2, 3, 4]),
        ("on_time", [12 / 18, 1, 0, None], [1, 2, 3, 4]),
        ("rate", [10, 2.5, 10, None], [1, 2, 3, 4]),
        ("settlement", [5, 2, 90, None], [1, 2, 3, 4]),
        ("change", [2.5, 0.5, 1, None], [1, 2, 3, 4]),
    ],
)
def test_measures_are_those_that_one_counts_by_hand(
    measure: Measure, values: list[float | None], worst: list[int]
) -> None:
    found = shaded(measure, BY_GRID, HOMES, grids=[1, 2, 3, 4])
    assert [found.grids[grid].value for grid in (1, 2, 3, 4)] == values
    assert found.worst() == worst
    assert found.shade(1) is not None


@pytest.mark.parametrize("measure", [each for each in MEASURES if each != "overdue"])
def test_few_matters_are_neither_coloured_nor_ranked(measure: Measure) -> None:
    found = shaded(measure, BY_GRID, HOMES, grids=[1, 2, 3])
    assert found.grids[3].too_few
    assert found.shade(3) is None
    assert found.worst()[-1] == 3
    assert sum(found.classes.counts) == 2


def test_no_matter_in_many_households_is_little_not_too_few() -> None:
    found = shaded("rate", {1: BUSY}, {1: 200, 2: 400}, grids=[1, 2])
    assert (found.grids[2].value, found.grids[2].too_few, found.shade(2)) == (0, False, 0)


def test_fewest_on_time_is_the_darkest() -> None:
    found = shaded("on_time", BY_GRID, HOMES, grids=[1, 2])
    assert (found.shade(1), found.shade(2)) == (1, 0)


def test_something_after_nothing_is_the_highest_class_of_change() -> None:
    found = shaded("change", {1: Both(Figures(9), Figures(0))}, {}, grids=[1])
    assert found.shade(1) == 4


def test_change_of_a_count_is_told_from_chance() -> None:
    assert change_of_count(40, 10) == Change("up", 30)
    assert change_of_count(10, 40) == Change("down", 30)
    assert change_of_count(12, 9) == Change("level", 3)
    assert change_of_count(1, 2) == Change("level", 1, small=True)


def test_change_of_a_share_is_in_points_and_of_few_is_small() -> None:
    assert change_of_share((30, 40), (20, 40)) == Change("up", 25)
    assert change_of_share((3, 4), (20, 40)) == Change("up", 25, small=True)
    assert change_of_share((1, 1), (0, 0)) is None


def test_change_of_a_time_is_a_length_of_time() -> None:
    assert change_of_time(HOUR, 3 * HOUR, of=40) == Change("down", 2 * HOUR)
    assert change_of_time(HOUR, HOUR + timedelta(minutes=1), of=3) == Change("level", timedelta(minutes=1), small=True)
    assert change_of_time(None, HOUR, of=0) is None
