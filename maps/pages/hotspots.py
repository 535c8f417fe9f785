"""`/maps/hotspots`: where matters are more than chance, since when, and whether it has cooled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from gis.hotspots.ages import LAST_OLD_YEAR, Age
from maps.assets import EmbeddedMap, embed
from maps.filters import Choices, Filters, periods
from maps.language import N_, Words, words
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.layers.hotspots import TREND_SIGNS, HotspotCells
from maps.page import Shell, render
from maps.words import name_of

CELL_SIZES_M = (50, 100, 200, 250, 500, 1000)
HOT, COLD = ("hot_99", "hot_95", "hot_90"), ("cold_90", "cold_95", "cold_99")


@dataclass(frozen=True, slots=True)
class HotspotsView:
    """The page before anything is known: its ground, and how hotspots are to be looked for.

    `cell_m` is None where the size follows the data.
    """

    filters: Filters
    choices: Choices
    grids: tuple[Grid, ...]
    base: BaseMap
    per: str = "household"
    form: str = "hexagon"
    cell_m: float | None = None


@dataclass(frozen=True, slots=True)
class HotCell:
    """A cell that is hot: its class, its matters and how many the mean gives; `href` opens them."""

    id: str
    kind: str
    count: int
    expected: float
    near: str
    href: str


@dataclass(frozen=True, slots=True)
class SharedValue:
    """What stands out among a cluster's matters: so many `of` them, where `expected` would be drawn from all."""

    attribute: str
    value: str
    count: int
    of: int
    expected: float


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """A density cluster; `hrefs` open its matters, mostly by one address; `age` is that of its buildings."""

    count: int
    first: datetime
    last: datetime
    near: str
    shared: tuple[SharedValue, ...]
    hrefs: tuple[str, ...]
    age: Age | None = None


@dataclass(frozen=True, slots=True)
class FoundCylinder:
    """A cluster of the scan, by its days."""

    count: int
    expected: float
    first: date
    last: date
    radius_m: float
    p: float
    near: str
    hrefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPile:
    """Matters on one coordinate, set apart."""

    count: int
    hrefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporting:
    """The two halves of the period: matters, all others, and what a rise comes from (`gis.hotspots.reporting`)."""

    source: str
    before: int
    after: int
    other_before: int
    other_after: int
    since: date
    middle: date
    until: date


@dataclass(frozen=True, slots=True)
class FindingsView:
    """What is known. `by_class` and `by_trend` count cells; `clusters` and `scan` are None until looked for.

    `per` is what the matters were compared by, `asked_per` what was asked for. `least` is the number of households that
    shown counts are multiples of. `reporting` is None where every matter is chosen, so that there are no others.
    """

    filters: Filters
    matters: int
    cases: int
    as_of: datetime
    since: datetime | None = None
    until: datetime | None = None
    per: str = "household"
    asked_per: str = "household"
    least: int = 1
    method: dict[str, Any] = field(default_factory=dict)
    by_class: dict[str, int] = field(default_factory=dict)
    by_trend: dict[str, int] = field(default_factory=dict)
    hot: tuple[HotCell, ...] = ()
    clusters: tuple[FoundCluster, ...] | None = None
    scan: tuple[FoundCylinder, ...] | None = None
    piles: tuple[FoundPile, ...] = ()
    reporting: Reporting | None = None
    outdated: bool = False

    @property
    def hot_cells(self) -> int:
        return sum(self.by_class.get(name, 0) for name in HOT)

    @property
    def cold_cells(self) -> int:
        return sum(self.by_class.get(name, 0) for name in COLD)

    @property
    def too_few(self) -> bool:
        """Whether there are too few cases to say anything anywhere."""
        return bool(self.cases) and set(self.by_class) <= {"too_few", "no_exposure", "pile"}


@dataclass(frozen=True, slots=True)
class CampaignView:
    """Before and after a day in an area, in counts and in what may be said of them; see `gis.hotspots.change`."""

    day: date
    days: int
    before: int
    after: int
    elsewhere_before: int
    elsewhere_after: int
    compared: bool
    everywhere: bool
    direction: str
    ratio: float | None
    low: float
    high: float | None
    may_regress: bool
    source: str = ""
    other_before: int = 0
    other_after: int = 0


def hotspots_page(view: HotspotsView, *, shell: Shell) -> str:
    """The page with its ground and legend; a script fetches what is found."""
    bounds = bounds_of(view.base.outline) or bounds_of(grid_shapes(view.grids))
    return render(
        "hotspots.html",
        shell=shell,
        view=view,
        filters=view.filters,
        choices=view.choices,
        periods=periods(view.filters, view.choices),
        bounds=bounds,
        grid_name=next((grid.name for grid in view.grids if grid.code == view.filters.grid), ""),
        sizes=CELL_SIZES_M,
        signs=TREND_SIGNS,
        cell_words=cell_words(words(shell.language)),
        embedded=_map(view, bounds) if bounds else None,
    )


def findings_part(view: FindingsView, *, shell: Shell) -> str:
    """What was found, in words and lists."""
    return render(
        "hotspot_findings.html",
        shell=shell,
        view=view,
        filters=view.filters,
        signs=TREND_SIGNS,
        last_old_year=LAST_OLD_YEAR,
        linked=True,
    )


def cell_words(spoken: Words) -> dict[str, Any]:
    """What scripts say of a cell, and of what lies over the cells."""
    said = {
        "expected": N_("chance gives"),
        "per100": N_("per 100"),
        "found": N_("Matters"),
        "pile": N_(
            "All on one point. Mostly an address that could not be found, not a place with a problem; set apart."
        ),
        "open": N_("Open its matters"),
        "cluster": N_("Cluster"),
        "scan": N_("Outbreak"),
        "since": N_("Since when"),
    }
    classes = {
        "hot_99": N_("More than chance, 99%%"),
        "hot_95": N_("More than chance, 95%%"),
        "hot_90": N_("More than chance, 90%%"),
        "none": N_("No more than chance"),
        "cold_90": N_("Fewer than chance, 90%%"),
        "cold_95": N_("Fewer than chance, 95%%"),
        "cold_99": N_("Fewer than chance, 99%%"),
        "too_few": N_("Too few matters to say"),
        "no_exposure": N_("Nobody lives here: not compared"),
        "pile": N_("Matters piled on one point: not compared"),
    }
    told: dict[str, Any] = {name: spoken.gettext(message) for name, message in said.items()}
    told["class"] = {name: spoken.gettext(message) % {} for name, message in classes.items()}
    told["trend"] = {name: name_of("trend", name, spoken) for name in TREND_SIGNS}
    return told


def campaign_part(view: CampaignView, *, shell: Shell) -> str:
    """The answer to whether it cooled."""
    return render("hotspot_campaign.html", shell=shell, view=view)


def _map(view: HotspotsView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="hotspots")
    add_base(made, view.base)
    HotspotCells().add_to(made)
    add_grids(made, view.grids, touched=False)
    return embed(made)
