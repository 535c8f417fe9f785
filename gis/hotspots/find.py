"""Hotspots of cases on a lattice: from points to cells with their rate, z, p, q and class.

The one way from points to a map: piles are set apart, points put into cells, divided by households where these are
known, tested (`gi_star`), corrected for their number (`significance`). What was done stands in `method`, to be shown
beside the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from gis.errors import Fault, InvalidInput, said
from gis.hotspots.gi_star import PERMUTATIONS, gi_star, permuted
from gis.hotspots.lattice import ROUND_SIZES_M, Form, Keys, Lattice, Numbers, among, metres, suggested_cell_m
from gis.hotspots.piles import Pile, find_piles
from gis.hotspots.rates import smoothed_rates
from gis.hotspots.significance import ENOUGH_CASES, ENOUGH_CELLS, classes, false_discovery_q
from gis.progress import Progress, silent

ENCLOSING_RINGS = 2


@dataclass(frozen=True)
class Homes:
    """Where those live who could be concerned: points (EPSG:4326), and how many households, or whatever `unit` says,
    each has."""

    lon: Numbers
    lat: Numbers
    households: Numbers
    unit: str = "household"


@dataclass(frozen=True)
class Hotspots:
    """The cells, how they were found, and what was set apart.

    `cells` is indexed by the cell's id, its geometry in EPSG:4326; for its other columns see `assessed`. `cell` is
    each point's row in it, -1 for those that were set apart.
    """

    cells: geopandas.GeoDataFrame
    cell: npt.NDArray[np.int64]
    neighbours: Any
    method: dict[str, Any]
    piles: list[Pile]


def find_hotspots(
    lon: Numbers,
    lat: Numbers,
    *,
    homes: Homes | None = None,
    form: Form = "hexagon",
    cell_m: float | None = None,
    most_cells: int | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    keep_piles: bool = False,
    progress: Progress = silent,
) -> Hotspots:
    """Where cases (points in EPSG:4326) are more, or fewer, than elsewhere.

    With `homes` they are counted per household, and only cells with households are compared. Without, the study area
    is the cells with a case and those that lie among them (`Lattice.enclosed`): more cases may then mean no more than
    more people. `cell_m` is the cells' size; left out, it follows the data (`suggested_cell_m`), and is enlarged where
    cells with anything in them would be more than `most_cells`. All is decided by the points and the
    seed, whatever their order. Raises InvalidInput where the cells asked for would be more than that.
    """
    piles, piled = find_piles(lon, lat)
    if keep_piles:
        piles, piled = [], np.zeros(len(lon), dtype=bool)
    crs, x, y = metres(lon, lat)
    apart = int(piled.sum())
    kept_x, kept_y = x[~piled], y[~piled]
    size_rule = "given"
    if cell_m is None:
        cell_m, size_rule = suggested_cell_m(kept_x, kept_y), "two cases a cell, sqrt(2 A / n), rounded up"
    if most_cells is not None:
        fitting = _fitting_m(crs, form, cell_m, kept_x, kept_y, homes, most_cells)
        if fitting > cell_m and size_rule == "given":
            reason = said(
                "cells of {cell_m} m would be more than {most} here; {enough} m is enough",
                cell_m=f"{cell_m:g}",
                most=most_cells,
                enough=f"{fitting:g}",
            )
            raise InvalidInput([Fault("cell_m", "too_small", reason)])
        if fitting > cell_m:
            cell_m, size_rule = fitting, f"{size_rule}, then enlarged to at most {most_cells:,} cells"
    lattice = Lattice(crs, form, cell_m)
    of_points = lattice.keys_of(kept_x, kept_y)
    keys, exposure, area = _study_area(lattice, of_points, homes)
    cases = np.bincount(np.searchsorted(keys, of_points), minlength=len(keys)).astype(float)
    tested = exposure > 0 if exposure is not None else np.ones(len(keys), dtype=bool)
    neighbours = lattice.neighbours(keys)
    near = neighbours if tested.all() else among(neighbours, tested)
    frame = assessed(
        cases[tested],
        exposure[tested] if exposure is not None else None,
        near,
        permutations=permutations,
        seed=seed,
        progress=progress,
    )
    frame.index = pd.Index(np.flatnonzero(tested))
    frame = frame.reindex(np.arange(len(keys)))
    frame["count"] = cases.astype(np.int64)
    if exposure is not None:
        frame["exposure"] = exposure
        frame.loc[~tested, "class"] = "no_exposure"
    if apart:  # which of a pile's cases are really there is not known, so neither is how many its cell has
        frame.loc[np.isin(keys, lattice.keys_of(x[piled], y[piled])), "class"] = "pile"
    frame.index = pd.Index(lattice.ids(keys), name="cell")
    cell = np.full(len(lon), -1)
    cell[~piled] = np.searchsorted(keys, of_points)
    method = {
        "statistic": "Getis-Ord Gi*, conditional permutation test, two-sided",
        "value": "count" if homes is None else f"count per {homes.unit}, smoothed by empirical Bayes (Marshall 1991)",
        "rate": "count per cell" if homes is None else f"count per 100 {homes.unit}s",
        "weights": {
            "square": "binary; the cell, and those that share a side or a corner with it (queen)",
            "hexagon": "binary; the cell, and those that share a side with it",
        }[form],
        "cells": {"form": form, "size_m": cell_m, "size_rule": size_rule, "crs": f"EPSG:{crs.to_epsg()}"},
        "study_area": area,
        "points": len(lon),
        "points_in_cells": len(lon) - apart,
        "points_without_exposure": int(cases[~tested].sum()),
        "cells_tested": int(tested.sum()),
        "permutations": permutations,
        "seed": seed,
        "correction": "false discovery rate, Benjamini and Hochberg 1995; classes at q <= 0.01, 0.05, 0.10",
        "too_few": f"under {ENOUGH_CASES} cases found and expected in a cell and its neighbours, "
        f"or under {ENOUGH_CELLS} cells",
        "set_apart": [
            {"lon": each.lon, "lat": each.lat, "count": each.cases, "expected_places": each.expected_places}
            for each in piles
        ],
    }
    cells = geopandas.GeoDataFrame(frame, geometry=lattice.outlines(keys), crs=4326)
    return Hotspots(cells, cell, neighbours, method, piles)


def assessed(
    cases: Numbers,
    exposure: Numbers | None,
    neighbours: Any,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Gi* of areas of any kind, in their order; `neighbours` as in `gi_star`, exposure above 0 everywhere.

    Columns: `count`; `exposure` and `smoothed` (per 100) if there is one; `expected`, the count that the mean rate
    gives; `rate`, per 100 of exposure, else the count; `z`, analytic; `p`, two-sided by permutation; `q`; `class`, one
    of `significance.CLASSES`. The values compared are the smoothed rates, or the counts.
    """
    columns: dict[str, Any] = {"count": cases}
    values = cases
    expected = np.full(len(cases), cases.mean() if len(cases) else 0.0)
    columns["rate"] = cases
    if exposure is not None:
        values = smoothed_rates(cases, exposure)
        expected = exposure * (cases.sum() / exposure.sum()) if len(cases) else expected
        columns |= {"exposure": exposure, "rate": 100 * cases / exposure, "smoothed": 100 * values}
    z = gi_star(values, neighbours)
    p = permuted(values, neighbours, permutations=permutations, seed=seed, progress=progress).two_sided
    q = false_discovery_q(p)
    named = classes(z, q)
    found, awaited = (neighbours @ each + each for each in (cases, expected))
    named[(found < ENOUGH_CASES) & (awaited < ENOUGH_CASES)] = "too_few"
    if len(cases) < ENOUGH_CELLS:
        named[:] = "too_few"
    return pd.DataFrame(columns | {"expected": expected, "z": z, "p": p, "q": q, "class": named})


