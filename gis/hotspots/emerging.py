"""Since when a cell is a hotspot, and where that is going: emerging hot spot analysis.

Cases are counted by cell and period. Gi* compares each cell in each period, with its neighbours and with the periods
just before, to the mean of the whole cube (cells by periods); the false-discovery rate is held over the cube, and the
trend of a cell's z is Mann and Kendall's. From the row of hot and cold periods comes one name, as ArcGIS defines them:

- `new`: hot in the last period, and never before
- `consecutive`: hot in the last periods without a break, at least two, never before, and in fewer than 90% of all
- `intensifying`, `persistent`, `diminishing`: hot in at least 90% of periods, the last one among them, with z rising,
  without a trend, or falling
- `sporadic`: hot in the last period, on and off before, never cold, in fewer than 90%
- `oscillating`: the same, but cold at some time
- `historical`: hot in at least 90%, but not in the last
- `none`: all else; `too_few`: as in `significance`, or fewer periods than a trend needs

z is the analytic one, since a permutation would have to keep each cell's own season: with under five cases in a
neighbourhood and period it is rough, and the name should then be read beside the counts. A season (gas in winter)
makes a trend in part of a year: compare whole years, or the same months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from gis.hotspots.lattice import Numbers
from gis.hotspots.rates import smoothed_rates
from gis.hotspots.significance import ENOUGH_CASES, ENOUGH_CELLS, false_discovery_q
from gis.hotspots.trend import FEWEST_PERIODS, mann_kendall

MOSTLY = 0.9
HOT_Q = 0.10
TREND_P = 0.10

NAMES = (
    *("new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical"),
    *("none", "too_few"),
)


@dataclass(frozen=True)
class Emerging:
    """`cells`, in their order: `trend`, `hot_periods`, `cold_periods`, `trend_z`, `trend_p`; `z` and `q`, the cube."""

    cells: pd.DataFrame
    z: Numbers
    q: Numbers


def cube_of(cell: npt.NDArray[np.int64], period: npt.NDArray[np.int64], *, cells: int, periods: int) -> Numbers:
    """Cases by cell and period, from each case's numbers of both; those numbered -1 in either are left out."""
    kept = (cell >= 0) & (period >= 0)
    flat = np.bincount(cell[kept] * periods + period[kept], minlength=cells * periods)
    return flat.reshape(cells, periods).astype(float)


def periods_of(time: pd.Series, *, unit: str) -> tuple[npt.NDArray[np.int64], pd.PeriodIndex]:
    """The period of each time, and all whole periods from the first to the last.

    `unit` is D, W or M; days are those of the times' own zone. The first and last are left out unless there is a case
    on their outermost day, since they may have been cut off. What is in no whole period, or NaT, is numbered -1.
    """
    days = time.dt.tz_localize(None) if time.dt.tz is not None else time
    found = days.dt.to_period(unit)
    if found.isna().all():
        return np.full(len(time), -1), pd.PeriodIndex([], freq=unit)
    first, last = found.min(), found.max()
    if days.min().normalize() > first.start_time:
        first += 1
    if days.max().normalize() < last.end_time.normalize():
        last -= 1
    whole = pd.period_range(first, last, freq=unit) if first <= last else pd.PeriodIndex([], freq=unit)
    return np.asarray(whole.get_indexer(pd.PeriodIndex(found)), dtype=np.int64), whole


def emerging_hotspots(
    cases: Numbers, neighbours: Any, exposure: Numbers | None = None, *, periods_back: int = 1
) -> Emerging:
    """The name of each cell, from its cases (cells by periods) and `neighbours` as in `gi_star`.

    With the cells' `exposure` (households, above 0) rates are compared, smoothed over the whole cube
    (`smoothed_rates`). `periods_back` earlier periods count as neighbours in time.
    """
    count, periods = cases.shape
    values, awaited = cases, np.full(count, cases.sum() / max(count, 1))
    if exposure is not None and cases.size:
        values = smoothed_rates(cases.ravel(), np.repeat(exposure, periods)).reshape(cases.shape)
        awaited = exposure * (cases.sum() / exposure.sum())
    near = neighbours @ values + values
    members = np.diff(neighbours.indptr)[:, None] + np.ones(periods)
    summed, many = near.copy(), members.copy()
    for back in range(1, min(periods_back, periods - 1) + 1):
        summed[:, back:] += near[:, :-back]
        many[:, back:] += members[:, :-back]
    total = values.size
    mean, deviation = (values.mean(), values.std()) if total else (0.0, 0.0)
    spread = deviation * np.sqrt(many * (total - many) / max(total - 1, 1))
    differ = np.ptp(values) > 0 if total else False
    z = np.divide(summed - many * mean, spread, out=np.zeros(cases.shape), where=(spread > 0) & differ)
    q = false_discovery_q(2 * ndtr(-np.abs(z)).ravel()).reshape(cases.shape)
    hot, cold = (q <= HOT_Q) & (z > 0), (q <= HOT_Q) & (z < 0)
    trend = mann_kendall(z)
    names = np.array([_name(*each) for each in zip(hot, cold, trend.z, trend.p, strict=True)], dtype=object)
    found, expected = (neighbours @ each + each for each in (cases.sum(axis=1), awaited))
    names[(found < ENOUGH_CASES) & (expected < ENOUGH_CASES)] = "too_few"
    if count < ENOUGH_CELLS or periods < FEWEST_PERIODS:
        names[:] = "too_few"
    columns = {"trend": names, "hot_periods": hot.sum(axis=1), "cold_periods": cold.sum(axis=1)}
    return Emerging(pd.DataFrame(columns | {"trend_z": trend.z, "trend_p": trend.p}), z, q)


def _name(hot: npt.NDArray[np.bool_], cold: npt.NDArray[np.bool_], trend_z: float, trend_p: float) -> str:
    often = hot.mean() if len(hot) else 0.0
    if not often or (often < MOSTLY and not hot[-1]):
        return "none"
    if often >= MOSTLY:
        if not hot[-1]:
            return "historical"
        if trend_p >= TREND_P:
            return "persistent"
        return "intensifying" if trend_z > 0 else "diminishing"
    begins = int(np.argmax(hot))
    if hot[begins:].all():
        return "new" if begins == len(hot) - 1 else "consecutive"
    return "oscillating" if cold.any() else "sporadic"
