"""What is in doubt about a matter's place, as plain data, and the answers between which a person chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DoubtKind = Literal["near_edge", "ambiguous", "unknown_datum"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One place that it may be. `place` is what confirms it, as `POST /api/issues/{id}/location` takes it.

    `worker` answers there ("" is a vacant post, None that it is not known yet); `distance_m` is how far the
    place is from that grid; `present` marks the grid that has the matter now. `point` is (lon, lat), EPSG:4326.
    `grid` is the code and name of the grid that the place is in.
    """

    name: str
    place: Mapping[str, str | float]
    worker: str | None = None
    distance_m: float | None = None
    present: bool = False
    point: tuple[float, float] | None = None
    grid: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a person should look, and what there is to choose from.

    `words` are those that were read as several places; `accuracy_m` is the location's own, and `next_m` how
    far the nearest other grid is.
    """

    kind: DoubtKind
    answers: tuple[Answer, ...] = ()
    words: str = ""
    accuracy_m: float | None = None
    next_m: float | None = None
