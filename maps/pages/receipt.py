"""How a matter was decided, as plain data that a page can tell in words.

The facts are those of the stored receipt: nothing is worked out again, so that the page tells what was
decided then, also after boundaries and workers have changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from maps.pages.doubt import Doubt

ClueKind = Literal["building", "coordinate", "address", "text", "group", "manual"]
Kind = Literal["grid", "building", "place", "compound", "road", "group"]
PostReason = Literal["holder", "stand_in", "group_head"]


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that the sender said about the place, as it was sent."""

    kind: ClueKind
    value: str
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """Coordinates brought from the datum that they were sent in; `moved_m` is how far apart the two are."""

    crs: str
    lon: float
    lat: float
    moved_m: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Where coordinates of an unknown datum lie in WGS84, if `crs` is the one that they are in."""

    crs: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """What came into question. `why` is a short reason in the reader's words.

    `worker` answers for a grid: "" is a vacant post, None that the receipt does not say. `grid` is the name of the
    grid that a building is in.
    """

    kind: Kind
    name: str
    code: str = ""
    chosen: bool = False
    confidence: float | None = None
    distance_m: float | None = None
    why: str = ""
    worker: str | None = None
    grid: str = ""


@dataclass(frozen=True, slots=True)
class NextGrid:
    """The grid on the other side of the nearest edge, and how far that edge is."""

    name: str
    code: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class BoundaryVersion:
    """The version of the grid's boundary that decided; `valid_to` is its first day out of force.

    `valid_from` is None for the first one of an import without a date: it holds since ever.
    """

    id: str
    valid_from: date | None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PostHeld:
    """The post that answers, why it is this one, and who came before it but was on leave.

    `valid_from` is None for one that was imported without a date.
    """

    worker: str
    role: str
    reason: PostReason
    valid_from: date | None
    valid_to: date | None = None
    on_leave: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The whole decision.

    `edge_m` is how far a place in the grid is from its edge. `outside_m` is set when the place lies outside
    every grid. `shared_edge` says that the place lies on an edge and went to the lower code;
    `overlap` that several grids cover it. `missing` is a building that was named and does not exist.
    `terms` are the words that the topic was recognised by; `notes` are
    further remarks.
    """

    given: tuple[Given, ...] = ()
    conversion: Conversion | None = None
    readings: tuple[Reading, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    next_grid: NextGrid | None = None
    edge_m: float | None = None
    outside_m: float | None = None
    shared_edge: bool = False
    overlap: bool = False
    boundary: BoundaryVersion | None = None
    post: PostHeld | None = None
    missing: str = ""
    terms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubt: Doubt | None = None
