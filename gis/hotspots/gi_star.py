"""Getis-Ord Gi*: does an area, together with its neighbours, have more or less than all areas on average?

Weights are binary, and an area counts itself (the star; Getis and Ord 1992, Ord and Getis 1995). Neighbours come as a
symmetric sparse matrix of ones with an empty diagonal. The analytic z is for values that are nearly normal; counts of
rare things are not, and there the permutation test is the one to read.

The test is conditional, as in esda (Anselin 1995): the area keeps its value, its neighbours' are drawn without
repetition from all the others. All areas are compared with one set of draws. Each draw has one spare: where the area
itself was drawn, the spare takes its place, which leaves every set of others as likely as before. So one sorted list
of sums serves all areas with as many neighbours, and only those that were drawn are looked at one by one. The draws
come from the seed alone. Sums that differ by rounding alone count as equal.

Where it ends: all areas must be exchangeable if nothing is there, so divide by who lives there first; and neighbouring
areas share most of what they are judged by, so that a hotspot's outline is wider than its cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gis.hotspots.lattice import Numbers
from gis.progress import Progress, silent

PERMUTATIONS = 99_999
"""So many that p can be small enough to survive the correction for thousands of cells; they take under a second."""

_ROUNDING = 1e-11


@dataclass(frozen=True)
class Tails:
    """How many of the permutations give at least, and at most, what was observed; one number an area."""

    at_least: npt.NDArray[np.int64]
    at_most: npt.NDArray[np.int64]
    permutations: int

    @property
    def greater(self) -> Numbers:
        """p, one-sided: as much or more by chance."""
        return np.asarray((self.at_least + 1) / (self.permutations + 1), dtype=float)

    @property
    def less(self) -> Numbers:
        """p, one-sided: as little or less by chance."""
        return np.asarray((self.at_most + 1) / (self.permutations + 1), dtype=float)

    @property
    def two_sided(self) -> Numbers:
        """p, two-sided: twice the smaller of the two, 1 at most."""
        return np.asarray(np.minimum(1.0, 2 * np.minimum(self.greater, self.less)), dtype=float)


def gi_star(values: Numbers, neighbours: Any) -> Numbers:
    """z of each area under randomisation (Ord and Getis 1995, equation 14); 0 where nothing can differ."""
    count = len(values)
    if count < 2 or np.ptp(values) == 0:
        return np.zeros(count)
    members = np.diff(neighbours.indptr) + 1.0
    spread = values.std() * np.sqrt(members * (count - members) / (count - 1))
    off = neighbours @ values + values - members * values.mean()
    return np.asarray(np.divide(off, spread, out=np.zeros(count), where=spread > 0), dtype=float)


def permuted(
    values: Numbers,
    neighbours: Any,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    progress: Progress = silent,
) -> Tails:
    """The conditional permutation test of Gi* for each area."""
    count, have = len(values), np.diff(neighbours.indptr)
    at_least = np.zeros(count, dtype=np.int64)
    at_most = np.zeros(count, dtype=np.int64)
    most = int(have.max(initial=0))
    observed = neighbours @ values
    slack = _ROUNDING * float(np.abs(values).max(initial=0.0)) * (most + 1)
    drawn = draws(count, most + 1, permutations, np.random.default_rng(seed)) if most else None
    sums = np.zeros(permutations)
    for size in range(most + 1):
        if size and drawn is not None:
            sums = sums + values[drawn[:, size - 1]]
        group = have == size
        if group.any():
            ordered = np.sort(sums)
            at_least[group] = permutations - np.searchsorted(ordered, observed[group] - slack, side="left")
            at_most[group] = np.searchsorted(ordered, observed[group] + slack, side="right")
        if size and drawn is not None and group.any():
            draw, place = np.nonzero(group[drawn[:, :size]])
            area = drawn[draw, place]
            without = sums[draw] - values[area] + values[drawn[draw, size]]
            low, high = observed[area] - slack, observed[area] + slack
            more = (without >= low).astype(np.int64) - (sums[draw] >= low)
            less = (without <= high).astype(np.int64) - (sums[draw] <= high)
            at_least += np.bincount(area, more, count).astype(np.int64)
            at_most += np.bincount(area, less, count).astype(np.int64)
        progress("permutations", size + 1, most + 1)
    return Tails(at_least, at_most, permutations)


def draws(count: int, size: int, times: int, chance: np.random.Generator) -> npt.NDArray[np.int64]:
    """`times` draws of `size` different numbers below `count`, in random order; one draw a row."""
    if size * size >= 4 * count:
        rows = max(1, 4_000_000 // count)
        parts = [
            chance.permuted(np.tile(np.arange(count), (min(rows, times - begin), 1)), axis=1)[:, :size]
            for begin in range(0, times, rows)
        ]
        return np.concatenate(parts)
    drawn = chance.integers(0, count, (times, size))
    again = np.arange(times)
    while len(again):  # a row with a number twice is drawn anew as a whole, so that all sets stay as likely
        ordered = np.sort(drawn[again], axis=1)
        again = again[(ordered[:, 1:] == ordered[:, :-1]).any(axis=1)]
        drawn[again] = chance.integers(0, count, (len(again), size))
    return drawn
