"""Clusters in place and time, what they share, and the scan: against brute force, and under no cluster at all."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import hypergeom
from sklearn.cluster import DBSCAN

from gis.errors import InvalidInput
from gis.hotspots.clusters import NOISE, clustered, outlines
from gis.hotspots.scan import scanned
from gis.hotspots.shared import shared_values


def scattered(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cases over a square kilometre and a hundred days; thirty of them within 40 m and 5 days."""
    chance = np.random.default_rng(seed)
    x, y, day = chance.uniform(0, 1000, 200), chance.uniform(0, 1000, 200), chance.uniform(0, 100, 200)
    at = chance.normal(0, 15, (2, 30))
    return np.append(x, 500 + at[0]), np.append(y, 500 + at[1]), np.append(day, 50 + chance.uniform(0, 5, 30))


def test_cases_close_in_place_and_time_are_a_cluster() -> None:
    x, y, day = scattered()
    found = clustered(x, y, day, radius_m=30, days=3, fewest=5)
    assert found.count == 1
    assert (found.cluster[-30:] == 0).mean() > 0.9
    assert (found.cluster[:-30] == NOISE).mean() > 0.98


def test_at_other_times_they_are_not() -> None:
    x, y, _ = scattered()
    far_apart = np.arange(len(x)) * 10.0
    assert clustered(x, y, far_apart, radius_m=30, days=3).count == 0
    assert clustered(x, y, far_apart, radius_m=30, days=3, fewest=1).count == len(x)


@pytest.mark.parametrize("seed", range(5))
def test_without_time_cores_and_clusters_are_those_of_dbscan(seed: int) -> None:
    x, y, _ = scattered(seed)
    found = clustered(x, y, radius_m=45, fewest=4)
    theirs = DBSCAN(eps=45, min_samples=4).fit(np.stack([x, y], axis=1))
    core = np.zeros(len(x), dtype=bool)
    core[theirs.core_sample_indices_] = True
    np.testing.assert_array_equal(found.core, core)
    np.testing.assert_array_equal(found.cluster == NOISE, theirs.labels_ == -1)
    pairs = set(zip(found.cluster[core].tolist(), theirs.labels_[core].tolist(), strict=True))
    assert len(pairs) == found.count == theirs.labels_.max() + 1


def test_the_order_of_cases_changes_nothing_but_their_order() -> None:
    x, y, day = scattered(3)
    order = np.random.default_rng(2).permutation(len(x))
    one = clustered(x, y, day, radius_m=60, days=20, fewest=4)
    other = clustered(x[order], y[order], day[order], radius_m=60, days=20, fewest=4)
    np.testing.assert_array_equal(one.core[order], other.core)
    together = one.cluster[order][:, None] == one.cluster[order]
    core = other.core
    np.testing.assert_array_equal(together[core][:, core], (other.cluster[:, None] == other.cluster)[core][:, core])


def test_outlines_hold_their_cases_and_even_one_place_has_one() -> None:
    x, y, day = scattered()
    found = clustered(x, y, day, radius_m=30, days=3)
    (shape,) = outlines(x, y, found, margin_m=10)
    own = found.cluster == 0
    assert shapely.contains_xy(shape, x[own], y[own]).all()
    assert shape.area < 150**2
    pile = clustered(np.zeros(6), np.zeros(6), radius_m=1)
    assert outlines(np.zeros(6), np.zeros(6), pile, margin_m=5)[0].area > 70


def test_more_pairs_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis.hotspots.clusters.MOST_PAIRS", 10)
    with pytest.raises(InvalidInput, match="smaller radius"):
        clustered(np.zeros(10), np.zeros(10), radius_m=1)


def test_nothing_has_no_cluster() -> None:
    assert clustered(np.empty(0), np.empty(0), radius_m=1).count == 0
    assert len(outlines(np.empty(0), np.empty(0), clustered(np.empty(0), np.empty(0), radius_m=1), margin_m=1)) == 0


def test_what_a_cluster_shares_stands_out_from_what_is_common() -> None:
    cluster = np.array([0] * 10 + [1] * 10 + [NOISE] * 80)
    topic = ["fire"] * 8 + ["noise"] * 2 + ["noise"] * 10 + ["noise"] * 75 + ["fire"] * 5
    known = pd.DataFrame({"topic": topic, "built": [None] * 50 + ["1990"] * 50})
    found = shared_values(cluster, known)
    first = found.iloc[0]
    assert (first["cluster"], first["attribute"], first["value"]) == (0, "topic", "fire")
    assert (first["count"], first["of"]) == (8, 10)
    assert first["expected"] == pytest.approx(1.3)
    assert first["p"] == pytest.approx(hypergeom.sf(7, 100, 13, 10))
    assert first["q"] < 0.01
    assert (found["q"][1:] > 0.3).all()
    assert not (found["attribute"] == "built").any(), "nobody in a cluster has it"
    assert shared_values(cluster, known[[]]).empty


PLACES, PERIODS = 7, 5


