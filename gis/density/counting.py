"""Matters that pass a filter, counted: by cell, by day, by topic and grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from gis.density.cells import LAST_LEVEL, Window
from gis.density.reading import EPOCH, sheets
from gis.density.sheets import NO_POINT, Codes, Mask, Sheet
from gis.issues.filters import SETTLED, IssueFilter
from gis.issues.summary import Summary
from gis.storage.tables import OPEN

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of a level with matters in them: columns, rows and how many."""

    level: int
    x: Counts
    y: Counts
    matters: Counts


@dataclass(frozen=True, slots=True)
class Days:
    """Matters by day, from `first` on, without a gap; empty where there are none."""

    first: date | None = None
    matters: list[int] = field(default_factory=list)

    def since_latest(self, matters: int) -> date | None:
        """The latest day from which on there are at least so many; the first where there are fewer in all."""
        if self.first is None:
            return None
        later = np.cumsum(self.matters[::-1])
        back = min(int(np.searchsorted(later, matters)), len(later) - 1)
        return self.first + timedelta(days=len(later) - 1 - back)


def matters_in(connection: Connection, chosen: IssueFilter, window: Window) -> Cells:
    """Matters with a point that pass a filter, by the cells of a window. Raises InvalidInput as `sheets` does."""
    counted = np.zeros(window.columns * window.rows, dtype=np.int64)
    above = LAST_LEVEL - window.level
    found, asked = sheets(connection, chosen)
    for sheet in found:
        x, y = (sheet.numbers["x"] >> above) - window.x, (sheet.numbers["y"] >> above) - window.y
        mask = sheet.kept(asked) & (sheet.numbers["x"] != NO_POINT)
        mask &= (x >= 0) & (x < window.columns) & (y >= 0) & (y < window.rows)
        place = y[mask].astype(np.int64) * window.columns + x[mask]
        counted += _sums(place, sheet.numbers["amount"][mask], len(counted))
    there = np.flatnonzero(counted)
    return Cells(window.level, there % window.columns + window.x, there // window.columns + window.y, counted[there])


def matters_by_day(connection: Connection, chosen: IssueFilter) -> Days:
    """Matters that pass a filter, by the day on their community's clock. Raises InvalidInput as `sheets` does."""
    found, asked = sheets(connection, chosen)
    kept = [(sheet, sheet.kept(asked)) for sheet in found]
    days = [sheet.numbers["day"][mask] for sheet, mask in kept]
    if not sum(map(len, days)):
        return Days()
    first = min(int(each.min()) for each in days if len(each))
    last = max(int(each.max()) for each in days if len(each))
    counted = np.zeros(last - first + 1, dtype=np.int64)
    for day, (sheet, mask) in zip(days, kept, strict=True):
        counted += _sums(day - first, sheet.numbers["amount"][mask], len(counted))
    there = np.flatnonzero(counted)  # a change that is not folded yet may have taken the first away
    if not len(there):
        return Days()
    begin, end = int(there[0]), int(there[-1]) + 1
    return Days(EPOCH + timedelta(days=first + begin), counted[begin:end].tolist())


def summed(connection: Connection, chosen: IssueFilter) -> Summary:
    """As `gis.issues.summary.summary` counts them, without the times of the first and the last."""
    summary = Summary()
    found, asked = sheets(connection, chosen)
    for sheet in found:
        mask = sheet.kept(asked)
        for topic, grid, counts in _by_topic_and_grid(sheet, mask):
            for count in (summary.total, summary.by_topic[topic or ""], summary.by_grid[grid]):
                count.add(*counts)
    _leave_out_none(summary.by_topic)
    _leave_out_none(summary.by_grid)
    return summary


def _by_topic_and_grid(sheet: Sheet, mask: Mask) -> list[tuple[Any, Any, list[int]]]:
    topics, grids = sheet.names["topic"], sheet.names["grid_id"]
    pair = sheet.codes["topic"][mask].astype(np.int64) * len(grids) + sheet.codes["grid_id"][mask]
    amount = sheet.numbers["amount"][mask]
    size = len(topics) * len(grids)
    status = sheet.codes["status"][mask]
    arms = (
        None,
        _having(sheet, "status", status, OPEN),
        _having(sheet, "status", status, SETTLED),
        _having(sheet, "hazard", sheet.codes["hazard"][mask], (True,)),
        sheet.numbers["x"][mask] != NO_POINT,
    )
    counted = [_sums(pair, amount if arm is None else amount * arm, size) for arm in arms]
    there = np.flatnonzero(np.logical_or.reduce([each != 0 for each in counted]))
    return [
        (topics[at // len(grids)], grids[at % len(grids)], [int(each[at]) for each in counted]) for at in there.tolist()
    ]


def _having(sheet: Sheet, trait: str, codes: Codes, names: tuple[Any, ...]) -> Mask:
    return np.array([name in names for name in sheet.names[trait]], dtype=bool)[codes]


def _sums(place: NDArray[Any], amount: NDArray[Any], size: int) -> Counts:
    # Sums of doubles are exact up to 2^53 matters.
    return np.bincount(place, weights=amount, minlength=size).astype(np.int64)


def _leave_out_none(counts: dict[Any, Any]) -> None:
    for name in [name for name, count in counts.items() if not count.issues]:
        del counts[name]
