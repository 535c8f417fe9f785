"""Numbers in classes, for a map that colours areas by them.

Quantiles put as many areas into each class, so that ranks can be read, and part what is alike. Natural breaks
(Fisher 1958; Jenks 1977) part where the numbers themselves are far apart: of all ways to cut sorted numbers into k
classes, the one with the least sum of squares around the classes' means. Found exactly, by dynamic programming over
the distinct numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Method = Literal["natural", "quantiles", "fixed"]
MOST_CLASSES = 5

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes from low to high. `bounds` are the largest number of each, which belongs to it; `counts` how many
    numbers each holds, and `ranges` its smallest and largest one."""

    method: Method
    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    ranges: tuple[tuple[float, float], ...]

    def of(self, value: float) -> int:
        """The number of a value's class, from 0; what is beyond the last bound is in the last."""
        return min(bisect_left(self.bounds, value), len(self.bounds) - 1)


def classes(values: Sequence[float], *, method: Method, most: int = MOST_CLASSES) -> Classes:
    """Numbers in at most so many classes: fewer where there are fewer distinct numbers, none without any."""
    if not values:
        return Classes(method, (), (), ())
    bounds = quantile_bounds(values, most) if method == "quantiles" else natural_bounds(values, most)
    return cut(values, bounds, method=method)


def cut(values: Sequence[float], bounds: Sequence[float], *, method: Method) -> Classes:
    """Numbers in the classes of given bounds, empty ones too; what is beyond the last bound counts in the last."""
    held: list[list[float]] = [[] for _ in bounds]
    for value in values:
        held[min(bisect_left(bounds, value), len(bounds) - 1)].append(value)
    lows = [-np.inf, *bounds]
    ranges = tuple((min(each), max(each)) if each else (lows[at], bounds[at]) for at, each in enumerate(held))
    return Classes(method, tuple(bounds), tuple(map(len, held)), ranges)


def quantile_bounds(values: Sequence[float], k: int) -> tuple[float, ...]:
    """The upper bounds of k classes of equal size; fewer where ties make bounds coincide."""
    shares = np.arange(1, k + 1) / k
    found = np.unique(np.quantile(np.asarray(values, dtype=float), shares))
    return tuple(found.tolist())


def natural_bounds(values: Sequence[float], k: int) -> tuple[float, ...]:
    """The upper bounds of the k classes with the least sum of squares; one for each number where they are fewer."""
    distinct, times = np.unique(np.asarray(values, dtype=float), return_counts=True)
    n, k = len(distinct), min(k, len(distinct))
    centred = distinct - distinct.mean()  # large numbers that differ little would lose digits
    weight, first, second = (
        np.concatenate([[0.0], np.cumsum(part)]) for part in (times, times * centred, times * centred**2)
    )

    def within(start: npt.NDArray[np.int64], end: int) -> Numbers:
        """The sums of squares of the classes that begin at each start and end before `end`."""
        total = first[end] - first[start]
        squares: Numbers = second[end] - second[start] - total**2 / (weight[end] - weight[start])
        return squares

    least = np.array([0.0, *(within(np.array([0]), end)[0] for end in range(1, n + 1))])
    cuts = np.zeros((k + 1, n + 1), dtype=np.int64)
    for count in range(2, k + 1):
        best = np.full(n + 1, np.inf)
        for end in range(count, n + 1):
            starts = np.arange(count - 1, end)
            sums = least[starts] + within(starts, end)
            at = int(sums.argmin())
            best[end], cuts[count, end] = sums[at], starts[at]
        least = best
    bounds, end = [], n
    for count in range(k, 0, -1):
        bounds.append(float(distinct[end - 1]))
        end = int(cuts[count, end])
    return tuple(reversed(bounds))
