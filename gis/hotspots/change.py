"""Did the hotspot cool after the campaign? Rates before and after, with their uncertainty.

Cases are taken for Poisson: of all cases of both periods, those after are binomial, so the interval of the ratio is
exact (Clopper and Pearson 1934), neither too narrow nor too wide by an approximation. With a comparison area, whatever
happened everywhere (the season, a new hotline) is divided out: the ratio of ratios, by Fisher's exact method for two
by two counts.

Where it ends: cases that come in bursts make the interval too narrow. And a place that was chosen because it was at its
worst gets better by itself (regression to the mean): judge it by a period before the one by which it was chosen, or
against a comparison area; `Verdict` carries the warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, nchypergeom_fisher
from scipy.stats.contingency import odds_ratio

from gis.errors import Fault, InvalidInput, said

Direction = Literal["cooled", "grew", "no_change_shown", "too_few"]
ENOUGH_TO_COMPARE = 5
"""With fewer cases than this in both periods together, no ratio could be told from 1."""


@dataclass(frozen=True)
class Period:
    """Cases, and what they are per: days, or households times days; both periods in one unit."""

    cases: int
    exposure: float


@dataclass(frozen=True)
class Verdict:
    """The rate after divided by the rate before, its interval, and what may be said.

    `ratio` and `high` are infinite where there was nothing before, NaN where there was nothing at all. `by_chance` is
    the two-sided p of no change. `may_regress` warns that the place was chosen for its cases of the period before.
    """

    direction: Direction
    ratio: float
    low: float
    high: float
    by_chance: float
    confidence: float
    may_regress: bool


def compared(
    before: Period,
    after: Period,
    *,
    control_before: Period | None = None,
    control_after: Period | None = None,
    chosen_by_before: bool = True,
    confidence: float = 0.95,
) -> Verdict:
    """What became of a rate; with both controls, relative to what became of theirs.

    `chosen_by_before` says that the place was chosen because there were many cases in the period before; against a
    comparison area, which has no such reason to fall, the warning stays, since the area itself still has.
    Raises InvalidInput for negative cases, exposure that is not above 0, or one control without the other.
    """
    _demand_sound(before, after, control_before, control_after, confidence)
    total = before.cases + after.cases
    if control_before is None or control_after is None:
        ratio, low, high, p = _alone(before, after, confidence)
    else:
        total = min(total, control_before.cases + control_after.cases)
        ratio, low, high, p = _against(before, after, control_before, control_after, confidence)
    direction: Direction = "no_change_shown"
    if total < ENOUGH_TO_COMPARE:
        direction = "too_few"
    elif high < 1:
        direction = "cooled"
    elif low > 1:
        direction = "grew"
    return Verdict(direction, ratio, low, high, p, confidence, chosen_by_before)


def _alone(before: Period, after: Period, confidence: float) -> tuple[float, float, float, float]:
    total, k = before.cases + after.cases, after.cases
    share = before.exposure / after.exposure
    if not total:
        return float("nan"), 0.0, float("inf"), 1.0
    tail = (1 - confidence) / 2
    low = float(beta.ppf(tail, k, total - k + 1)) if k else 0.0
    high = float(beta.ppf(1 - tail, k + 1, total - k)) if k < total else 1.0
    even = after.exposure / (before.exposure + after.exposure)
    at_most = float(beta.sf(even, k + 1, total - k)) if k < total else 1.0
    at_least = float(beta.cdf(even, k, total - k + 1)) if k else 1.0
    return _odds(k / total) * share, _odds(low) * share, _odds(high) * share, min(1.0, 2 * min(at_most, at_least))


def _against(
    before: Period, after: Period, control_before: Period, control_after: Period, confidence: float
) -> tuple[float, float, float, float]:
    table = np.array([[after.cases, before.cases], [control_after.cases, control_before.cases]])
    share = (before.exposure / after.exposure) / (control_before.exposure / control_after.exposure)
    if not (table.sum(axis=0).all() and table.sum(axis=1).all()):
        return float("nan"), 0.0, float("inf"), 1.0
    exact = odds_ratio(table, kind="conditional")
    interval = exact.confidence_interval(confidence)
    low, high = (float(bound) * share for bound in (interval.low, interval.high))
    return float(exact.statistic) * share, low, high, _p_of(table, share)


def _p_of(table: npt.NDArray[np.int64], share: float) -> float:
    """Twice the smaller tail of Fisher's noncentral hypergeometric distribution, at a ratio of ratios of 1."""
    total, row, column = int(table.sum()), int(table[0].sum()), int(table[:, 0].sum())
    chance = nchypergeom_fisher(total, row, column, 1 / share)
    found = int(table[0, 0])
    return min(1.0, 2 * min(float(chance.cdf(found)), float(chance.sf(found - 1))))


def _odds(part: float) -> float:
    return part / (1 - part) if part < 1 else float("inf")


def _demand_sound(
    before: Period, after: Period, control_before: Period | None, control_after: Period | None, confidence: float
) -> None:
    named = {"before": before, "after": after, "control_before": control_before, "control_after": control_after}
    faults = []
    for where, period in named.items():
        if period is not None and period.cases < 0:
            faults.append(Fault(where, "out_of_range", said("there cannot be fewer than 0 cases")))
        if period is not None and not 0 < period.exposure < float("inf"):
            faults.append(Fault(where, "out_of_range", said("its exposure must be above 0")))
    if (control_before is None) != (control_after is None):
        faults.append(Fault("control", "half_a_control", said("a comparison area needs both periods")))
    if not 0 < confidence < 1:
        faults.append(Fault("confidence", "out_of_range", said("it is between 0 and 1")))
    if faults:
        raise InvalidInput(faults)
