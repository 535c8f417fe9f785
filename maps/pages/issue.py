"""`/issues/{id}`: one matter, where it is, who answers for it, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from maps.assets import EmbeddedMap, embed
from maps.layers.base import BaseMap, Bounds, add_base, bounds_of, new_map
from maps.layers.grids import Grid, add_grids
from maps.layers.place import add_place
from maps.page import Shell, render
from maps.pages.photos import Photos
from maps.pages.receipt import Receipt

NEIGHBOURHOOD_DEGREES = 0.0022


@dataclass(frozen=True, slots=True)
class Location:
    """Where a matter is, in EPSG:4326, and how that is known."""

    lon: float
    lat: float
    method: str
    accuracy_m: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """The one who answers for a matter."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One thing that happened to a matter.

    `status` is set where its stage changed, `step` says by what; `topic` where somebody chose one.
    """

    at: datetime
    kind: str
    actor: str
    status: str = ""
    note: str = ""
    step: str = ""
    answer: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that the reader may take: its name, the stage that it leads to, and what it has to be told with."""

    name: str
    to: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a matter was settled, as far as it is."""

    answer: str
    level: str = ""
    way: str = ""
    confirmation: str = ""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported a matter, masked; in clear while `until` is set."""

    name: str = ""
    phone: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moving:
    """A car whose owner was asked to move it; `state` is one of the stored ones, `answer` what the owner said."""

    plate: str
    state: str
    at: datetime
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """By what a matter has its topic (`by` as stored, empty if unknown), and what the model found it may be.

    `may_be` are topics with their confidence, likeliest first; `others` are the rest that a person may choose.
    """

    by: str = ""
    confidence: float | None = None
    may_be: tuple[tuple[str, float], ...] = ()
    others: tuple[str, ...] = ()
    may_choose: bool = False

    @property
    def in_doubt(self) -> bool:
        """Whether there is no topic, only something that it may be."""
        return not self.by and bool(self.may_be)


@dataclass(frozen=True, slots=True)
class IssueView:
    """A matter with all that its page shows. `grids` are its grid and the neighbours, for the small map.

    `may_unmask` is whether the reader may see reporter and words in clear. `moves` are cars whose owners were
    asked to move them, `may_move` is whether the reader may ask for one now, `names_plate` whether the message
    itself names the car.
    """

    id: str
    text: str
    source: str
    status: str
    reported_at: datetime
    receipt: Receipt
    method: str = "none"
    topic: str = ""
    line: str = ""
    recognition: Recognition = Recognition()
    hazard: bool = False
    address: str = ""
    external_id: str = ""
    building_name: str = ""
    group_name: str = ""
    closed_at: datetime | None = None
    location: Location | None = None
    grid_code: str = ""
    grid_name: str = ""
    worker: Worker | None = None
    version: int = 0
    urgency: str = "normal"
    due_at: datetime | None = None
    overdue: bool = False
    paused: bool = False
    merged_into: str = ""
    outcome: Outcome | None = None
    next_steps: tuple[NextStep, ...] = ()
    history: tuple[HistoryEvent, ...] = ()
    grids: tuple[Grid, ...] = ()
    base: BaseMap = field(default_factory=BaseMap)
    reporter: Reporter = field(default_factory=Reporter)
    may_unmask: bool = False
    moves: tuple[Moving, ...] = ()
    may_move: bool = False
    names_plate: bool = False
    photos: Photos = field(default_factory=Photos)


def issue_page(view: IssueView, *, shell: Shell) -> str:
    """The page with its small map and the receipt in words."""
    bounds = _around(view)
    return render(
        "issue.html",
        shell=shell,
        view=view,
        receipt=view.receipt,
        bounds=bounds,
        embedded=_map(view, bounds) if bounds else None,
    )


def _around(view: IssueView) -> Bounds | None:
    if view.location is None:
        return None
    lon, lat, near = view.location.lon, view.location.lat, NEIGHBOURHOOD_DEGREES
    here = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}}
    own = [{"geometry": grid.geometry} for grid in view.grids if grid.code == view.grid_code]
    return bounds_of({"features": [here, *own]}) if own else (lon - near, lat - near, lon + near, lat + near)


def _map(view: IssueView, bounds: Bounds) -> EmbeddedMap:
    made = new_map(bounds, name="issue")
    add_base(made, view.base)
    add_grids(made, view.grids, touched=False)
    if view.location:
        add_place(made, lon=view.location.lon, lat=view.location.lat, accuracy_m=view.location.accuracy_m)
    return embed(made)
