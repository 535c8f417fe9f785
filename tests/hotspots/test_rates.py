"""Rates where few live, and what may be called a hotspot of many cells."""

from __future__ import annotations

import numpy as np
import pytest
from esda.smoothing import Empirical_Bayes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.hotspots.rates import smoothed_rates
from gis.hotspots.significance import classes, false_discovery_q

SOME = np.random.default_rng(3)
HOUSEHOLDS = SOME.integers(1, 400, 100).astype(float)
CASES = SOME.poisson(HOUSEHOLDS * SOME.gamma(2, 0.02, 100)).astype(float)


def test_smoothed_rates_are_those_of_esda() -> None:
    np.testing.assert_allclose(smoothed_rates(CASES, HOUSEHOLDS), Empirical_Bayes(CASES, HOUSEHOLDS).r.ravel())


def test_two_households_are_drawn_to_the_mean_and_two_thousand_are_not() -> None:
    households = np.array([2.0, 2000.0, *[200.0] * 20])
    cases = np.array([1.0, 1000.0, *([10.0, 2.0] * 10)])
    few, many = smoothed_rates(cases, households)[:2]
    assert few < 0.4
    assert many == pytest.approx(0.5, abs=0.01)


def test_where_rates_differ_no_more_than_by_chance_all_get_the_same() -> None:
    cases, households = np.array([1.0, 2, 1, 2]), np.full(4, 10.0)
    assert smoothed_rates(cases, households).tolist() == pytest.approx([0.15] * 4)


def test_no_households_no_rate() -> None:
    rates = smoothed_rates(np.array([3.0, 1, 2]), np.array([0.0, 10, 30]))
    assert np.isnan(rates[0])
    assert np.isfinite(rates[1:]).all()
    assert np.isnan(smoothed_rates(np.array([1.0]), np.array([0.0]))).all()
    assert smoothed_rates(np.zeros(3), np.ones(3)).tolist() == [0, 0, 0]


@settings(deadline=None)
@given(arrays(float, st.integers(1, 30), elements=st.floats(0.001, 1)))
def test_q_is_never_below_p_and_keeps_its_order(p: np.ndarray) -> None:
    q = false_discovery_q(p)
    assert (q >= p - 1e-15).all()
    assert (q <= 1).all()
    order = np.argsort(p)
    assert (np.diff(q[order]) >= 0).all()


def test_q_of_the_fifteen_tests_of_benjamini_and_hochberg() -> None:
    told = "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.324 0.4262 0.5719 0.6528 0.759 1"
    p = np.array(told.split(), dtype=float)
    q = false_discovery_q(p)
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)


def test_what_was_not_tested_takes_no_part() -> None:
    q = false_discovery_q(np.array([0.01, np.nan, 0.04]))
    assert q[[0, 2]].tolist() == pytest.approx([0.02, 0.04])
    assert np.isnan(q[1])


def test_classes_go_by_q_and_the_side_by_z() -> None:
    z = np.array([3.0, 3.0, 3.0, 3.0, -3.0, -3.0, -3.0])
    q = np.array([0.01, 0.05, 0.1, 0.11, 0.001, 0.02, 0.06])
    assert classes(z, q).tolist() == ["hot_99", "hot_95", "hot_90", "none", "cold_99", "cold_95", "cold_90"]
