"""Matters per household by cell, told apart from chance where there are few households.

Rates are of blocks of 4 by 4 cells, because a matter lies beside its house as often as in it. Each is drawn towards
that of the whole community, the more the fewer households stand behind it (`gis.hotspots.rates`). What is returned is
the matters that such a rate makes of a cell's households, so that sums over cells stay rates of sums. Matters in blocks
where nobody lives have no rate, and are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from gis.actor import SYSTEM
from gis.density.cells import LAST_LEVEL, Window
from gis.density.counting import matters_in
from gis.hotspots.rates import smoothed_rates
from gis.issues.filters import IssueFilter
from gis.security.anonymity import published
from gis.storage.session import acting
from gis.storage.tables import building, household

Numbers = NDArray[np.float64]
BLOCK = 4


@dataclass(frozen=True, slots=True)
class RatedCells:
    """Cells of a level in which somebody lives: columns, rows, households, and the matters of a smoothed rate.

    `elsewhere` is how many matters are in blocks where nobody lives.
    """

    level: int
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    matters: Numbers
    households: NDArray[np.int64]
    elsewhere: int


def matters_per_household(
    connection: Connection, chosen: IssueFilter, *, community_id: int, window: Window, shown: Window, k: int
) -> RatedCells:
    """The cells of `shown` by rates that are those of all cells of `window`, by whose blocks they are smoothed.

    `shown` is of the same level or one above. Households are those that may be told (`gis.security.anonymity`) of
    buildings with at least `k` of them; 1 tells all. They are the same for everybody, also of grids that are not the
    reader's own. Raises InvalidInput as `gis.density.reading.sheets` does.
    """
    found = matters_in(connection, chosen, window)
    place = (found.y - window.y) * window.columns + (found.x - window.x)
    households = _households(connection, community_id, window, k)
    block = _blocks(window)
    of_block = np.bincount(block[place], weights=found.matters, minlength=block.max() + 1)
    homes = np.bincount(block, weights=households, minlength=len(of_block))
    rates = np.nan_to_num(smoothed_rates(of_block.astype(np.float64), homes.astype(np.float64)))
    return _shown(int(of_block[homes == 0].sum()), households, rates[block] * households, window, shown)


def _blocks(window: Window) -> NDArray[np.int64]:
    """For each cell of a window, row by row, the number of the block that it is in."""
    columns = np.arange(window.x, window.x + window.columns) // BLOCK - window.x // BLOCK
    rows = np.arange(window.y, window.y + window.rows) // BLOCK - window.y // BLOCK
    return np.asarray(rows[:, None] * (columns[-1] + 1) + columns[None, :]).ravel()


def _households(connection: Connection, community_id: int, window: Window, k: int) -> Numbers:
    x, y = func.density_x(building.c.geom), func.density_y(building.c.geom)
    query = (
        select(x, y, func.count())
        .select_from(building.join(household, household.c.building_id == building.c.id))
        .where(building.c.community_id == community_id)
        .group_by(building.c.id)
    )
    with acting(connection, SYSTEM):
        rows = np.array([tuple(row) for row in connection.execute(query)], dtype=np.int64).reshape(-1, 3)
    above = LAST_LEVEL - window.level
    column, row = (rows[:, 0] >> above) - window.x, (rows[:, 1] >> above) - window.y
    inside = (column >= 0) & (column < window.columns) & (row >= 0) & (row < window.rows)
    told = np.array([published(count, households=count, k=k) for count in rows[inside, 2].tolist()], dtype=float)
    place = row[inside] * window.columns + column[inside]
    return np.bincount(place, weights=told, minlength=window.columns * window.rows).astype(np.float64)


def _shown(elsewhere: int, households: Numbers, smoothed: Numbers, window: Window, shown: Window) -> RatedCells:
    above = window.level - shown.level
    lived_in = np.flatnonzero(households)
    x = ((lived_in % window.columns + window.x) >> above) - shown.x
    y = ((lived_in // window.columns + window.y) >> above) - shown.y
    inside = (x >= 0) & (x < shown.columns) & (y >= 0) & (y < shown.rows)
    place, size = y[inside] * shown.columns + x[inside], shown.columns * shown.rows
    homes = np.bincount(place, weights=households[lived_in[inside]], minlength=size)
    made = np.bincount(place, weights=smoothed[lived_in[inside]], minlength=size)
    there = np.flatnonzero(homes)
    return RatedCells(
        shown.level,
        there % shown.columns + shown.x,
        there // shown.columns + shown.y,
        made[there].astype(np.float64),
        homes[there].astype(np.int64),
        elsewhere,
    )
