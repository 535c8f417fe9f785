"""Gi* of 999 permutations: `esda.G_Local` with libpysal's Queen weights, and ours, side by side in one run.

    ./dualgrid bench hotspots [--rounds N] [--case "2,000"]

Both get the same polygons (a tessellation whose corners are shared to the last bit) and the same random counts. esda
runs as it comes, on all cores; it is given everything compiled before. A round runs one after the other, so that a busy
machine is busy for both; the middle of the rounds counts. With 60,000 areas a round takes 15 s
on an idle machine and minutes on a busy one. z must be the same to 1e-10, and the p-values as near as two sets of 999
permutations are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import esda  # type: ignore[import-untyped]
import geopandas
import libpysal  # type: ignore[import-untyped]
import numpy as np

from benchmarks.tessellation import tessellation
from gis.hotspots.gi_star import PERMUTATIONS, gi_star, permuted
from gis.hotspots.neighbours import queen

CASES = {"2,000": 2_000, "60,000": 60_000}
GOAL, GOAL_WITH_WEIGHTS = 10.0, 20.0
OF_ESDA = 999


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--case", choices=CASES, action="append")
    given = options.parse_args()
    warnings.simplefilter("ignore")  # esda's of what will change in it
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    for case in given.case or CASES:
        compare(CASES[case], rounds=given.rounds)


def compare(areas: int, *, rounds: int) -> None:
    """Measure one case and print it."""
    geoms = tessellation(areas)
    frame = geopandas.GeoDataFrame(geometry=geoms, crs=4326)
    values = np.random.default_rng(5).negative_binomial(2, 0.3, len(geoms)).astype(float)
    small = tessellation(50)
    local_g(np.arange(float(len(small))), queen_of(geopandas.GeoDataFrame(geometry=small, crs=4326)))
    print(f"\n{len(geoms):,} areas, {OF_ESDA} permutations, seconds")
    print(f"{'round':>8}{'Queen':>10}{'G_Local':>10}{'weights':>10}{'Gi*':>10}{'test':>10}{'with weights':>14}")
    rows = []
    for number in range(rounds):
        queen_s, w = timed(partial(queen_of, frame))
        esda_s, theirs = timed(partial(local_g, values, w))
        weights_s, near = timed(partial(queen, geoms))
        ours_s, (z, tails) = timed(partial(ours, values, near))
        rows.append((queen_s, esda_s, weights_s, ours_s))
        show(str(number + 1), rows[-1])
    middle = tuple(statistics.median(column) for column in zip(*rows, strict=True))
    show("middle", middle)
    alone = statistics.median(row[1] / row[3] for row in rows)
    whole = statistics.median((row[0] + row[1]) / (row[2] + row[3]) for row in rows)
    print(f"ratio, the test alone:   {alone:8.0f}   goal {GOAL:.0f}   {met(alone >= GOAL)}")
    print(f"ratio, with weights:     {whole:8.0f}   goal {GOAL_WITH_WEIGHTS:.0f}   {met(whole >= GOAL_WITH_WEIGHTS)}")
    print(
        f"z differs by at most {np.abs(z - theirs.Zs).max():.1e}: {met(np.allclose(z, theirs.Zs, rtol=0, atol=1e-10))}"
    )
    directed = np.minimum(tails.at_least, OF_ESDA - tails.at_least)
    gap = np.abs((directed + 1) / (OF_ESDA + 1) - theirs.p_sim)
    print(f"one-sided p differs by {gap.mean():.4f} on average, {gap.max():.3f} at most (two draws of {OF_ESDA})")
    many_s, _ = timed(partial(permuted, values, near, permutations=PERMUTATIONS))
    print(f"ours with {PERMUTATIONS:,} permutations, as hotspots are found with: {many_s:.2f} s")


def queen_of(frame: geopandas.GeoDataFrame) -> Any:
    return libpysal.weights.Queen.from_dataframe(frame, use_index=False, silence_warnings=True)


def local_g(values: Any, w: Any) -> Any:
    return esda.G_Local(values, w, transform="B", star=True, permutations=OF_ESDA, seed=1, keep_simulations=False)


def ours(values: Any, near: Any) -> Any:
    return gi_star(values, near), permuted(values, near, permutations=OF_ESDA, seed=1)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    answer = work()
    return time.perf_counter() - begin, answer


def show(name: str, row: tuple[float, ...]) -> None:
    queen_s, esda_s, weights_s, ours_s = row
    ratios = f"{esda_s / ours_s:>10.0f}{(queen_s + esda_s) / (weights_s + ours_s):>14.0f}"
    print(f"{name:>8}{queen_s:>10.3f}{esda_s:>10.3f}{weights_s:>10.3f}{ours_s:>10.4f}{ratios}", flush=True)


def met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
