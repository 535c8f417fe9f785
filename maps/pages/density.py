"""`/maps/density`: where the matters are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from maps.assets import EmbeddedMap, embed
from maps.filters import Choices, Filters, periods
from maps.layers.base import BaseMap, Bounds, add_base, new_map
from maps.layers.grids import Grid, add_grids
from maps.layers.surface import DensitySurface
from maps.page import Shell, render
from maps.pages.matters import ListedMatter
from maps.palettes import DENSITY_BREAKS_PER_100_HOUSEHOLDS, DENSITY_BREAKS_PER_HA

TOP_GRIDS = 8


@dataclass(frozen=True, slots=True)
class Totals:
    """Matters that pass the filters. `located` are those with a point, which the surface is made of."""

    matters: int = 0
    settled: int = 0
    open: int = 0
    hazards: int = 0
    located: int = 0

    @property
    def unlocated(self) -> int:
        """Matters without a point."""
        return self.matters - self.located


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many matters are of one topic; an empty topic is one that was not recognised."""

    topic: str
    matters: int


@dataclass(frozen=True, slots=True)
class DensityFigures:
    """What is counted, and changes with the filters: all of it has passed `filters`.

    `grids` are all current grids of the community, also those without matters. `since` and `until` are the first and
    last day of what is counted; `far_away` counts matters too far off to be on the map. `radius_m` is over how far
    each matter is spread, where a reader looks at the whole community.
    """

    filters: Filters
    choices: Choices
    grids: tuple[Grid, ...]
    totals: Totals
    by_topic: tuple[TopicCount, ...] = ()
    recent: tuple[ListedMatter, ...] = ()
    since: date | None = None
    until: date | None = None
    far_away: int = 0
    radius_m: int = 0


@dataclass(frozen=True, slots=True)
class DensityView:
    """Everything on the page; `bounds` is the area that its map shows, None without boundaries."""

    figures: DensityFigures
    base: BaseMap
    bounds: Bounds | None


def density_page(view: DensityView, *, shell: Shell) -> str:
    """The page with its map, legend, figures and lists; what its map is painted with is asked for by its scripts."""
    return render(
        "density.html",
        shell=shell,
        bounds=view.bounds,
        embedded=_map(view, view.bounds) if view.bounds else None,
        **_counted(view.figures),
    )


def density_figures_part(figures: DensityFigures, *, shell: Shell) -> str:
    """The parts of the page that follow its filters, for a page that changes them without being opened anew."""
    return render("density_part.html", shell=shell, **_counted(figures))


def _counted(figures: DensityFigures) -> dict[str, Any]:
    filters = figures.filters
    chosen = next((grid for grid in figures.grids if grid.code == filters.grid), None)
    return {
        "figures": figures,
        "filters": filters,
        "choices": figures.choices,
        "periods": periods(filters, figures.choices),
        "breaks": DENSITY_BREAKS_PER_100_HOUSEHOLDS if filters.per else DENSITY_BREAKS_PER_HA,
        "top_grids": sorted(
            (grid for grid in figures.grids if grid.matters), key=lambda grid: (-grid.matters, grid.code)
        )[:TOP_GRIDS],
        "grid_name": chosen.name if chosen else "",
        "chosen_grid": chosen,
        "grid_counts": {grid.code: [grid.matters, grid.open, grid.hazards] for grid in figures.grids if grid.matters},
    }


def _map(view: DensityView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="density")
    add_base(made, view.base)
    DensitySurface().add_to(made)
    add_grids(made, view.figures.grids)
    return embed(made)
