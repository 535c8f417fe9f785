"""`/queue`: matters which wait for a person: to pin those without a grid, to confirm those in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maps.assets import EmbeddedMap, embed
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.page import Shell, render
from maps.pages.doubt import Doubt


@dataclass(frozen=True, slots=True)
class QueuedMatter:
    """A matter that waits. `point` is (lon, lat) where it is known: outside every grid, unless there is a doubt."""

    id: str
    text: str
    source: str
    reported_at: datetime
    topic: str = ""
    hazard: bool = False
    address: str = ""
    group_name: str = ""
    point: tuple[float, float] | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class ProposedAlias:
    """Words that somebody took for a building, to be accepted as one of its names or rejected."""

    id: str
    words: str
    building_name: str
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of the queue, oldest first. `total` counts all that wait, `later` leads on (parameter `after`).

    `may_pin` is whether the reader may decide a place, `may_settle` what a building is called.
    """

    total: int
    matters: tuple[QueuedMatter, ...]
    grids: tuple[Grid, ...]
    base: BaseMap
    aliases: tuple[ProposedAlias, ...] = ()
    may_pin: bool = True
    may_settle: bool = True
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
