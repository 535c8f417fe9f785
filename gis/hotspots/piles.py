"""Piles: many cases on exactly one coordinate, because something put there what it could not place.

A geocoder's default point looks like the worst hotspot of a town. Large buildings and rounded coordinates put several
cases on one point too, and how many, the data tell themselves: the upper tail of cases per coordinate is taken for a
Pareto tail, the heaviest that such counts usually have (Clauset, Shalizi and Newman 2009), in whole numbers, its
exponent by maximum likelihood. A coordinate is a pile if so many would be expected on fewer than 0.01 coordinates of
the whole file, and it holds at least `SMALLEST_PILE` cases.

Where it ends: a default point with few cases is not found; one building that really has many times more cases than any
other is set apart. So piles are reported, never dropped silently, and a person decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from gis.hotspots.lattice import Numbers

SMALLEST_PILE = 30
FEWEST_PLACES = 10
"""With fewer coordinates than this there is no tail to compare with, and nothing is called a pile."""
RARE = 0.01
_MOST_PILES = 20
_SMALLEST_TAIL = 10
_LARGEST_EXPONENT = 20.0


@dataclass(frozen=True)
class Pile:
    """One coordinate (EPSG:4326), how many cases are on it, and on how many coordinates chance would put so many."""

    lon: float
    lat: float
    cases: int
    expected_places: float


def find_piles(lon: Numbers, lat: Numbers) -> tuple[list[Pile], npt.NDArray[np.bool_]]:
    """The piles, largest first, and which points are in one."""
    places, place, counts = np.unique(np.stack([lon, lat], axis=1), axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    expected = expected_places(counts[order])
    piles = [
        Pile(float(places[n][0]), float(places[n][1]), int(counts[n]), rare)
        for n, rare in zip(order[: len(expected)].tolist(), expected, strict=True)
    ]
    return piles, np.isin(place.ravel(), order[: len(expected)])


def expected_places(counts: npt.NDArray[np.int64]) -> list[float]:
    """For each pile among coordinates' numbers of cases (descending): on how many coordinates so many are expected.

    The first m are piles if the m-th is one beside the tail of all that follow, so that piles do not hide each other.
    """
    expected: list[float] = []
    for first in range(min(_MOST_PILES, len(counts) - FEWEST_PLACES)):
        if counts[first] < SMALLEST_PILE:
            break
        rest = counts[first + 1 :]
        size = max(_SMALLEST_TAIL, math.isqrt(len(rest)))
        begin = int(rest[size - 1])
        tail = rest[rest >= begin]
        exponent = _exponent(tail, begin)
        chances = [len(tail) * (each / begin) ** -exponent for each in counts[: first + 1].tolist()]
        if chances[-1] < RARE:
            expected = chances
    return expected


def _exponent(tail: npt.NDArray[np.int64], begin: int) -> float:
    """The exponent of a discrete Pareto tail by maximum likelihood: P(M >= m) = (m / begin) ** -exponent."""
    values, times = np.unique(tail, return_counts=True)

    def unlikelihood(exponent: float) -> float:
        at, past = (values / begin) ** -exponent, ((values + 1) / begin) ** -exponent
        return -float(times @ np.log(np.maximum(at - past, 1e-300)))

    return float(minimize_scalar(unlikelihood, bounds=(0.05, _LARGEST_EXPONENT), method="bounded").x)
