"""Points to grids: `geopandas.sjoin` and ours, side by side in one run.

    ./dualgrid bench points [--rounds N] [--case "2,000"]

Both get what they like best: sjoin a frame of ready points and its quickest predicate (`within`; the one that keeps
points on edges takes twice as long), ours two arrays. A round runs one after the other, so
that a busy machine is busy for both; the middle of the rounds counts. The compiler's work is done before
(once for a home, its time is shown). Then answers are compared: sjoin's with the lowest code of each point,
and `shapely.covers` at points where rounding matters.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.tessellation import awkward_points, tessellation
from gis.geometry import GridIndex
from gis.geometry.cells import load

CASES = {"2,000": (2_000, 1_000_000, 0.0), "60,000": (60_000, 5_000_000, 1.0)}
"""Grids, points, and how many GB the index may take beyond the input (0: not asked)."""
READY_GOAL, BUILT_GOAL = 20.0, 5.0


@dataclass
class Round:
    sjoin_s: float
    build_s: float
    locate_s: float

    @property
    def ready(self) -> float:
        return self.sjoin_s / self.locate_s

    @property
    def built(self) -> float:
        return self.sjoin_s / (self.build_s + self.locate_s)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--case", choices=CASES, action="append")
    given = options.parse_args()
    begin = time.perf_counter()
    load()
    print(f"loading the compiled engine, or compiling it: {time.perf_counter() - begin:.1f} s, once for a process")
    for case in given.case or CASES:
        compare(*CASES[case], rounds=given.rounds)


def compare(grids: int, points: int, most_gb: float, *, rounds: int) -> None:
    """Measure one case and print it."""
    geoms = tessellation(grids)
    codes = np.array([f"G{number:06d}" for number in np.random.default_rng(4).permutation(len(geoms))])
    lon, lat = spread(geoms, points)
    frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs=4326)
    areas = geopandas.GeoDataFrame({"code": codes}, geometry=geoms, crs=4326)
    corners = shapely.get_num_coordinates(geoms).mean()
    print(f"\n{points:,} points in {len(geoms):,} grids of {corners:.0f} corners, {os.cpu_count()} cores")
    print(f"{'round':>8}{'sjoin s':>10}{'build s':>10}{'locate s':>10}{'ready':>10}{'with build':>12}")
    measured = []
    for number in range(rounds):
        sjoin_s, joined = timed(partial(geopandas.sjoin, frame, areas, predicate="within"))
        build_s, index = timed(partial(built, codes, geoms))
        locate_s, position = timed(partial(index.locate, lon, lat))
        measured.append(Round(sjoin_s, build_s, locate_s))
        show(str(number + 1), measured[-1])
        if number == 0:
            lowest = joined.groupby(level=0)["code"].min().reindex(range(points)).to_numpy(dtype=object)
            same = bool((lowest == np.append(codes, np.nan).astype(object)[position])[position >= 0].all())
            same &= bool((lowest[position < 0] != lowest[position < 0]).all())
        del joined
    middle = {name: statistics.median(getattr(r, name) for r in measured) for name in vars(measured[0])}
    show("middle", Round(**middle))
    ready, with_build = (statistics.median(getattr(r, name) for r in measured) for name in ("ready", "built"))
    print(f"ours, index ready:      {points / middle['locate_s'] / 1e6:5.1f} million points a second")
    print(f"ratio, index ready:     {ready:5.1f}   goal {READY_GOAL:.0f}   {met(ready >= READY_GOAL)}")
    print(f"ratio, build included:  {with_build:5.1f}   goal {BUILT_GOAL:.0f}    {met(with_build >= BUILT_GOAL)}")
    held_mb, peak_mb = memory_mb(codes, geoms, lon, lat)
    goal = f"   goal {most_gb:.0f} GB   {met(peak_mb < 1000 * most_gb)}" if most_gb else ""
    print(f"memory beyond the input: {held_mb:.0f} MB held, {peak_mb:.0f} MB at most{goal}")
    print(f"same as sjoin with the lowest code, at all points: {met(same)}")
    awkward = awkward_points(geoms, 1_000_000)
    wrong = int((index.locate(*awkward.T) != covers(codes, geoms, awkward)).sum())
    print(f"same as shapely.covers with the lowest code, at {len(awkward):,} awkward points: {met(wrong == 0)}")


def built(codes: npt.NDArray[Any], geoms: npt.NDArray[np.object_]) -> GridIndex:
    index = GridIndex(codes, geoms)
    index.prepare(10**9)
    return index


def spread(geoms: npt.NDArray[np.object_], count: int) -> tuple[Any, Any]:
    """Points by chance over the extent, in no order."""
    west, south, east, north = shapely.total_bounds(geoms)
    chance = np.random.default_rng(3)
    return chance.uniform(west, east, count), chance.uniform(south, north, count)


def covers(codes: npt.NDArray[Any], geoms: npt.NDArray[np.object_], places: npt.NDArray[np.float64]) -> Any:
    """The position of the lowest code whose grid covers each point, by GEOS alone."""
    order = np.argsort(codes)
    ordered = geoms[order]
    shapely.prepare(ordered)
    points = shapely.points(places)
    point, rank = shapely.STRtree(ordered).query(points)
    covered = shapely.covers(ordered[rank], points[point])
    lowest = np.full(len(points), len(geoms))
    np.minimum.at(lowest, point[covered], rank[covered])
    return np.append(order, -1)[lowest]


def memory_mb(codes: Any, geoms: Any, lon: Any, lat: Any) -> tuple[float, float]:
    """What an index holds, and what building and asking it takes at most, in a process of its own."""
    receive, send = os.pipe()
    if os.fork() == 0:
        before = resident_mb()
        index = built(codes, geoms)
        held = resident_mb() - before
        index.locate(lon, lat)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6 - before
        os.write(send, f"{held} {peak}".encode())
        os._exit(0)
    os.wait()
    held, peak = os.read(receive, 100).split()
    return float(held), float(peak)


def resident_mb() -> float:
    with open("/proc/self/statm") as statm:  # noqa: PTH123
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    answer = work()
    return time.perf_counter() - begin, answer


def show(name: str, r: Round) -> None:
    print(f"{name:>8}{r.sjoin_s:10.3f}{r.build_s:10.3f}{r.locate_s:10.3f}{r.ready:10.1f}{r.built:12.1f}", flush=True)


def met(good: bool) -> str:
    return "yes" if good else "NO"


if __name__ == "__main__":
    main()
