"""What deadlines are set by, as an administrator edits it: how long each stage may take, which days are worked.

A change holds for stages that begin after it; deadlines that were set stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.issues.calendar import Unit
from gis.issues.deadlines import Urgency
from gis.security import audit
from gis.storage.tables import calendar_day, deadline_rule, topic

Stage = Literal["reported", "accepted", "at_street", "at_department"]
LONGEST = 10_000
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """How long a stage may take; without a topic, for every topic that has no rule of its own."""

    id: int
    topic: str | None
    stage: str
    urgency: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class DayRule:
    """A day that the working calendar does not know rightly by itself."""

    day: date
    worked: bool
    name: str


def deadline_rules(connection: Connection) -> list[DeadlineRule]:
    """All rules: the general ones first, then by topic, each in the order of a matter's way."""
    columns = [deadline_rule.c[name] for name in DeadlineRule.__dataclass_fields__]
    rows = connection.execute(select(*columns).order_by(deadline_rule.c.topic.nulls_first(), deadline_rule.c.id))
    return [DeadlineRule(*row) for row in rows]


def day_rules(connection: Connection) -> list[DayRule]:
    """All exceptions, latest first."""
    query = select(calendar_day.c.day, calendar_day.c.worked, calendar_day.c.name)
    return [DayRule(*row) for row in connection.execute(query.order_by(calendar_day.c.day.desc()))]


def put_deadline(
    connection: Connection,
    actor: Actor,
    *,
    topic_name: str | None,
    stage: Stage,
    urgency: Urgency,
    amount: float,
    unit: Unit,
) -> int:
    """Set how long a stage of a topic (None: of any) may take, in the place of what was set; the rule's id.

    Raises InvalidInput with every fault.
    """
    faults = []
    if not 0 < amount <= LONGEST:
        faults.append(Fault("amount", "out_of_range", said("must be more than 0, and at most {most:,}", most=LONGEST)))
    if topic_name is not None and connection.scalar(select(topic.c.id).where(topic.c.name == topic_name)) is None:
        faults.append(Fault("topic", "unknown_topic", said("there is no topic {name!r}", name=topic_name)))
    if faults:
        raise InvalidInput(faults)
    key: dict[str, Any] = {"topic": topic_name, "stage": stage, "urgency": urgency}
    put = insert(deadline_rule).values(**key, amount=amount, unit=unit)
    # A literal: of a statement that was prepared with a parameter the index is not known again.
    any_topic = func.coalesce(deadline_rule.c.topic, literal_column("''"))
    by_key = [any_topic, deadline_rule.c.stage, deadline_rule.c.urgency]
    changed = put.on_conflict_do_update(index_elements=by_key, set_={"amount": amount, "unit": unit})
    rule_id: int = connection.execute(changed.returning(deadline_rule.c.id)).scalar_one()
    audit.record(connection, actor, "change_rules", detail={"deadline": key, "amount": amount, "unit": unit})
    return rule_id


def drop_deadline(connection: Connection, actor: Actor, rule_id: int) -> None:
    """Take a rule away; without any for a stage it has no deadline. Raises NotFound."""
    gone = delete(deadline_rule).where(deadline_rule.c.id == rule_id).returning(deadline_rule)
    row = connection.execute(gone).one_or_none()
    if row is None:
        raise NotFound(said("There is no rule {rule_id}.", rule_id=rule_id))
    key = {"topic": row.topic, "stage": row.stage, "urgency": row.urgency}
    audit.record(connection, actor, "change_rules", detail={"deadline": key, "removed": True})


def put_day(connection: Connection, actor: Actor, day: date, *, worked: bool, name: str = "") -> None:
    """Say that a day is worked, or is not. Raises InvalidInput."""
    if len(name) > LONGEST_NAME:
        raise InvalidInput(
            [Fault("name", "too_long", said("must have at most {most:,} characters", most=LONGEST_NAME))]
        )
    put = insert(calendar_day).values(day=day, worked=worked, name=name)
    changed = put.on_conflict_do_update(index_elements=["day"], set_={"worked": worked, "name": name})
    connection.execute(changed)
    audit.record(connection, actor, "change_rules", detail={"day": day.isoformat(), "worked": worked})


def drop_day(connection: Connection, actor: Actor, day: date) -> None:
    """Let the calendar itself say again whether a day is worked. Raises NotFound."""
    gone = delete(calendar_day).where(calendar_day.c.day == day)
    if not connection.execute(gone.returning(calendar_day.c.day)).one_or_none():
        raise NotFound(said("There is no exception for {day}.", day=day))
    audit.record(connection, actor, "change_rules", detail={"day": day.isoformat(), "removed": True})
