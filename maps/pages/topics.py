"""`/admin/topics`: lines and topics, how each is told elsewhere, and what was learned of telling them apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maps.page import Shell, render


@dataclass(frozen=True, slots=True)
class LineView:
    """A line; without an id, what belongs to none. `topics` in their order."""

    id: str
    name: str
    version: int
    topics: tuple[TopicView, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic with its crosswalk: `event_class` of GB/T 30428.2, `service_code` of Open311."""

    id: str
    name: str
    line: str = ""
    description: str = ""
    hazard: bool = False
    event_class: str = ""
    service_code: str = ""
    terms: int = 0
    retired: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Learned:
    """The model that there is; figures between 0 and 1, of 5-fold cross-validation."""

    trained_at: datetime
    examples: int
    macro_f1: float
    sure: float
    right_when_sure: float


@dataclass(frozen=True, slots=True)
class TopicsView:
    """All lines with their topics; `learned` is None while there is too little to learn from."""

    lines: tuple[LineView, ...]
    learned: Learned | None = None
    least_examples: int = 0


def topics_page(view: TopicsView, *, shell: Shell) -> str:
    """The page; what it changes goes through `/api/topics` and `/api/lines`."""
    return render("topics.html", shell=shell, view=view)
