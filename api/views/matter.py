"""What `/issues/{id}` shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection

from api.views.photos import photos_view
from api.views.place import Where, grids_of, ground, shown
from api.views.receipt import told
from gis.actor import Actor
from gis.issues.in_full import Event, IssueInFull
from gis.issues.taxonomy import known_topics
from gis.issues.words import words_in_clear
from gis.issues.workflow import Status, onward
from gis.population.move_requests import move_requests, names_a_car
from gis.security.permissions import may
from gis.settings import Settings
from gis.storage.tables import OPEN
from maps.layers.base import BaseMap
from maps.pages.issue import HistoryEvent, IssueView, Location, Moving, NextStep, Outcome, Recognition, Reporter, Worker

BLOCKED_CAR = "交通停车"
"""The topic in which a car that is in the way is reported."""
MOST_CARS = 10


def issue_view(
    connection: Connection, full: IssueInFull, place: Where, settings: Settings, *, reader: Actor, mapped: bool = True
) -> IssueView:
    """One issue on the ground as it was when it was reported, with the steps that the reader may take.

    `mapped` is whether the page draws that ground itself.
    """
    issue, at = full.issue, full.issue.reported_at
    entered = full.entered_by is not None and full.entered_by == reader.account_id
    steps = onward(cast(Status, issue.status), reader, entered=entered)
    running = issue.status in OPEN and issue.paused_at is None and issue.due_at is not None
    asks = may(reader, "ask_to_move")
    clear = words_in_clear(connection, issue.id, reader)
    said = clear or full
    names_plate = asks and names_a_car(connection, issue.id)
    located = full.lon is not None and full.lat is not None
    return IssueView(
        id=str(issue.id),
        text=clear.text if clear else issue.text,
        source=issue.source,
        status=issue.status,
        reported_at=issue.reported_at,
        receipt=told(full.receipt, text=issue.text, zone=place.zone),
        method=issue.location_method,
        topic=issue.topic or "",
        line=issue.line or "",
        recognition=_recognition(connection, full, reader),
        hazard=issue.hazard,
        address=(clear.address if clear else issue.address) or "",
        external_id=issue.external_id or "",
        building_name=issue.building_name or "",
        group_name=issue.group_name or "",
        closed_at=issue.closed_at,
        location=Location(full.lon or 0, full.lat or 0, issue.location_method, issue.accuracy_m, issue.confidence)
        if located
        else None,
        grid_code=issue.grid_code or "",
        grid_name=issue.grid_name or "",
        worker=Worker(issue.worker_id, issue.worker_name or "", full.worker_role or "") if issue.worker_id else None,
        history=tuple(
            HistoryEvent(
                event.at,
                event.kind,
                event.actor,
                str(event.detail.get("to") or "") if event.kind == "status" else "",
                _note(event.detail),
                step=str(event.detail.get("step") or ""),
                answer=str(event.detail.get("answer") or ""),
                topic=_chosen(event),
            )
            for event in full.events
        ),
        version=issue.version,
        urgency=issue.urgency,
        due_at=issue.due_at,
        overdue=running and issue.due_at is not None and issue.due_at < datetime.now(UTC),
        paused=issue.paused_at is not None,
        merged_into=str(full.merged_into or ""),
        outcome=Outcome(
            (clear.answer if clear else None) or issue.answer,
            issue.settled_level or "",
            issue.settled_way or "",
            full.confirmation or "",
        )
        if issue.answer
        else None,
        next_steps=tuple(NextStep(each.name, each.to, each.needs) for each in steps),
        grids=shown(grids_of(connection, place.one, at)),
        base=ground(connection, place.one, at) if mapped else BaseMap(),
        reporter=Reporter(said.reporter_name or "", said.reporter_phone or "", clear.until if clear else None),
        may_unmask=issue.status in OPEN and may(reader, "unmask"),
        moves=tuple(
            Moving(each.plate, each.state, each.answered_at or each.created_at, each.answer or "")
            for each in (move_requests(connection, limit=MOST_CARS, issue_id=issue.id) if asks else ())
        ),
        may_move=asks and issue.status in OPEN and (names_plate or issue.topic == BLOCKED_CAR),
        names_plate=names_plate,
        photos=photos_view(connection, full, settings, reader=reader),
    )


def _recognition(connection: Connection, full: IssueInFull, reader: Actor) -> Recognition:
    known = known_topics(connection)
    guesses = [(each["topic"], each["confidence"]) for each in full.receipt.get("may_be", ())]
    may_be = tuple(each for each in guesses if each[0] in known)
    return Recognition(
        by=full.topic_by or "",
        confidence=full.topic_confidence,
        may_be=may_be,
        others=tuple(name for name in known if name not in {topic for topic, _ in may_be}),
        may_choose=may(reader, "choose_topic"),
    )


def _note(detail: Mapping[str, Any]) -> str:
    """Why: what somebody wrote, or what had become known when a matter was located again."""
    why = detail.get("why")
    if detail.get("photos", 1) != 1:
        return str(detail["photos"])
    return f"{why['alias']} → {why['building']}" if why else str(detail.get("note") or "")


def _chosen(event: Event) -> str:
    """The topic that somebody chose, and the one before."""
    if event.kind != "topic":
        return ""
    before, after = str(event.detail.get("from") or ""), str(event.detail.get("to") or "")
    return f"{before} → {after}" if before not in ("", after) else after
