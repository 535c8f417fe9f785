"""One cell by its id: what lies in it can be asked for long after it was found, because ids mean a place for good."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gis.hotspots.lattice import cell_named, metres


def box_of_cell(id: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north (EPSG:4326) of a box that holds the cell; None for what is no cell's id."""
    named = cell_named(id)
    if named is None:
        return None
    lattice, key = named
    west, south, east, north = map(float, shapely.bounds(lattice.outlines(np.array([key]))[0]))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return west, south, east, north


def in_cell(cases: pd.DataFrame, id: str) -> list[int]:
    """The ids of those cases (id, lon, lat) that the cell holds."""
    named = cell_named(id)
    if named is None or cases.empty:
        return []
    lattice, key = named
    _, x, y = metres(cases["lon"].to_numpy(), cases["lat"].to_numpy(), lattice.crs)
    return [int(each) for each in cases["id"].to_numpy()[lattice.keys_of(x, y) == key]]
