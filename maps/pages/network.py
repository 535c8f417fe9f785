"""`/network`: what the online groups cover, who serves in them, and which are silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlencode

from maps.assets import EmbeddedMap, embed
from maps.filters import Choice
from maps.language import N_
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids, grid_shapes
from maps.layers.network import GroupArea, HousePoint, add_group_areas, add_houses
from maps.page import Shell, render

ROLES = ("network_commentator", "grid_worker", "property_manager", "group_head")
"""三员一长, in the order in which they are named."""
SILENT_DAYS = (7, 14, 30, 60, 90)
TITLES = {
    "": N_("All online groups"),
    "uncovered": N_("Houses that no group covers"),
    "shared": N_("Houses that several groups cover"),
    "missing_role": N_("Groups without all of three staff and one head"),
    "silent": N_("Silent groups"),
    "spanning": N_("Groups that span grids"),
    "no_cover": N_("Groups that cover nothing"),
}
"""What the page can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Matters of a group, a week each, oldest first, and what became of them.

    `settled_in_group` is of `way_known`, `median_minutes` of `answered`; `placed` are matters by how they were placed:
    by their words, by the group alone, by hand, not at all.
    """

    weeks: tuple[int, ...] = ()
    matters: int = 0
    last_at: datetime | None = None
    settled: int = 0
    settled_in_group: int = 0
    way_known: int = 0
    answered: int = 0
    median_minutes: float | None = None
    placed: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def bars(self) -> tuple[tuple[int, float], ...]:
        """Each week's place and height, in a picture 20 high."""
        most = max(self.weeks, default=0)
        return tuple((at, round(20 * count / most, 1) if most else 0.0) for at, count in enumerate(self.weeks))


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """One line of the table. `holders` are the names of who serves, by role; `grids` the names of those reached."""

    code: str
    name: str
    href: str
    ledger: str
    holders: dict[str, tuple[str, ...]]
    grids: tuple[str, ...]
    buildings: int
    households: int
    activity: Activity
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedHouse:
    """A house that no group covers, or several do."""

    code: str
    name: str
    grid_name: str
    households: int
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkTotals:
    """The figures of the network grid, each beside what it is of."""

    groups: int = 0
    missing_role: int = 0
    missing_by_role: tuple[tuple[str, int], ...] = ()
    silent: int = 0
    spanning: int = 0
    no_cover: int = 0
    buildings: int = 0
    uncovered_buildings: int = 0
    shared_buildings: int = 0
    households: int = 0
    uncovered_households: int = 0


@dataclass(frozen=True, slots=True)
class NetworkView:
    """The page, narrowed to one problem (a key of `TITLES`). Households are multiples of `least` if that is not 1.

    `day` and `counted_to` are asked for, None for now; `until` is the last day of which matters are counted, back to
    `since`.
    """

    community: str
    totals: NetworkTotals
    groups: tuple[ListedGroup, ...] = ()
    houses: tuple[ListedHouse, ...] = ()
    problem: str = ""
    role: str = ""
    grid: str = ""
    grid_choices: tuple[Choice, ...] = ()
    day: date | None = None
    counted_to: date | None = None
    since: date = date.min
    until: date = date.max
    silent_days: int = 30
    least: int = 1
    may_draw: bool = False
    base: BaseMap = field(default_factory=BaseMap)
    grids: tuple[Grid, ...] = ()
    areas: tuple[GroupArea, ...] = ()
    points: tuple[HousePoint, ...] = ()

    def query(self, **changes: str) -> str:
        """What the page is narrowed to, with some of it changed, as the query of an address; begins with `?`."""
        values = {
            "community": self.community,
            "problem": self.problem,
            "role": self.role,
            "grid": self.grid,
            "at": self.day.isoformat() if self.day else "",
            "until": self.counted_to.isoformat() if self.counted_to else "",
            "silent_days": str(self.silent_days),
        }
        return "?" + urlencode({name: value for name, value in (values | changes).items() if value})

    @property
    def tells_houses(self) -> bool:
        return self.problem in ("uncovered", "shared")


def network_page(view: NetworkView, *, shell: Shell) -> str:
    """Figures that narrow the page, the table or list that they count, and the map of it."""
    bounds = bounds_of(view.base.outline) or bounds_of(grid_shapes(view.grids))
    return render(
        "network.html",
        shell=shell,
        view=view,
        title=TITLES[view.problem],
        roles=ROLES,
        silent_choices=sorted({*SILENT_DAYS, view.silent_days}),
        bounds=bounds,
        embedded=_map(view, bounds) if bounds else None,
    )


def _map(view: NetworkView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="network")
    add_base(made, view.base)
    add_grids(made, view.grids, touched=False)
    add_group_areas(made, view.areas)
    add_houses(made, view.points)
    return embed(made)
