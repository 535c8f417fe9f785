"""Cases per household, told apart from chance where there are few households.

One hazard in a cell of two households is no rate of 50%. Marshall's (1991) empirical Bayes estimate draws each rate
towards that of all areas, the more the fewer households stand behind it. It takes cases for
Poisson and the areas' true rates for alike in mean and variance; a hotspot among few households is drawn down too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gis.hotspots.lattice import Numbers


def smoothed_rates(cases: Numbers, exposure: Numbers) -> Numbers:
    """Each area's rate, drawn towards the rate of all; NaN where there is no exposure."""
    there = exposure > 0
    rates = np.full(len(cases), np.nan)
    total = exposure[there].sum()
    if not there.any() or total == 0:
        return rates
    mean = cases[there].sum() / total
    raw = cases[there] / exposure[there]
    spread = (exposure[there] * (raw - mean) ** 2).sum() / total - mean / exposure[there].mean()
    rates[there] = _drawn(raw, exposure[there], mean, np.maximum(spread, 0.0))
    return rates


def _drawn(raw: Numbers, base: Numbers, mean: Any, spread: Any) -> Numbers:
    share = np.divide(spread, spread + mean / base, out=np.zeros(len(raw)), where=(spread + mean / base) > 0)
    return np.asarray(share * raw + (1 - share) * mean)
