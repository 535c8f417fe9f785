"""Kulldorff's space-time scan: where and when are more cases than there should be, whatever the size and length.

Cylinders stand over the places: a circle around each, as wide as `radius_m`, and every run of periods up to
`longest`. The one whose likelihood ratio is largest is the likeliest cluster, and its p says how often the largest one
of data without any cluster is as large (Monte Carlo), which answers for all the cylinders that were tried. Two models:

- Poisson (Kulldorff 1997, 2001): cases follow a known base, such as households by place and period
- permutation (Kulldorff and others 2005): no base is known; what is expected is each place's total spread over the
  periods as all cases are. Only what place and time do together stands out; a place that always has many does not.

Further clusters are those that share no place with one before; their p is set against the largest of each simulation,
too, which is cautious. Where it ends: a circle fits a street badly; clusters are told to be wider than they are; and
the base must be right (Poisson), or none of the places may have grown faster than the rest (permutation).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

from gis.errors import Fault, InvalidInput, said
from gis.hotspots.lattice import Numbers
from gis.progress import Progress, silent

SIMULATIONS = 999
MOST_OF_ALL = 0.5
"""A cylinder holds at most this share of what is expected, and of periods: more is no cluster but the rest's lack."""
_FEWEST_CASES = 2


@dataclass(frozen=True)
class Cluster:
    """A cylinder: the place in its middle, the places in it, its periods (first and last), and its figures.

    `log_ratio` is the logarithm of the likelihood ratio; `p` may be read where it is the first cluster's, and is
    cautious for the others.
    """

    centre: int
    places: npt.NDArray[np.int64]
    first_period: int
    last_period: int
    radius_m: float
    cases: int
    expected: float
    log_ratio: float
    p: float


def scanned(
    x: Numbers,
    y: Numbers,
    cases: npt.NDArray[np.int64],
    base: Numbers | None = None,
    *,
    radius_m: float,
    longest: int | None = None,
    only_now: bool = False,
    most: int = 10,
    simulations: int = SIMULATIONS,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = silent,
) -> list[Cluster]:
    """The likeliest clusters of more cases than expected, at most `most` of them, likeliest first.

    `cases` has a row for each place at x and y (metres) and a column for each period; `base`, in the same form, makes
    it the Poisson model, otherwise it is the permutation model. `longest` is in periods (left out: half of them).
    `only_now` looks at what still goes on in the last period alone (prospective). The seed decides, whatever the
    number of threads. Raises InvalidInput for figures that are not of that form.
    """
    _demand_sound(x, y, cases, base)
    total = int(cases.sum())
    if total < _FEWEST_CASES:
        return []
    expected = _expected(cases, base)
    reach = _Reach.of(x, y, radius_m)
    periods = cases.shape[1]
    length = min(longest or max(1, int(periods * MOST_OF_ALL)), periods)
    search = partial(_search, reach, expected, length, only_now)
    best = search(False, cases)
    highest = _simulated(cases, expected, base is None, search, simulations, seed, threads, progress)
    found: list[Cluster] = []
    taken = np.zeros(len(x), dtype=bool)
    for centre in np.argsort(-best[0], kind="stable").tolist():
        ratio = float(best[0][centre])
        if ratio <= 0 or len(found) == most:
            break
        places = reach.places_of(centre)[: int(best[1][centre])]
        if taken[places].any():
            continue
        taken[places] = True
        first, past = int(best[2][centre]), int(best[3][centre])
        inside = (places, slice(first, past))
        far = float(np.hypot(x[places] - x[centre], y[places] - y[centre]).max())
        p = (1 + int((highest >= ratio * (1 - 1e-12)).sum())) / (1 + simulations)
        cylinder = int(cases[inside].sum()), float(expected[inside].sum())
        found.append(Cluster(centre, np.sort(places), first, past - 1, far, *cylinder, ratio, p))
    return found


