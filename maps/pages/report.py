"""The report of a week or a month: figures beside those before, maps, hotspots, deadlines, the ledger by grid.

One template for the screen and for paper. It tells numbers, places and officers, and no words of residents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from maps import palettes
from maps.inlining import with_policy
from maps.layers.base import BaseMap, GeoJson
from maps.layers.grids import Grid
from maps.page import Shell, render
from maps.sheets.drawing import drawing, whole
from maps.sheets.surface import Density

MAP_MM = (88.0, 78.0)
HOT_MAP_MM = (112.0, 92.0)


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """Of the matters reported in a period, as they stand now; `on_time` of `on_time_of` is the rate."""

    received: int = 0
    settled: int = 0
    open: int = 0
    overdue: int = 0
    hazards: int = 0
    located: int = 0
    on_time: int = 0
    on_time_of: int = 0
    first_answer: timedelta | None = None
    settlement: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """How many matters of a topic, a level or a way there were, and in the period before."""

    name: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """One grid in the ledger."""

    name: str
    worker: str
    received: int
    before: int
    settled: int
    open: int
    hazards: int


@dataclass(frozen=True, slots=True)
class LateMatter:
    """An open matter whose deadline has passed."""

    id: str
    topic: str
    status: str
    grid_name: str
    worker: str
    due_at: datetime
    late: timedelta
    hazard: bool = False


@dataclass(frozen=True, slots=True)
class HotPlace:
    """Where hazards are more than chance. `level` is in percent."""

    grid_name: str
    level: int
    hazards: int


@dataclass(frozen=True, slots=True)
class Spots:
    """What was found of `hazards` since `since`. Without `cell_m` they were too few to say."""

    since: date
    hazards: int = 0
    places: Sequence[HotPlace] = ()
    outlines: Sequence[GeoJson] = ()
    cell_m: float | None = None
    tested: int = 0
    piled: int = 0


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything in a report. `name` is the period as `2023-W49` or `2023-12`; `last_day` belongs to it."""

    kind: Literal["week", "month"]
    name: str
    begins: date
    last_day: date
    before_begins: date
    before_last_day: date
    made_at: datetime
    made_by: str
    now: ReportFigures
    before: ReportFigures
    topics: Sequence[Row]
    levels: Sequence[Row]
    ways: Sequence[Row]
    grids: Sequence[GridRow]
    late: Sequence[LateMatter]
    late_of: int
    spots: Spots
    base: BaseMap
    shapes: Sequence[Grid]
    density: Density
    ended: bool = field(default=True)


def report_page(view: ReportView, *, shell: Shell) -> str:
    """The report as HTML that holds all that it shows."""
    extent = whole(view.base, view.shapes)
    width, height = MAP_MM
    hot_width, hot_height = HOT_MAP_MM
    maps = None
    if extent:
        density = drawing(
            view.base, view.shapes, view.density, layer="density", extent=extent, width_mm=width, height_mm=height
        )
        by_grid = drawing(
            view.base, view.shapes, Density(), layer="grids", extent=extent, width_mm=width, height_mm=height
        )
        hot = drawing(
            view.base,
            view.shapes,
            Density(),
            layer="ground",
            extent=extent,
            width_mm=hot_width,
            height_mm=hot_height,
            hot=view.spots.outlines,
        )
        maps = (density, by_grid, hot)
    html = render(
        "report.html",
        shell=shell,
        view=view,
        maps=maps,
        ramp=palettes.DENSITY.light,
        density_breaks=view.density.breaks,
    )
    return with_policy(html)
