"""All that a map tells of one set of cases, in stages: what is quick first, what takes long after it.

Cells with their class and trend come within a second, density clusters soon after them, the space-time scan last. The
sizes that the methods need follow from that of the cells, and stand in `method` with everything else that was decided.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InvalidInput
from gis.hotspots.find import Homes, Hotspots, find_hotspots
from gis.hotspots.lattice import Form
from gis.hotspots.regions import Cylinder, Region, cylinders, names_of_hot, regions
from gis.hotspots.trends import add_trends, fitting_unit
from gis.progress import Progress, silent

Per = Literal["household", "building", "matter"]
"""What cases are compared by; by the matter is by their number alone, which is more where more people live."""

MOST_CELLS = 4_000
"""More cells than this neither a map nor its reader can take in."""
CLUSTER_DAYS = 14
FEWEST_IN_CLUSTER = 8


@dataclass(frozen=True)
class Survey:
    """What is known so far.

    `near` names the compound at each hot cell, `piled` has the cases of each of `found.piles` by id; `regions` and
    `cylinders` are None until they have been looked for.
    """

    found: Hotspots
    near: dict[str, str]
    piled: tuple[npt.NDArray[np.int64], ...]
    regions: tuple[Region, ...] | None = None
    cylinders: tuple[Cylinder, ...] | None = None

    @property
    def method(self) -> dict[str, Any]:
        return self.found.method


def surveyed(
    cases: pd.DataFrame,
    places: pd.DataFrame | None,
    *,
    per: Per,
    zone: str,
    form: Form = "hexagon",
    cell_m: float | None = None,
    progress: Progress = silent,
) -> Iterator[Survey]:
    """The stages of a survey of `cases` (id, lon, lat, time with a zone, topic), at least one, oldest first.

    `places` are buildings (lon, lat, households, compound, year built), among which only those with a household, or
    building, are compared; None where it is not known which places the cases could have come from. `zone` is that of
    the days. Raises InvalidInput as `find_hotspots` does.
    """
    lon, lat = cases["lon"].to_numpy(), cases["lat"].to_numpy()
    homes = homes_of(places, per)
    found = find_hotspots(
        lon, lat, homes=homes, form=form, cell_m=cell_m, most_cells=MOST_CELLS, seed=0, progress=progress
    )
    add_trends(found, cases["time"], unit=fitting_unit(cases["time"], zone=zone), zone=zone)
    found.method["per"] = per if homes is not None else "matter"
    piled = tuple(cases["id"].to_numpy()[(lon == pile.lon) & (lat == pile.lat)] for pile in found.piles)
    stage = Survey(found, names_of_hot(found, places), piled)
    yield stage
    stage = replace(stage, regions=_regions(found, cases, places))
    yield stage
    yield replace(stage, cylinders=cylinders(found, cases, zone=zone, progress=progress))


def homes_of(places: pd.DataFrame | None, per: Per) -> Homes | None:
    """What cases are counted per; None where that is their number alone, or no place has anybody."""
    if places is None or per == "matter":
        return None
    many = places["households"].to_numpy(dtype=float) if per == "household" else np.ones(len(places))
    if not many.sum():
        return None
    return Homes(places["lon"].to_numpy(), places["lat"].to_numpy(), many, unit=per)


def _regions(found: Hotspots, cases: pd.DataFrame, places: pd.DataFrame | None) -> tuple[Region, ...]:
    size_m = float(found.method["cells"]["size_m"])
    radius_m = size_m / 2
    fewest = _fewest(found, cases["time"], radius_m)
    found.method["clusters"] = {
        "statistic": "ST-DBSCAN (Birant and Kut 2007)",
        "radius_m": radius_m,
        "days": CLUSTER_DAYS,
        "fewest": fewest,
    }
    try:
        return regions(cases[found.cell >= 0], places, radius_m=radius_m, days=CLUSTER_DAYS, fewest=fewest)
    except InvalidInput as refused:  # so many lie so close that no list of pairs could hold them
        found.method["clusters"]["left_out"] = str(refused)
        return ()


def _fewest(found: Hotspots, time: pd.Series, radius_m: float) -> int:
    """How many cases make a core: more than four standard deviations above what the mean density would give."""
    tested = (found.cells["count"] > 0) | (found.cells["class"] != "no_exposure")
    cell_m = float(found.method["cells"]["size_m"])
    shape = 1.0 if found.method["cells"]["form"] == "square" else math.sqrt(3) / 2
    span_days = max((time.max() - time.min()).total_seconds() / 86_400, 1.0)
    share: float = (
        math.pi * radius_m**2 / max(tested.sum() * cell_m**2 * shape, 1.0) * min(2 * CLUSTER_DAYS / span_days, 1.0)
    )
    by_chance = len(time) * share
    return max(FEWEST_IN_CLUSTER, math.ceil(1 + by_chance + 4 * math.sqrt(float(by_chance))))
