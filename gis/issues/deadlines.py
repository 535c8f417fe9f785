"""By when a matter's stage should end, by topic, stage and urgency; what is late; what was on time.

A deadline belongs to the stage that a matter is in and begins with it. It can be paused, with a reason; when it
goes on, what was left of it is given again from then. A stage that is left after its deadline marks the matter
as late for good: what is on time is told by that mark, and what is overdue and still open counts as not on time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, not_, or_, select, update

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, NotFound, Overtaken, Term, said
from gis.issues.calendar import Unit, WorkingCalendar
from gis.issues.filters import overdue
from gis.storage.memory import Remembered
from gis.storage.tables import OPEN, area, calendar_day, deadline_rule, issue, issue_event

MOST_AT_ONCE = 500
"""Matters that one transaction of upkeep takes, so that it holds no lock for long."""
Urgency = Literal["normal", "urgent", "very_urgent"]
_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a stage may take."""

    amount: float
    unit: Unit


@dataclass(frozen=True)
class Deadlines:
    """All rules, by topic ("" for every topic without its own), stage and urgency, and the calendar they count in."""

    rules: Mapping[tuple[str, str, str], Rule]
    exceptions: Mapping[date, bool]

    def rule(self, topic: str | None, stage: str, urgency: str) -> Rule | None:
        """The rule of a topic's stage, or the general one; None where no deadline is set."""
        return self.rules.get((topic or "", stage, urgency)) or self.rules.get(("", stage, urgency))

    def calendar(self, zone: ZoneInfo | None) -> WorkingCalendar:
        """The working calendar by a clock; that of China for what belongs to no community."""
        return WorkingCalendar(zone or _CHINA, self.exceptions)

    def due_at(
        self, *, topic: str | None, stage: str, urgency: str = "normal", begun: datetime, zone: ZoneInfo | None
    ) -> datetime | None:
        """By when a stage that began at a moment should end; None where no deadline is set."""
        rule = self.rule(topic, stage, urgency)
        return self.calendar(zone).after(begun, rule.amount, rule.unit) if rule else None


def _load(connection: Connection) -> Deadlines:
    rules = {
        (row.topic or "", row.stage, row.urgency): Rule(row.amount, row.unit)
        for row in connection.execute(select(deadline_rule))
    }
    exceptions = connection.execute(select(calendar_day.c.day, calendar_day.c.worked)).all()
    return Deadlines(rules, dict(exceptions))


current_deadlines = Remembered("deadlines", _load)
"""The rules and the calendar as of a transaction."""


def start_stage(connection: Connection, issue_id: int) -> None:
    """Set the deadline of the stage that a matter has just come to."""
    row = connection.execute(select(issue).where(issue.c.id == issue_id).with_for_update()).one()
    due = _due(connection, row, row.topic, row.urgency) if row.status in OPEN else None
    connection.execute(update(issue).where(issue.c.id == issue_id).values(due_at=due, paused_at=None))


def leave_stage(row: Row[Any], at: datetime) -> bool:
    """Whether the stage that a matter leaves took too long."""
    return bool(row.was_late or (row.due_at is not None and row.paused_at is None and at > row.due_at))


def set_urgency(
    connection: Connection, issue_id: int, urgency: Urgency, *, note: str, actor: Actor, version: int | None = None
) -> None:
    """Make a matter more or less urgent; the deadline of its stage follows, from the stage's beginning.

    A deadline that stands still goes on standing still, and what is late already stays so.
    Raises Overtaken if it has changed since `version`.
    """
    row = _open(connection, issue_id)
    if version is not None and version != row.version:
        raise Overtaken(
            said(
                "Issue {issue_id} is now {status}: somebody has changed it. Look at it again.",
                issue_id=issue_id,
                status=Term("status", row.status),
            )
        )
    changed = {"urgency": urgency} | _paced(connection, row, row.topic, urgency)
    connection.execute(update(issue).where(issue.c.id == issue_id).values(**changed))
    _note(connection, issue_id, actor, "urgency", {"from": row.urgency, "to": urgency, "note": note})


def paced_by_topic(connection: Connection, row: Row[Any], topic: str) -> dict[str, Any]:
    """What changes of a matter's deadline when it becomes one of another topic; nothing once it is settled."""
    return _paced(connection, row, topic, row.urgency) if row.status in OPEN else {}


