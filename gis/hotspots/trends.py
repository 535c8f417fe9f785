"""The trend of each cell of a lattice, from the times of its cases."""

from __future__ import annotations

import pandas as pd

from gis.hotspots.emerging import cube_of, emerging_hotspots, periods_of
from gis.hotspots.find import Hotspots
from gis.hotspots.lattice import among
from gis.hotspots.trend import FEWEST_PERIODS

UNITS = ("M", "W", "D")


def fitting_unit(time: pd.Series, *, zone: str) -> str:
    """The longest of months, weeks and days of which the times span as many whole ones as a trend needs.

    Long periods have enough cases each for z to be near normal.
    """
    local = time.dt.tz_convert(zone)
    long_enough = (unit for unit in UNITS if len(periods_of(local, unit=unit)[1]) >= FEWEST_PERIODS)
    return next(long_enough, UNITS[-1])


def add_trends(found: Hotspots, time: pd.Series, *, unit: str, zone: str) -> None:
    """Give each cell its columns of `emerging_hotspots`, by whole days, weeks or months (D, W, M) in the zone.

    `time` is that of each point, with a zone.
    """
    period, whole = periods_of(time.dt.tz_convert(zone), unit=unit)
    cases = cube_of(found.cell, period, cells=len(found.cells), periods=len(whole))
    tested = (found.cells["class"] != "no_exposure").to_numpy()
    exposure = found.cells["exposure"].to_numpy()[tested] if "exposure" in found.cells else None
    trends = emerging_hotspots(cases[tested], among(found.neighbours, tested), exposure).cells
    trends.index = found.cells.index[tested]
    for name in trends.columns:
        found.cells[name] = trends[name].reindex(found.cells.index)
    hidden = found.cells["class"].isin(["pile", "no_exposure"])
    found.cells["trend"] = found.cells["trend"].mask(hidden, found.cells["class"])
    found.method["trend"] = {
        "statistic": "Getis-Ord Gi* of the value by cell and period, neighbours also one period back, q <= 0.10 over "
        "all of them; Mann-Kendall of z",
        "unit": unit,
        "zone": zone,
        "first": str(whole[0]) if len(whole) else None,
        "last": str(whole[-1]) if len(whole) else None,
        "periods": len(whole),
        "without_period": int((period < 0).sum()),
    }