def little_town(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    x, y = chance.uniform(0, 100, (2, PLACES))
    return x, y, chance.poisson(2, (PLACES, PERIODS)), chance.uniform(0.5, 2, (PLACES, PERIODS))


def by_hand(
    x: np.ndarray, y: np.ndarray, cases: np.ndarray, expected: np.ndarray, radius: float, longest: int
) -> float:
    """The largest log ratio of all cylinders, one by one."""
    total, best = cases.sum(), 0.0
    for centre in range(len(x)):
        far = np.hypot(x - x[centre], y - y[centre])
        for reach in far[far <= radius]:
            inside = far <= reach
            for first, last in itertools.combinations_with_replacement(range(cases.shape[1]), 2):
                if last - first + 1 > longest:
                    continue
                c = cases[inside, first : last + 1].sum()
                e = expected[inside, first : last + 1].sum()
                if c >= 2 and e < c and e <= total / 2:
                    rest = (total - c) * math.log((total - c) / (total - e)) if c < total else 0.0
                    best = max(best, c * math.log(c / e) + rest)
    return best


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("poisson", [True, False])
def test_the_likeliest_cylinder_is_that_of_trying_all(seed: int, poisson: bool) -> None:
    x, y, cases, base = little_town(seed)
    total = cases.sum()
    expected = base * total / base.sum() if poisson else np.outer(cases.sum(1), cases.sum(0)) / total
    found = scanned(x, y, cases, base if poisson else None, radius_m=60, longest=3, simulations=9)
    assert found[0].log_ratio == pytest.approx(by_hand(x, y, cases, expected, 60, 3))
    inside = found[0].places, slice(found[0].first_period, found[0].last_period + 1)
    assert found[0].cases == cases[inside].sum()
    assert found[0].expected == pytest.approx(expected[inside].sum())
    assert found[0].radius_m <= 60


def test_places_at_one_distance_come_together() -> None:
    x, y = np.array([0.0, 10, -10, 500, 510]), np.zeros(5)
    cases = np.array([[9, 1], [9, 1], [9, 1], [10, 10], [10, 10]])
    first = scanned(x, y, cases, np.ones((5, 2)) * 10, radius_m=20, longest=1, simulations=9)[0]
    assert len(first.places) != 2 or first.centre != 0


def outbreak(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sixty places with some cases in twelve periods, and a cluster of six places in the last two."""
    chance = np.random.default_rng(seed)
    x, y = chance.uniform(0, 1000, (2, 60))
    cases = chance.poisson(1, (60, 12))
    near = np.argsort(np.hypot(x - 500, y - 500))[:6]
    cases[near, -2:] += chance.poisson(4, (6, 2))
    return x, y, cases


@pytest.mark.parametrize("poisson", [True, False])
def test_an_outbreak_is_found_where_and_when_it_is(poisson: bool) -> None:
    x, y, cases = outbreak()
    base = np.ones(cases.shape) if poisson else None
    first, *others = scanned(x, y, cases, base, radius_m=300, simulations=199, seed=2)
    assert first.p == 0.005
    assert (first.first_period, first.last_period) == (10, 11)
    near = set(np.argsort(np.hypot(x - 500, y - 500))[:6].tolist())
    assert len(near & set(first.places.tolist())) >= 4
    assert all(other.p > 0.05 for other in others)
    taken = [place for each in (first, *others) for place in each.places.tolist()]
    assert len(taken) == len(set(taken))
    now = scanned(x, y, cases, base, radius_m=300, simulations=9, only_now=True)
    assert all(each.last_period == 11 for each in now)


def test_what_was_always_many_is_no_cluster_of_the_permutation_model() -> None:
    x, y, cases = outbreak()
    cases[:, :] = np.random.default_rng(4).poisson(1, cases.shape)
    cases[np.argsort(np.hypot(x - 500, y - 500))[:6]] += 5
    assert scanned(x, y, cases, np.ones(cases.shape), radius_m=300, simulations=99)[0].p == 0.01
    assert all(each.p > 0.05 for each in scanned(x, y, cases, radius_m=300, simulations=99))


@pytest.mark.parametrize("poisson", [True, False])
def test_where_there_is_no_cluster_one_is_found_as_rarely_as_p_says(poisson: bool) -> None:
    chance = np.random.default_rng(6)
    x, y = chance.uniform(0, 100, (2, 15))
    base = np.ones((15, 6)) if poisson else None
    runs = [
        scanned(x, y, chance.poisson(1.5, (15, 6)), base, radius_m=40, simulations=39, seed=run, threads=1)[0].p
        for run in range(200)
    ]
    assert np.mean(np.array(runs) <= 0.1) == pytest.approx(0.1, abs=0.07)
    assert np.mean(runs) == pytest.approx(0.5, abs=0.07)


def test_threads_do_not_matter() -> None:
    x, y, cases = outbreak(2)
    one, other = (
        [each.p for each in scanned(x, y, cases, radius_m=300, simulations=49, seed=3, threads=threads)]
        for threads in (1, 4)
    )
    assert one == other


def test_figures_of_another_form_are_refused() -> None:
    x, y, cases, base = little_town(1)
    for bad in (
        {"cases": cases[:3]},
        {"cases": cases - 5},
        {"cases": cases + 0.5},
        {"base": base[:, :2]},
        {"base": -base},
        {"base": base * 0},
        {"base": np.where(cases > 0, 0.0, 1.0)},
    ):
        with pytest.raises(InvalidInput):
            scanned(x, y, **({"cases": cases, "base": base} | bad), radius_m=10)
    assert scanned(x, y, cases * 0, radius_m=10) == []
