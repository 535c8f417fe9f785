"""`/queue`: matters without a grid, each waiting for a person to pin it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maps.assets import EmbeddedMap, embed
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class QueuedMatter:
    """A matter without a grid. `point` is (lon, lat) where it is known but lies outside every grid."""

    id: str
    text: str
    source: str
    reported_at: datetime
    topic: str = ""
    hazard: bool = False
    address: str = ""
    group_name: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of the queue, oldest first. `total` counts all that wait, `later` leads on (parameter `after`).

    `may_pin` is whether the reader may decide a place.
    """

    total: int
    matters: tuple[QueuedMatter, ...]
    grids: tuple[Grid, ...]
    base: BaseMap
    may_pin: bool = True
    later: str = ""


def queue_page(view: QueueView, *, shell: Shell) -> str:
    """The list beside the map on which a click pins the chosen matter."""
    bounds = bounds_of(view.base.outline) or bounds_of(grid_shapes(view.grids))
    return render("queue.html", shell=shell, view=view, bounds=bounds, embedded=_map(view, bounds) if bounds else None)


def _map(view: QueueView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="queue")
    add_base(made, view.base)
    add_grids(made, view.grids)
    return embed(made)