def pause(connection: Connection, issue_id: int, *, note: str, actor: Actor) -> None:
    """Let the deadline stand still (parts are on order, the flat is locked). Raises Conflict if it does already."""
    row = _open(connection, issue_id)
    if row.paused_at is not None:
        raise Conflict(said("The deadline of issue {issue_id} stands still already.", issue_id=issue_id))
    if row.due_at is None:
        raise Conflict(said("Issue {issue_id} has no deadline to pause.", issue_id=issue_id))
    now = datetime.now(UTC)
    changed = {"paused_at": now, "was_late": leave_stage(row, now)}
    connection.execute(update(issue).where(issue.c.id == issue_id).values(**changed))
    _note(connection, issue_id, actor, "paused", {"note": note})


def resume(connection: Connection, issue_id: int, *, note: str, actor: Actor) -> None:
    """Let the deadline go on with what was left of it. Raises Conflict if it does not stand still."""
    row = _open(connection, issue_id)
    if row.paused_at is None:
        raise Conflict(said("The deadline of issue {issue_id} does not stand still.", issue_id=issue_id))
    now = datetime.now(UTC)
    deadlines = current_deadlines(connection)
    rule = deadlines.rule(row.topic, row.status, row.urgency)
    calendar = deadlines.calendar(_zone(connection, row))
    if rule is not None and rule.unit.startswith("working"):
        left = calendar.between(row.paused_at, row.due_at)
        due = calendar.after(now, left / timedelta(hours=1), "working_hours")
    else:
        due = now + max(row.due_at - row.paused_at, timedelta(0))
    connection.execute(update(issue).where(issue.c.id == issue_id).values(paused_at=None, due_at=due))
    _note(connection, issue_id, actor, "resumed", {"note": note, "due_at": due.isoformat()})


def escalate(connection: Connection) -> list[int]:
    """Mark what has become overdue since the last time, each with an event; the ids, for who has to be told.

    At most `MOST_AT_ONCE`, the longest overdue first: the rest is for the next time.
    """
    late = select(issue.c.id).where(overdue(), not_(issue.c.was_late)).order_by(issue.c.due_at).limit(MOST_AT_ONCE)
    found = list(connection.scalars(late.with_for_update(skip_locked=True)))
    if found:
        connection.execute(update(issue).where(issue.c.id.in_(found)).values(was_late=True))
        rows = connection.execute(select(issue.c.id, issue.c.status, issue.c.due_at).where(issue.c.id.in_(found)))
        events = [
            {
                "issue_id": row.id,
                "actor": SYSTEM.name,
                "kind": "late",
                "detail": {"stage": row.status, "due_at": row.due_at.isoformat()},
            }
            for row in rows
        ]
        connection.execute(insert(issue_event), events)
    return found


@dataclass(frozen=True, slots=True)
class OnTime:
    """Closed on time, of all that are closed or overdue and open; both counts can be opened."""

    on_time: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.on_time / self.of if self.of else None


def on_time(connection: Connection, *narrowed: ColumnElement[bool]) -> OnTime:
    """The honest rate: closed on time / (closed + overdue and open)."""
    closed = issue.c.status == "closed"
    query = select(
        func.count().filter(and_(closed, not_(issue.c.was_late))),
        func.count().filter(or_(closed, overdue())),
    )
    return OnTime(*connection.execute(query.where(*narrowed)).one())


def _paced(connection: Connection, row: Row[Any], topic: str | None, urgency: str) -> dict[str, Any]:
    due = _due(connection, row, topic, urgency)
    late = leave_stage(row, datetime.now(UTC))
    return {"due_at": due, "was_late": late, "paused_at": row.paused_at if due else None}


def _due(connection: Connection, row: Row[Any], topic: str | None, urgency: str) -> datetime | None:
    """By when the stage that a matter is in should end, if it were of that topic and so urgent."""
    return current_deadlines(connection).due_at(
        topic=topic, stage=row.status, urgency=urgency, begun=row.stage_since, zone=_zone(connection, row)
    )


def _open(connection: Connection, issue_id: int) -> Row[Any]:
    row = connection.execute(select(issue).where(issue.c.id == issue_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    if row.status not in OPEN:
        raise Conflict(
            said(
                "Issue {issue_id} is {status}: its deadlines are over.",
                issue_id=issue_id,
                status=Term("status", row.status),
            )
        )
    return row


def _zone(connection: Connection, row: Row[Any]) -> ZoneInfo | None:
    zone: str | None = connection.scalar(select(area.c.time_zone).where(area.c.id == row.community_id))
    return ZoneInfo(zone) if zone else None


def _note(connection: Connection, issue_id: int, actor: Actor, kind: str, detail: dict[str, Any]) -> None:
    connection.execute(insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind=kind, detail=detail))
