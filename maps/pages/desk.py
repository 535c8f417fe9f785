"""`/desk`: the dispatcher's desk. What waits, in lists; the matters of one; the chosen one and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from maps.assets import EmbeddedMap, embed
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.page import Shell, render
from maps.pages.issue import IssueView


@dataclass(frozen=True, slots=True)
class DeskMatter:
    """A matter in a list."""

    id: str
    excerpt: str
    reported_at: datetime
    topic: str = ""
    grid_name: str = ""
    hazard: bool = False
    urgency: str = "normal"
    due_at: datetime | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class ProposedAlias:
    """Words that somebody took for a building, to be accepted as one of its names or rejected."""

    id: str
    words: str
    building_name: str
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class DeskList:
    """The lists with their counts, and the first matters of the one that is looked at (`name`)."""

    name: str
    counts: dict[str, int]
    matters: tuple[DeskMatter, ...] = ()
    aliases: tuple[ProposedAlias, ...] = ()
    may_settle: bool = True


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk: its lists, and the ground of the map on which a matter is pinned."""

    list: DeskList
    grids: tuple[Grid, ...] = ()
    base: BaseMap = field(default_factory=BaseMap)
    may_pin: bool = True


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An open matter that may be the same one; `likeness` is between 0 and 1."""

    id: str
    excerpt: str
    likeness: float
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class ChosenMatter:
    """The chosen matter, and what the reader may do: decide its place, pace it, and part again what was merged.

    `steps` names every step that is open to the reader; those of `view` are the ones that are told in a form.
    """

    view: IssueView
    steps: frozenset[str] = frozenset()
    duplicates: tuple[Duplicate, ...] = ()
    may_pin: bool = True
    may_pace: bool = True
    may_part: bool = True

    @property
    def point(self) -> tuple[float, float] | None:
        """(lon, lat) where it is known, EPSG:4326."""
        return (self.view.location.lon, self.view.location.lat) if self.view.location else None


def desk_page(view: DeskView, *, shell: Shell) -> str:
    """The whole desk."""
    bounds = bounds_of(view.base.outline) or bounds_of(grid_shapes(view.grids))
    embedded = _map(view, bounds) if bounds else None
    return render("desk.html", shell=shell, view=view, desk=view.list, bounds=bounds, embedded=embedded)


def desk_list_part(view: DeskList, *, shell: Shell) -> str:
    """Lists and matters alone, by which the page keeps itself up to date."""
    return render("desk_list.html", shell=shell, desk=view)


def desk_matter_part(chosen: ChosenMatter, *, shell: Shell) -> str:
    """The chosen matter alone."""
    return render("desk_matter.html", shell=shell, chosen=chosen, view=chosen.view)


def _map(view: DeskView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="desk")
    add_base(made, view.base)
    add_grids(made, view.grids)
    return embed(made)
