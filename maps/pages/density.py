"""`/maps/density`: where the matters are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maps.assets import EmbeddedMap, embed
from maps.filters import Choices, Filters, periods
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.layers.surface import DensitySurface, HeatPoint, near, radius_m
from maps.page import Shell, render
from maps.pages.matters import ListedMatter
from maps.palettes import DENSITY_BREAKS_PER_HA

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
class DensityView:
    """Everything on the page. Figures, lists and points have all passed `filters`.

    `grids` are all current grids of the community, also those without matters. `points` are summed by
    place. `since` and `until` are the first and last time of what is counted.
    """

    filters: Filters
    choices: Choices
    grids: tuple[Grid, ...]
    base: BaseMap
    points: tuple[HeatPoint, ...]
    totals: Totals
    by_topic: tuple[TopicCount, ...] = ()
    recent: tuple[ListedMatter, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def density_page(view: DensityView, *, shell: Shell) -> str:
    """The page with its map, legend, figures and lists."""
    shapes = grid_shapes(view.grids)
    bounds = bounds_of(view.base.outline) or bounds_of(shapes)
    radius = radius_m(bounds) if bounds else 0
    drawn = near(view.points, bounds) if bounds else []
    top = sorted((grid for grid in view.grids if grid.matters), key=lambda grid: (-grid.matters, grid.code))
    return render(
        "density.html",
        shell=shell,
        view=view,
        filters=view.filters,
        choices=view.choices,
        periods=periods(view.filters, view.choices),
        bounds=bounds,
        radius_m=radius,
        far_away=sum(matters for *_, matters in view.points) - sum(matters for *_, matters in drawn),
        breaks=DENSITY_BREAKS_PER_HA,
        top_grids=top[:TOP_GRIDS],
        grid_name=next((grid.name for grid in view.grids if grid.code == view.filters.grid), ""),
        chosen_grid=next((grid for grid in view.grids if grid.code == view.filters.grid), None),
        embedded=_map(view, bounds, drawn, radius) if bounds else None,
    )


def _map(view: DensityView, bounds: Bounds, points: Sequence[HeatPoint], radius: int) -> EmbeddedMap:
    made = new_map(bounds, name="density")
    add_base(made, view.base)
    DensitySurface(points, radius_m=radius).add_to(made)
    add_grids(made, view.grids)
    return embed(made)