def _fitting_m(
    crs: pyproj.CRS, form: Form, cell_m: float, x: Numbers, y: Numbers, homes: Homes | None, most_cells: int
) -> float:
    """This size, or the smallest larger one of `ROUND_SIZES_M` with no more cells that have anything in them."""
    if homes is not None:
        _, east, north = metres(homes.lon, homes.lat, crs)
        x, y = np.append(x, east), np.append(y, north)
    for size in (cell_m, *(size for size in ROUND_SIZES_M if size > cell_m)):
        if len(np.unique(Lattice(crs, form, size).keys_of(x, y))) <= most_cells:
            return float(size)
    return float(ROUND_SIZES_M[-1])


def _study_area(lattice: Lattice, of_points: Keys, homes: Homes | None) -> tuple[Keys, Numbers | None, str]:
    """The cells (ascending), the households in each if these are known, and how the cells were chosen."""
    if homes is None:
        keys = lattice.enclosed(of_points, rings=ENCLOSING_RINGS)
        return keys, None, f"cells with a case, and those among them (up to {2 * ENCLOSING_RINGS} empty ones across)"
    _, x, y = metres(homes.lon, homes.lat, lattice.crs)
    of_homes = lattice.keys_of(x, y)
    keys = np.unique(np.concatenate([of_homes, of_points]))
    exposure = np.bincount(np.searchsorted(keys, of_homes), homes.households, len(keys)).astype(float)
    return keys, exposure, f"cells with {homes.unit}s; cells with cases but none are told, not compared"
