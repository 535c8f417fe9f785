"""What `/inbox` shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.schemas.inbox import InboxOut, InboxQuery
from api.views.lists import EXCERPT_CHARACTERS
from api.views.matter import issue_view
from api.views.place import Where
from gis.actor import Actor
from gis.issues.in_full import IssueInFull
from gis.issues.inbox import GROUPS, InboxMatter, inbox
from gis.issues.workflow import onward
from gis.security.permissions import may
from gis.settings import Settings
from maps.pages.inbox import InboxGroup, InboxLine, InboxView
from maps.pages.issue import IssueView

FIRST = ("accept", "resolve", "close", "hand_up", "transfer")
"""The steps in the order in which a worker needs them; the rest follows."""


def inbox_view(
    connection: Connection,
    asked: InboxQuery,
    chosen: IssueInFull | None,
    place: Where,
    settings: Settings,
    *,
    reader: Actor,
) -> InboxView:
    """What waits for a reader, and the matter that was chosen."""
    now = datetime.now(UTC)
    found = inbox(connection, reader, whole_grid=asked.of == "grid", at=now)
    lines = {name: tuple(_line(each, now, reader) for each in found.of(name)) for name in GROUPS}
    return InboxView(
        groups=tuple(InboxGroup(name, lines[name]) for name in GROUPS if lines[name]),
        due_today=found.due_today,
        done_today=found.done_today,
        seen=InboxOut.of(found).etag,
        whole_grid=asked.of == "grid",
        holds_post=reader.worker_id is not None,
        may_see_homes=may(reader, "read_persons"),
        open=_ordered(issue_view(connection, chosen, place, settings, reader=reader)) if chosen else None,
        building_id=(chosen.issue.building_id or "") if chosen else "",
    )


def _line(each: InboxMatter, now: datetime, reader: Actor) -> InboxLine:
    issue = each.issue
    runs = issue.due_at is not None and issue.paused_at is None and each.group not in ("check",)
    return InboxLine(
        id=str(issue.id),
        version=each.version,
        excerpt=issue.text[:EXCERPT_CHARACTERS],
        topic=issue.topic or "",
        status=issue.status,
        place=issue.building_name or issue.address or issue.grid_name or "",
        reported_at=issue.reported_at,
        due_in_min=round((issue.due_at - now).total_seconds() / 60) if runs and issue.due_at else None,
        paused=issue.paused_at is not None,
        hazard=issue.hazard,
        urgency=issue.urgency,
        can_accept=any(step.name == "accept" for step in onward(issue.status, reader)),  # type: ignore[arg-type]
        own=each.own,
    )


def _ordered(view: IssueView) -> IssueView:
    """The matter with its steps in the order of `FIRST`."""
    rank = {name: number for number, name in enumerate(FIRST)}
    return replace(view, next_steps=tuple(sorted(view.next_steps, key=lambda step: rank.get(step.name, len(FIRST)))))
