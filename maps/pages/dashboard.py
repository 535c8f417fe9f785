"""`/`: the dashboard. What came in a period, what became of it, whether it gets better, and where it does not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from gis.overview.comparison import Change
from maps.assets import EmbeddedMap, embed
from maps.filters import Choice, Choices, Filters, Period, periods
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.page import Shell, render
from maps.pages.ledger import LedgerMatter
from maps.palettes import SHADES

MEASURES = ("overdue", "on_time", "rate", "settlement", "change")
METHODS = ("natural", "quantiles")
WORST = 6
"""Grids that are listed before all of them are asked for."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Matters of a period. `on_time` of `judged` were closed on time; medians are of `first_answers` and `settlements`
    matters; `levels` and `ways` count settled matters, those of which none was noted by `-`."""

    received: int = 0
    settled: int = 0
    open: int = 0
    overdue: int = 0
    on_time: int = 0
    judged: int = 0
    first_answer: timedelta | None = None
    first_answers: int = 0
    settlement: timedelta | None = None
    settlements: int = 0
    levels: tuple[Choice, ...] = ()
    ways: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """The matters of one line or topic (`-`: of none)."""

    value: str
    now: Sums
    before: int
    change: Change


@dataclass(frozen=True, slots=True)
class GridRow:
    """One grid by the measure that is looked at: `part` of `whole`, and its shade from 0; None where it has none."""

    code: str
    name: str
    worker: str
    value: float | None
    part: int
    whole: int
    too_few: bool = False
    shade: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """What the colours of the map stand for: for each class its lowest and highest number, and how many grids."""

    method: str = "natural"
    classes: tuple[tuple[float, float, int], ...] = ()
    reversed: bool = False

    def step(self, shade: int) -> int:
        """The step of the ramp, from 1, of a class: few classes keep their distance; nothing anywhere is the least."""
        most = len(self.classes) - 1
        if not most and not self.classes[0][1] and not self.reversed:
            return 1
        return 1 + (round(shade * (SHADES - 1) / most) if most else SHADES // 2)


@dataclass(frozen=True, slots=True)
class DashboardView:
    """Everything on the page. `filters` have their days filled in; `since_before` to `until_before` is the time before.

    `changes` are by the names of the figures. `late` are the first of `overdue_now` matters, whenever they were
    reported, `nowhere` counts those without a grid. `latest` is the day of the latest matter of all; `stopped`, that an
    invented community's clock stands there.
    """

    filters: Filters
    choices: Choices
    since_before: date
    until_before: date
    grids: tuple[Grid, ...]
    base: BaseMap
    measure: str = "overdue"
    method: str = "natural"
    now: Sums = field(default_factory=Sums)
    before: Sums = field(default_factory=Sums)
    changes: dict[str, Change | None] = field(default_factory=dict)
    by_line: tuple[Row, ...] = ()
    by_topic: tuple[Row, ...] = ()
    by_grid: tuple[GridRow, ...] = ()
    scale: Scale = field(default_factory=Scale)
    late: tuple[LedgerMatter, ...] = ()
    overdue_now: int = 0
    nowhere: int = 0
    latest: date | None = None
    stopped: bool = False

    @property
    def days(self) -> int:
        """How many days the period has."""
        assert self.filters.since is not None
        assert self.filters.until is not None
        return (self.filters.until - self.filters.since).days + 1

    def address(self, *, by: str | None = None, classes: str | None = None, **changes: Any) -> str:
        """This page with another measure, classes or filters."""
        shown = {"by": by or self.measure, "classes": classes or self.method}
        own = {name: value for name, value in shown.items() if value not in ("overdue", "natural")}
        return "/" + self.filters.query(**changes) + (f"&{urlencode(own)}" if own else "")

    def behind(self, **changes: Any) -> str:
        """The ledger of what a figure counts; a status that is chosen stays, where one was to be added."""
        if "status" in changes:
            changes["status"] = self.filters.status or changes["status"]
        return "/issues" + self.filters.query(**changes)

    def behind_before(self, **changes: Any) -> str:
        """The ledger of what a figure counted in the period before."""
        return self.behind(since=self.since_before, until=self.until_before, **changes)

    @property
    def worst(self) -> tuple[GridRow, ...]:
        """The grids in most trouble, of which none is one where nothing is overdue, or nothing was reported."""
        return tuple(row for row in self.by_grid[:WORST] if row.part or self.measure not in ("overdue", "rate"))

    def offered(self) -> Period | None:
        """The last days with data, as many as are looked at, where nothing was reported as late as in these."""
        if self.latest is None or self.filters.since is None or self.latest >= self.filters.since:
            return None
        since = self.latest - timedelta(days=self.days - 1)
        return Period(self.days, self.address(since=since, until=self.latest), chosen=False, since=since)


def dashboard_page(view: DashboardView, *, shell: Shell) -> str:
    """The page with its map, legend, figures and lists."""
    bounds = bounds_of(view.base.outline) or bounds_of(grid_shapes(view.grids))
    return render(
        "dashboard.html", shell=shell, **_shown(view), bounds=bounds, embedded=_map(view, bounds) if bounds else None
    )


def dashboard_part(view: DashboardView, *, shell: Shell) -> str:
    """The parts of the page that follow its filters, each an element with `data-part`."""
    return render("dashboard_parts.html", shell=shell, **_shown(view))


def _shown(view: DashboardView) -> dict[str, Any]:
    chosen = next((grid for grid in view.grids if grid.code == view.filters.grid), None)
    return {
        "view": view,
        "filters": view.filters,
        "choices": view.choices,
        "periods": periods(view.filters, view.choices, until=True),
        "chosen_grid": chosen,
        "measures": MEASURES,
        "methods": METHODS,
        "always_dated": True,
        "kept": [("by", view.measure), ("classes", view.method)],
    }


def _map(view: DashboardView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="dashboard")
    add_base(made, view.base)
    add_grids(made, view.grids)
    return embed(made)
