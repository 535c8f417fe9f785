"""Lines and topics, and what an administrator changes about them.

`topic` is the one list that lexicon, deadlines, Open311's services and filters name. A rename carries through all of
them and all matters, in one transaction. A topic is never deleted but retired: no new matter is recognised as it
and it is offered nowhere, while old matters keep it. Matters hold a topic's name without a foreign key: another
system's import keeps its own topics (Boston's "Pothole"), and they are none of ours until somebody chooses so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Conflict, Fault, InvalidInput, NotFound, Overtaken, Term, said
from gis.security import audit
from gis.storage.tables import lexicon_term, line, service, topic

LONGEST_NAME = 40
LONGEST_DESCRIPTION = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One of the networks that the ledger joins: 综治, 信访, 应急, 舆情."""

    id: int
    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a topic is to be. `hazard`: its matters are hazards; `event_class`: the nearest one of GB/T 30428.2."""

    name: str
    line: str | None = None
    description: str = ""
    hazard: bool = False
    event_class: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with what relates to it: the code of its service in Open311, and how many lexicon terms it has."""

    id: int
    name: str
    line: str | None
    description: str
    hazard: bool
    event_class: str | None
    retired: bool
    version: int
    service_code: str | None
    terms: int


def lines(connection: Connection) -> list[Line]:
    """All lines, in their order."""
    query = select(line.c.id, line.c.name, line.c.version).order_by(line.c.position, line.c.id)
    return [Line(*row) for row in connection.execute(query)]


def topics(connection: Connection) -> list[Topic]:
    """All topics, in their order, retired ones too."""
    return [Topic(*row) for row in connection.execute(_TOPICS.order_by(topic.c.position, topic.c.id))]


def topic_by_id(connection: Connection, topic_id: int) -> Topic:
    """One topic. Raises NotFound."""
    row = connection.execute(_TOPICS.where(topic.c.id == topic_id)).one_or_none()
    if row is None:
        raise NotFound(said("There is no topic {topic_id}.", topic_id=topic_id))
    return Topic(*row)


def known_topics(connection: Connection) -> list[str]:
    """The names of the topics that new matters may be of, in their order."""
    query = select(topic.c.name).where(not_(topic.c.retired)).order_by(topic.c.position, topic.c.id)
    return list(connection.scalars(query))


def create_topic(connection: Connection, actor: Actor, wanted: Wanted) -> Topic:
    """Add a topic at the end. Raises InvalidInput with every fault, and Conflict for a name that is taken."""
    _check(connection, wanted)
    values = _values(wanted) | {"position": _next_position(connection, topic)}
    made = connection.scalar(insert(topic).values(**values).on_conflict_do_nothing().returning(topic.c.id))
    if made is None:
        raise Conflict(said("There is a topic {name} already.", name=wanted.name))
    audit.record(connection, actor, "change_taxonomy", detail={"topic": wanted.name, "created": True})
    return topic_by_id(connection, made)


def change_topic(connection: Connection, actor: Actor, topic_id: int, wanted: Wanted, *, version: int | None) -> Topic:
    """Make a topic what is wanted; a new name goes to lexicon, deadlines, services and all matters at once.

    `version` is the one that the actor has seen, None for any. Raises NotFound, Overtaken, InvalidInput with
    every fault, and Conflict for a name that another topic has.
    """
    held = _held(connection, topic, topic_id, version)
    _check(connection, wanted)
    _refuse_taken(connection, topic, wanted.name, topic_id)
    connection.execute(update(topic).where(topic.c.id == topic_id).values(**_values(wanted)))
    audit.record(connection, actor, "change_taxonomy", detail={"topic": held.name, "name": wanted.name})
    return topic_by_id(connection, topic_id)


def retire_topic(
    connection: Connection, actor: Actor, topic_id: int, *, retired: bool, version: int | None = None
) -> Topic:
    """Retire a topic, or take it up again. Raises NotFound and Overtaken."""
    held = _held(connection, topic, topic_id, version)
    if held.retired != retired:
        connection.execute(update(topic).where(topic.c.id == topic_id).values(retired=retired))
        audit.record(connection, actor, "change_taxonomy", detail={"topic": held.name, "retired": retired})
    return topic_by_id(connection, topic_id)


