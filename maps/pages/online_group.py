"""`/network/{group}`: one online group, who serves in it, what it covers, and the forms that change it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from maps.assets import EmbeddedMap, embed
from maps.filters import Choice
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids
from maps.layers.network import GroupArea, HousePoint, add_group_areas, add_houses
from maps.page import Shell, render
from maps.pages.matters import ListedMatter
from maps.pages.network import ROLES, ListedGroup, ListedHouse


@dataclass(frozen=True, slots=True)
class Dated:
    """A cover (`kind` grid or building) or a role (`kind` is it), from a day up to, not including, another.

    `code` is the grid's, building's or worker's. What is `state` now: past, present or future. `undo` is the half of it
    that can be taken back: begin, end or nothing.
    """

    kind: str
    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    state: str = "present"
    undo: str = ""
    stand_in: bool = False

    @property
    def starts(self) -> str:
        """Its first day as it is sent back; that of what has always been is the first one that there is."""
        return (self.valid_from or date(1970, 1, 1)).isoformat()


@dataclass(frozen=True, slots=True)
class Change:
    """What happened, or is to happen, to a group on a day: a dated thing began or ended."""

    day: date
    began: bool
    of: Dated


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group, as it is, was and is to be; matters are counted from `since` to `until`.

    `houses` are those that it covers; the choices are what the forms offer, `may_draw` and `may_appoint` whether there
    are any.
    """

    group: ListedGroup
    today: date
    since: date
    until: date
    community: str = ""
    least: int = 1
    seats: tuple[Dated, ...] = ()
    covers: tuple[Dated, ...] = ()
    history: tuple[Change, ...] = ()
    houses: tuple[ListedHouse, ...] = ()
    matters: tuple[ListedMatter, ...] = ()
    grid_choices: tuple[Choice, ...] = ()
    house_choices: tuple[Choice, ...] = ()
    worker_choices: tuple[Choice, ...] = ()
    may_draw: bool = False
    may_appoint: bool = False
    base: BaseMap = field(default_factory=BaseMap)
    grids: tuple[Grid, ...] = ()
    areas: tuple[GroupArea, ...] = ()
    points: tuple[HousePoint, ...] = ()


def group_page(view: GroupView, *, shell: Shell) -> str:
    """The group, and forms that post to `/api/groups/{code}/…`."""
    bounds = bounds_of(*({"features": [{"geometry": each.geometry}]} for each in view.areas))
    bounds = bounds or bounds_of(view.base.outline)
    return render(
        "online_group.html",
        shell=shell,
        view=view,
        group=view.group,
        roles=ROLES,
        bounds=bounds,
        embedded=_map(view, bounds) if bounds else None,
    )


def _map(view: GroupView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="network")
    add_base(made, view.base)
    add_grids(made, view.grids, touched=False)
    add_group_areas(made, view.areas)
    add_houses(made, view.points)
    return embed(made)