@dataclass(frozen=True)
class _Reach:
    """For each place the others within the radius, nearest first: those of place i are `order[start[i] : start[i+1]]`.

    `together` tells which has the same distance as the next one: a circle holds both or neither.
    """

    start: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    together: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, x: Numbers, y: Numbers, radius_m: float) -> _Reach:
        places = np.stack([x, y], axis=1)
        near = KDTree(places).query_ball_point(places, radius_m)
        order, together, start = [], [], [0]
        for centre, others in enumerate(near):
            own = np.sort(np.array(others, dtype=np.int64))
            far = np.hypot(*(places[own] - places[centre]).T)
            by_distance = np.argsort(far, kind="stable")
            own, far = own[by_distance], far[by_distance]
            order.append(own)
            together.append(np.append(np.diff(far) <= 1e-9 * max(radius_m, 1e-9), False))
            start.append(start[-1] + len(own))
        return cls(np.array(start, dtype=np.int64), np.concatenate(order), np.concatenate(together))

    def places_of(self, centre: int) -> npt.NDArray[np.int64]:
        return self.order[self.start[centre] : self.start[centre + 1]]


Best = tuple[Numbers, npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]
"""By centre: the largest log ratio, how many places its circle holds, its first period, and the one past its last."""


def _search(
    reach: _Reach, expected: Numbers, longest: int, only_now: bool, only_largest: bool, cases: npt.NDArray[np.int64]
) -> Best:
    from gis.hotspots.scan_compiled import best_cylinders

    count = len(cases)
    size, first, past = np.zeros((3, count), dtype=np.int64)
    best = np.zeros(count), size, first, past
    most = MOST_OF_ALL * float(expected.sum())
    best_cylinders(
        reach.start, reach.order, reach.together, cases, expected, longest, only_now, only_largest, most, *best
    )
    return best


def _simulated(
    cases: npt.NDArray[np.int64],
    expected: Numbers,
    permuting: bool,
    search: Callable[[bool, npt.NDArray[np.int64]], Best],
    simulations: int,
    seed: int,
    threads: int | None,
    progress: Progress,
) -> Numbers:
    """The largest log ratio of each simulation; each has its own seed, so that threads do not matter."""
    place, period = np.nonzero(cases)
    times = cases[place, period]
    place, period = np.repeat(place, times), np.repeat(period, times)
    chances = (expected / expected.sum()).ravel()

    def once(number: int) -> float:
        chance = np.random.default_rng([seed, number])
        if permuting:
            flat = place * cases.shape[1] + chance.permutation(period)
            drawn = np.bincount(flat, minlength=cases.size)
        else:
            drawn = chance.multinomial(len(place), chances)
        return float(search(True, drawn.reshape(cases.shape).astype(np.int64))[0].max())

    highest = []
    with ThreadPoolExecutor(threads) as pool:
        for done, value in enumerate(pool.map(once, range(simulations)), start=1):
            highest.append(value)
            progress("simulations", done, simulations)
    return np.array(highest)


def _expected(cases: npt.NDArray[np.int64], base: Numbers | None) -> Numbers:
    total = cases.sum()
    if base is not None:
        return np.asarray(base * (total / base.sum()), dtype=float)
    return np.asarray(np.outer(cases.sum(axis=1), cases.sum(axis=0)) / total, dtype=float)


def _demand_sound(x: Numbers, y: Numbers, cases: npt.NDArray[Any], base: Numbers | None) -> None:
    faults = []
    if cases.ndim != 2 or not len(x) == len(y) == len(cases) or not cases.size:
        faults.append(
            Fault("cases", "form", said("one row a place and one column a period are needed, with x and y a place"))
        )
    elif (cases < 0).any() or not np.issubdtype(cases.dtype, np.integer):
        faults.append(Fault("cases", "out_of_range", said("whole numbers that are not negative are needed")))
    if base is not None and base.shape != cases.shape:
        faults.append(
            Fault(
                "base",
                "form",
                said("it has the form {form}, and cases {cases}", form=base.shape, cases=cases.shape),
            )
        )
    elif base is not None and not (np.isfinite(base).all() and (base >= 0).all() and base.sum() > 0):
        faults.append(Fault("base", "out_of_range", said("numbers that are not negative are needed, and some above 0")))
    elif base is not None and cases.shape == base.shape and (cases[base == 0] > 0).any():
        faults.append(Fault("base", "out_of_range", said("there are cases where the base is 0")))
    if faults:
        raise InvalidInput(faults)