def create_line(connection: Connection, actor: Actor, name: str) -> Line:
    """Add a line at the end. Raises InvalidInput, and Conflict for a name that is taken."""
    _check_name(name)
    values = {"name": name, "position": _next_position(connection, line)}
    made = insert(line).values(**values).on_conflict_do_nothing().returning(line.c.id, line.c.name, line.c.version)
    row = connection.execute(made).one_or_none()
    if row is None:
        raise Conflict(said("There is a line {name} already.", name=name))
    audit.record(connection, actor, "change_taxonomy", detail={"line": name, "created": True})
    return Line(*row)


def rename_line(connection: Connection, actor: Actor, line_id: int, name: str, *, version: int | None) -> Line:
    """Give a line another name, on all matters too. Raises as `change_topic`."""
    held = _held(connection, line, line_id, version)
    _check_name(name)
    _refuse_taken(connection, line, name, line_id)
    renamed = update(line).where(line.c.id == line_id).values(name=name)
    row = connection.execute(renamed.returning(line.c.id, line.c.name, line.c.version)).one()
    audit.record(connection, actor, "change_taxonomy", detail={"line": held.name, "name": name})
    return Line(*row)


def name_faults(name: str, where: str = "name") -> list[Fault]:
    """What is wrong with a name of a topic or line."""
    if 1 <= len(name.strip()) <= LONGEST_NAME:
        return []
    return [Fault(where, "bad_length", said("must have 1 to {most:,} characters", most=LONGEST_NAME))]


def _check_name(name: str) -> None:
    if faults := name_faults(name):
        raise InvalidInput(faults)


def _check(connection: Connection, wanted: Wanted) -> None:
    faults = name_faults(wanted.name)
    if len(wanted.description) > LONGEST_DESCRIPTION:
        faults.append(
            Fault(
                "description",
                "too_long",
                said("must have at most {most:,} characters", most=LONGEST_DESCRIPTION),
            )
        )
    if wanted.event_class is not None:
        faults += name_faults(wanted.event_class, "event_class")
    if wanted.line is not None and wanted.line not in {each.name for each in lines(connection)}:
        faults.append(Fault("line", "unknown_line", said("there is no line {name!r}", name=wanted.line)))
    if faults:
        raise InvalidInput(faults)


def _values(wanted: Wanted) -> dict[str, Any]:
    return {
        "name": wanted.name.strip(),
        "line": wanted.line,
        "description": wanted.description.strip(),
        "hazard": wanted.hazard,
        "event_class": wanted.event_class,
    }


def _held(connection: Connection, table: Table, id: int, version: int | None) -> Row[Any]:
    row = connection.execute(select(table).where(table.c.id == id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(said("There is no {thing} {id}.", thing=Term("thing", table.name), id=id))
    if version is not None and row.version != version:
        raise Overtaken(
            said(
                "Somebody has changed the {thing} {name} since. Look at it again.",
                thing=Term("thing", table.name),
                name=row.name,
            )
        )
    return row


def _refuse_taken(connection: Connection, table: Table, name: str, id: int) -> None:
    taken = select(table.c.id).where(table.c.name == name.strip(), table.c.id != id)
    if connection.scalar(taken) is not None:
        raise Conflict(said("There is a {thing} {name} already.", thing=Term("thing", table.name), name=name))


def _next_position(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.coalesce(func.max(table.c.position), 0) + 1)) or 1)


_TERMS = (
    select(func.count())
    .select_from(lexicon_term)
    .where(lexicon_term.c.topic == topic.c.name)
    .correlate(topic)
    .scalar_subquery()
)
_TOPICS: Select[Any] = select(
    topic.c.id,
    topic.c.name,
    topic.c.line,
    topic.c.description,
    topic.c.hazard,
    topic.c.event_class,
    topic.c.retired,
    topic.c.version,
    service.c.code,
    _TERMS,
).outerjoin(service, service.c.topic == topic.c.name)
