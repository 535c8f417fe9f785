"""Clusters as a map draws them: density clusters as outlines with what they share, scan cylinders as circles.

Each names the matters that it is made of, so that they can be opened.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from scipy.spatial import KDTree

from gis.hotspots.ages import Age, ages
from gis.hotspots.clusters import clustered, outlines
from gis.hotspots.emerging import cube_of, periods_of
from gis.hotspots.find import Hotspots
from gis.hotspots.lattice import ROUND_SIZES_M, Lattice, metres
from gis.hotspots.scan import SIMULATIONS, scanned
from gis.hotspots.shared import shared_values
from gis.progress import Progress, silent

MOST_REGIONS = 30
MOST_PLACES, MOST_PERIODS = 500, 60
"""So that the scan's simulations take seconds, or a minute at most."""
CHANCE = 0.05
_RADIUS_CELLS = 2.5
_AT_A_HOUSE_M = 60
"""A case this near to a building counts as being at it; positions of phones are off by some ten metres."""
_MOSTLY = 1.5


@dataclass(frozen=True)
class Shared:
    """A value that stands out in a region: `count` of `of` cases have it, `expected` if they were drawn from all."""

    attribute: str
    value: str
    count: int
    of: int
    expected: float


@dataclass(frozen=True)
class Region:
    """A density cluster: its cases by id, first and last time, its outline as GeoJSON and the circle around it.

    `age` is that of its buildings, None where no year is known.
    """

    ids: npt.NDArray[np.int64]
    first: pd.Timestamp
    last: pd.Timestamp
    outline: dict[str, Any]
    lon: float
    lat: float
    radius_m: float
    shared: tuple[Shared, ...]
    age: Age | None = None


@dataclass(frozen=True)
class Cylinder:
    """A cluster that the scan found: its circle (EPSG:4326), first and last day, cases, and how it compares."""

    ids: npt.NDArray[np.int64]
    lon: float
    lat: float
    radius_m: float
    first: date
    last: date
    expected: float
    p: float


def regions(
    cases: pd.DataFrame, places: pd.DataFrame | None, *, radius_m: float, days: float, fewest: int
) -> tuple[Region, ...]:
    """The largest density clusters of cases (id, lon, lat, time, topic), at most `MOST_REGIONS`, largest first.

    What they share is looked for in topics and, with `places`, in the compound of the nearest building; how old the
    buildings are is asked apart (`ages`).
    """
    if cases.empty:
        return ()
    crs, x, y = metres(cases["lon"].to_numpy(), cases["lat"].to_numpy())
    day = (cases["time"] - cases["time"].min()).dt.total_seconds().to_numpy() / 86_400
    found = clustered(x, y, day, radius_m=radius_m, days=days, fewest=fewest)
    shapes = outlines(x, y, found, margin_m=radius_m / 3)[:MOST_REGIONS]
    at = None if places is None or places.empty else _at_house(places, crs, x, y)
    table = shared_values(found.cluster, _attributes(cases, places, at))
    aged = None if at is None or places is None else _ages(places, at, found.cluster, len(shapes))
    to_lonlat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    made = []
    for number, shape in enumerate(shapes):
        own = found.cluster == number
        times = cases["time"][own]
        circle = shapely.minimum_bounding_circle(shapely.multipoints(np.stack([x[own], y[own]], axis=1)))
        lon, lat = to_lonlat.transform(circle.centroid.x, circle.centroid.y)
        radius = shapely.minimum_bounding_radius(shape)
        outline = shapely.transform(shape.simplify(1.0), lambda xy: np.stack(to_lonlat.transform(*xy.T), axis=1))
        ids = np.sort(cases["id"].to_numpy()[own])
        shared = _standing_out(table[table["cluster"] == number])
        age = aged[number] if aged else None
        made.append(Region(ids, times.min(), times.max(), _geojson(outline), lon, lat, float(radius), shared, age))
    return tuple(made)


