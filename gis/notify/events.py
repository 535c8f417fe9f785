"""What can be told of a matter, and who at all hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from gis.errors import Fault, Term, said

Event = Literal[
    "reported",
    "assigned",
    "transferred",
    "accepted",
    "handed_up",
    "handed_back",
    "late",
    "resolved",
    "answered",
    "closed",
    "reopened",
    "withdrawn",
    "merged",
    "parted",
    "urgency",
    "paused",
    "resumed",
]
"""`assigned`: its place has changed, and with it its worker. `answered`: a duplicate gets the other's answer."""
Scope = Literal["worker", "group", "stage", "area"]
"""Who stands behind a channel: a worker, an online group, an area's street or department, or its staff."""

EVENTS: tuple[Event, ...] = get_args(Event)
OF_SCOPE: Mapping[Scope, frozenset[Event]] = {
    "worker": frozenset(
        {"reported", "assigned", "transferred", "handed_back", "late", "reopened", "withdrawn", "parted", "urgency"}
    ),
    "group": frozenset(
        {"reported", "accepted", "handed_up", "resolved", "answered", "closed", "reopened", "withdrawn"}
    ),
    "stage": frozenset({"handed_up", "handed_back", "late", "urgency"}),
    "area": frozenset(EVENTS),
}
"""What each can hear of; a channel chooses among it."""
OF_REPORTER: frozenset[Event] = frozenset({"resolved", "answered"})
"""What who reported a matter is told, where the operator has a way to call a number: 件件有回音."""

_OF_STEP: Mapping[str, Event] = {
    "accept": "accepted",
    "transfer": "transferred",
    "hand_up": "handed_up",
    "hand_back": "handed_back",
    "resolve": "resolved",
    "close": "closed",
    "reopen": "reopened",
    "withdraw": "withdrawn",
    "merge": "merged",
    "part": "parted",
}


def event_of(kind: str, detail: Mapping[str, Any]) -> Event | None:
    """What an entry of a matter's history is told as; None for what nobody is told: another system's own steps,
    and a place that changed while the worker stayed."""
    if kind == "status":
        return _OF_STEP.get(detail.get("step", ""))
    if kind == "located":
        return "assigned" if _worker(detail.get("before")) != _worker(detail.get("after")) else None
    return kind if kind in EVENTS else None


def faults_of_events(chosen: list[str], possible: frozenset[Event]) -> list[Fault]:
    """What is wrong with a choice of events."""
    if not chosen:
        return [Fault("events", "no_events", said("choose at least one"))]
    unknown = sorted(set(chosen) - possible)
    return (
        [
            Fault(
                "events",
                "unknown_event",
                said("cannot be told here: {list}", list=[Term("told", each) for each in unknown]),
            )
        ]
        if unknown
        else []
    )


def _worker(receipt: Mapping[str, Any] | None) -> str | None:
    """Whom a receipt names as the one who answers."""
    post = (receipt or {}).get("post") or {}
    found: str | None = post.get("worker")
    return found
