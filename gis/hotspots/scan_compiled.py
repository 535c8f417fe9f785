"""The scan's inner loop as machine code: the best cylinder over each place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gis.geometry.cells.compiled import compiled


@compiled
def best_cylinders(
    start: Any,
    order: Any,
    together: Any,
    cases: Any,
    expected: Any,
    longest: int,
    only_now: bool,
    only_largest: bool,
    most: float,
    ratio: Any,
    size: Any,
    first: Any,
    past: Any,
) -> None:
    """Fill `ratio`, `size`, `first` and `past` by centre; places as in `_Reach`, `most` the largest expectation.

    With `only_largest` a centre that cannot have more than one before it is passed over: the largest stays right.
    A likelihood ratio is at most its chi-square, which spares most of the logarithms.
    """
    count, periods = cases.shape
    total = 0.0
    for place in range(count):
        for period in range(periods):
            total += cases[place, period]
    found, awaited = np.zeros(periods + 1), np.zeros(periods + 1)
    bar = 0.0
    for centre in range(count):
        if not only_largest:
            bar = 0.0
        found[:] = 0.0
        awaited[:] = 0.0
        for at in range(start[centre], start[centre + 1]):
            place = order[at]
            own, base = 0.0, 0.0
            for period in range(periods):
                own += cases[place, period]
                base += expected[place, period]
                found[period + 1] += own
                awaited[period + 1] += base
            if together[at]:
                continue
            for end in range(periods if only_now else 1, periods + 1):
                for begin in range(max(0, end - longest), end):
                    c = found[end] - found[begin]
                    e = awaited[end] - awaited[begin]
                    if c < 2.0 or c <= e or e > most or e <= 0.0:
                        continue
                    if (c - e) * (c - e) * total <= bar * e * (total - e):
                        continue
                    value = c * math.log(c / e)
                    if c < total:
                        value += (total - c) * math.log((total - c) / (total - e))
                    if value > bar * (1.0 + 1e-12):
                        bar = value
                        ratio[centre] = value
                        size[centre] = at - start[centre] + 1
                        first[centre] = begin
                        past[centre] = end
