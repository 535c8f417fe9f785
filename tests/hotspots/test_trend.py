"""Trends, the names of emerging hotspots, and whether one has cooled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest, fisher_exact

from gis.errors import InvalidInput
from gis.hotspots.change import Period, compared
from gis.hotspots.emerging import cube_of, emerging_hotspots, periods_of
from gis.hotspots.neighbours import within_distance
from gis.hotspots.reporting import rise_of
from gis.hotspots.trend import mann_kendall


@settings(deadline=None)
@given(arrays(float, st.tuples(st.integers(1, 3), st.integers(3, 14)), elements=st.integers(0, 5)))
def test_trends_are_those_of_pymannkendall(series: np.ndarray) -> None:
    found = mann_kendall(series)
    for row, s, z, p, slope in zip(series, found.s, found.z, found.p, found.slope, strict=True):
        theirs = pymannkendall.original_test(row)
        if np.ptp(row) == 0:  # which divides by nothing there
            assert (s, z, p) == (0, 0, 1)
            continue
        assert s == theirs.s
        assert z == pytest.approx(theirs.z)
        assert p == pytest.approx(theirs.p)
        assert slope == pytest.approx(theirs.slope)


def test_a_steady_rise_of_ten_periods_has_s_of_all_pairs() -> None:
    rise = mann_kendall(np.arange(10.0)[None])
    assert rise.s.tolist() == [45]
    assert rise.z[0] == pytest.approx(44 / np.sqrt(125))  # 10 * 9 * 25 / 18
    assert rise.slope.tolist() == [1]


SIDE, PERIODS = 12, 12
MIDDLE = 5 * SIDE + 5


def cube(middle: Any) -> np.ndarray:
    """Cases on a board, five a cell and period but for noise; around the middle cell as `middle` says, by period."""
    cases = np.random.default_rng(3).poisson(5, (SIDE * SIDE, PERIODS)).astype(float)
    for row in range(4, 7):
        cases[row * SIDE + 4 : row * SIDE + 7] = np.asarray(middle, dtype=float)
    return cases


def board() -> Any:
    x, y = (each.ravel().astype(float) for each in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
    return within_distance(x, y, radius_m=1.5)


@pytest.mark.parametrize(
    ("name", "middle"),
    [
        ("new", [5] * 11 + [60]),
        ("consecutive", [5] * 8 + [40] * 4),
        ("intensifying", np.linspace(20, 80, PERIODS)),
        ("persistent", [40, 41, 39, 40, 42, 38, 41, 39, 40, 41, 39, 40]),
        ("diminishing", np.linspace(80, 20, PERIODS)),
        ("sporadic", [5, 60, 5, 5, 5, 60, 5, 5, 5, 5, 5, 60]),
        ("oscillating", [25, 25, 5, 5, 0, 0, 0, 5, 5, 5, 25, 25]),
        ("historical", [40] * 11 + [0]),
        ("none", [5] * 12),
        ("none", [60] * 4 + [5] * 8),
    ],
)
def test_each_history_has_its_name(name: str, middle: Any) -> None:
    found = emerging_hotspots(cube(middle), board(), periods_back=0)
    assert found.cells["trend"][MIDDLE] == name
    assert (found.cells["trend"] == "none").mean() > 0.75


def test_per_household_a_crowd_is_no_hotspot() -> None:
    cases = cube([40] * 12)
    households = np.where(cases.mean(axis=1) > 20, 80.0, 10.0)
    assert emerging_hotspots(cases, board()).cells["trend"][MIDDLE] == "persistent"
    assert not emerging_hotspots(cases, board(), households).cells["hot_periods"].any()


def test_the_period_before_counts_as_a_neighbour() -> None:
    late = emerging_hotspots(cube([5] * 10 + [60, 5]), board())
    assert late.z[MIDDLE, 11] > 3
    assert emerging_hotspots(cube([5] * 10 + [60, 5]), board(), periods_back=0).z[MIDDLE, 11] < 1


def test_few_cases_cells_or_periods_have_no_name() -> None:
    assert set(emerging_hotspots(cube([5] * 12)[:, :5], board()).cells["trend"]) == {"too_few"}
    assert set(emerging_hotspots(cube([5] * 12) * 0, board()).cells["trend"]) == {"too_few"}
    near = within_distance(np.arange(9.0), np.zeros(9), radius_m=1)
    assert set(emerging_hotspots(cube([5] * 12)[:9], near).cells["trend"]) == {"too_few"}
    assert len(emerging_hotspots(np.empty((0, 12)), within_distance(np.empty(0), np.empty(0), radius_m=1)).cells) == 0


def test_periods_that_were_cut_off_are_left_out() -> None:
    time = pd.Series(pd.to_datetime(["2023-01-20", "2023-02-01", "2023-03-31", "2023-04-30", "2023-05-02", None]))
    period, whole = periods_of(time, unit="M")
    assert [str(each) for each in whole] == ["2023-02", "2023-03", "2023-04"]
    assert period.tolist() == [-1, 0, 1, 2, -1, -1]
    cases = cube_of(np.array([0, 1, 1, 0, 0, 0]), period, cells=2, periods=3)
    assert cases.tolist() == [[0, 0, 1], [1, 1, 0]]
    assert len(periods_of(time[5:], unit="M")[1]) == 0
    assert len(periods_of(time[:1], unit="M")[1]) == 0


def test_days_are_those_of_the_place() -> None:
    time = pd.Series(pd.to_datetime(["2023-01-01T00:30+08:00", "2023-01-31T23:30+08:00"]).tz_convert("Asia/Shanghai"))
    assert [str(each) for each in periods_of(time, unit="M")[1]] == ["2023-01"]


@settings(deadline=None)
@given(before=st.integers(0, 40), after=st.integers(0, 40), share=st.floats(0.2, 5))
def test_the_ratio_of_rates_is_exact(before: int, after: int, share: float) -> None:
    verdict = compared(Period(before, share), Period(after, 1.0))
    if before + after == 0:
        assert np.isnan(verdict.ratio)
        return
    exact = binomtest(after, before + after, 1 / (1 + share))
    interval = exact.proportion_ci(0.95, method="exact")
    assert verdict.low == pytest.approx(share * interval.low / (1 - interval.low), rel=1e-6)
    if before:
        assert verdict.high == pytest.approx(share * interval.high / (1 - interval.high), rel=1e-6)
        assert verdict.ratio == pytest.approx(share * after / before)
    assert verdict.low <= verdict.ratio <= verdict.high
    one_sided = [binomtest(after, before + after, 1 / (1 + share), side).pvalue for side in ("less", "greater")]
    assert verdict.by_chance == pytest.approx(min(1, 2 * min(one_sided)), rel=1e-6)


def test_a_campaign_that_helped_is_told_from_one_that_may_have() -> None:
    assert compared(Period(40, 90), Period(12, 90)).direction == "cooled"
    assert compared(Period(40, 90), Period(30, 90)).direction == "no_change_shown"
    assert compared(Period(40, 90), Period(80, 90)).direction == "grew"
    assert compared(Period(3, 90), Period(0, 90)).direction == "too_few"
    assert compared(Period(40, 90), Period(12, 90)).may_regress
    assert not compared(Period(40, 90), Period(12, 90), chosen_by_before=False).may_regress


def test_what_fell_everywhere_is_not_the_campaign() -> None:
    season = {"control_before": Period(400, 90), "control_after": Period(130, 90)}
    assert compared(Period(40, 90), Period(12, 90), **season).direction == "no_change_shown"
    steady = {"control_before": Period(400, 90), "control_after": Period(410, 90)}
    verdict = compared(Period(40, 90), Period(12, 90), **steady)
    assert verdict.direction == "cooled"
    p = fisher_exact([[12, 40], [410, 400]], alternative="less").pvalue
    assert verdict.by_chance == pytest.approx(2 * p)
    assert compared(Period(0, 1), Period(0, 1), **steady).direction == "too_few"


def test_a_true_ratio_is_in_the_interval_as_often_as_is_said() -> None:
    chance = np.random.default_rng(1)
    held = [
        verdict.low <= 0.5 <= verdict.high
        for before, after in zip(chance.poisson(20, 400), chance.poisson(10, 400), strict=True)
        for verdict in [compared(Period(int(before), 1), Period(int(after), 1))]
    ]
    assert np.mean(held) >= 0.94


def test_periods_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(InvalidInput) as raised:
        compared(Period(-1, 1), Period(1, 0), control_after=Period(1, 1), confidence=1.5)
    assert sorted(fault.code for fault in raised.value.faults) == ["half_a_control", *["out_of_range"] * 3]


@pytest.mark.parametrize(
    ("source", "cases", "activity"),
    [
        ("reporting", (20, 40), (200, 400)),
        ("problems", (20, 60), (200, 205)),
        ("both", (20, 90), (200, 400)),
        ("neither", (20, 15), (200, 400)),
        ("unclear", (20, 26), (200, 201)),
        ("unclear", (1, 2), (200, 900)),
    ],
)
def test_a_rise_in_reporting_is_told_from_one_in_problems(
    source: str, cases: tuple[int, int], activity: tuple[int, int]
) -> None:
    rise = rise_of(cases_before=cases[0], cases_after=cases[1], activity_before=activity[0], activity_after=activity[1])
    assert rise.source == source
    assert rise.cases == pytest.approx(rise.activity * rise.per_activity)