def cylinders(found: Hotspots, cases: pd.DataFrame, *, zone: str, progress: Progress = silent) -> tuple[Cylinder, ...]:
    """Where and when cases are more than the place's and the period's own numbers give, with p up to `CHANCE`.

    By the permutation model: what rises everywhere at once (reporting, mostly), and a place that always has many, make
    no cluster. How it was done is added to `found.method`.
    """
    kept = cases[found.cell >= 0]
    unit, period, whole = _scan_periods(kept["time"], zone)
    if kept.empty or len(whole) < 2:
        return ()
    crs, x, y = metres(kept["lon"].to_numpy(), kept["lat"].to_numpy())
    lattice, place, keys = _scan_places(found, crs, x, y)
    east, north = lattice.centres(keys)
    cube = cube_of(place, period, cells=len(keys), periods=len(whole)).astype(np.int64)
    radius_m = _RADIUS_CELLS * lattice.cell_m
    told = scanned(east, north, cube, radius_m=radius_m, simulations=SIMULATIONS, threads=1, progress=progress)
    found.method["scan"] = {
        "statistic": "Kulldorff's space-time scan, permutation model (Kulldorff and others 2005), one-sided",
        "cell_m": lattice.cell_m,
        "radius_m": radius_m,
        "unit": unit,
        "periods": len(whole),
        "simulations": SIMULATIONS,
        "seed": 0,
        "chance": CHANCE,
    }
    to_lonlat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    made = []
    for each in told:
        if each.p > CHANCE:
            continue
        inside = np.isin(place, each.places) & (period >= each.first_period) & (period <= each.last_period)
        lon, lat = to_lonlat.transform(east[each.centre], north[each.centre])
        first, last = whole[each.first_period].start_time.date(), whole[each.last_period].end_time.date()
        ids = np.sort(kept["id"].to_numpy()[inside])
        whole_cells_m = each.radius_m + lattice.cell_m / math.sqrt(3)
        made.append(Cylinder(ids, lon, lat, whole_cells_m, first, last, each.expected, each.p))
    return tuple(made)


def _scan_periods(time: pd.Series, zone: str) -> tuple[str, npt.NDArray[np.int64], pd.PeriodIndex]:
    """Days, weeks or months, the shortest of which there are no more than `MOST_PERIODS`."""
    local = time.dt.tz_convert(zone)
    for unit in ("D", "W", "M"):
        period, whole = periods_of(local, unit=unit)
        if len(whole) <= MOST_PERIODS:
            break
    return unit, period, whole


def _scan_places(found: Hotspots, crs: pyproj.CRS, x: Any, y: Any) -> tuple[Lattice, npt.NDArray[np.int64], Any]:
    """The cells with cases, larger ones where they would be more than `MOST_PLACES`; each case's number in them."""
    cells = found.method["cells"]
    sizes = (cells["size_m"], *(size for size in ROUND_SIZES_M if size > cells["size_m"]))
    for size in sizes:
        lattice = Lattice(crs, cells["form"], float(size))
        keys, place = np.unique(lattice.keys_of(x, y), return_inverse=True)
        if len(keys) <= MOST_PLACES:
            break
    return lattice, place, keys


def names_of_hot(found: Hotspots, places: pd.DataFrame | None) -> dict[str, str]:
    """The compound of the building nearest to the middle of each hot cell, by the cell's id, if it lies at the cell."""
    hot = found.cells[found.cells["class"].str.startswith("hot")]
    if places is None or places.empty or hot.empty:
        return {}
    crs = pyproj.CRS(found.method["cells"]["crs"])
    middle = hot.geometry.to_crs(crs).centroid
    _, east, north = metres(places["lon"].to_numpy(), places["lat"].to_numpy(), crs)
    far, nearest = KDTree(np.stack([east, north], axis=1)).query(np.stack([middle.x, middle.y], axis=1))
    names = places["compound"].to_numpy()[nearest]
    size_m = float(found.method["cells"]["size_m"])
    return {
        id: name
        for id, name, away in zip(hot.index, names, far, strict=True)
        if isinstance(name, str) and away <= size_m
    }


def _at_house(places: pd.DataFrame, crs: pyproj.CRS, x: Any, y: Any) -> npt.NDArray[np.int64]:
    """For each case the row of the building that it is at; -1 where there is none."""
    _, east, north = metres(places["lon"].to_numpy(), places["lat"].to_numpy(), crs)
    far, nearest = KDTree(np.stack([east, north], axis=1)).query(np.stack([x, y], axis=1))
    return np.where(far <= _AT_A_HOUSE_M, nearest, -1)


def _attributes(cases: pd.DataFrame, places: pd.DataFrame | None, at: npt.NDArray[np.int64] | None) -> pd.DataFrame:
    known = pd.DataFrame({"topic": cases["topic"].to_numpy()})
    if places is not None and at is not None:
        known["compound"] = pd.Series(places["compound"].to_numpy()[at], dtype=object).where(at >= 0)
    return known


def _ages(
    places: pd.DataFrame, at: npt.NDArray[np.int64], cluster: npt.NDArray[np.int64], clusters: int
) -> list[Age] | None:
    built = places["built"].to_numpy(dtype=float)
    return ages(built, [np.unique(at[(cluster == number) & (at >= 0)]) for number in range(clusters)])


def _geojson(shape: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6)))
    return told


def _standing_out(table: pd.DataFrame) -> tuple[Shared, ...]:
    """Of each attribute the value that stands out most, if one does beyond chance and by half as much again."""
    told = table[(table["q"] <= CHANCE) & (table["ratio"] >= _MOSTLY)]
    first = told.drop_duplicates("attribute")
    return tuple(
        Shared(row.attribute, row.value, int(row["count"]), int(row.of), float(row.expected))
        for _, row in first.iterrows()
    )
