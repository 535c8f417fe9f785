"""Open311's services, and the questions that each asks, as an administrator edits them."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, get_args

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Conflict, Fault, InvalidInput, NotFound, said
from gis.intake.services import Attribute, Datatype
from gis.security import audit
from gis.storage.tables import service, topic

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 1000
MOST_QUESTIONS, MOST_CHOICES = 20, 50
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


def put_service(
    connection: Connection, actor: Actor, code: str, *, name: str, topic_name: str | None, description: str = ""
) -> None:
    """Offer a service under a code, in the place of what it was; without a topic it takes what has no other.

    The questions that it asks stay.

    Raises InvalidInput with every fault, and Conflict for a topic (or none) that another service stands for.
    """
    faults = []
    if not _CODE.fullmatch(code):
        faults.append(Fault("code", "bad_form", said("must have 1 to 40 letters, digits, - or _")))
    if not 1 <= len(name) <= LONGEST_NAME:
        faults.append(Fault("name", "bad_length", said("must have 1 to {most:,} characters", most=LONGEST_NAME)))
    if len(description) > LONGEST_DESCRIPTION:
        faults.append(
            Fault(
                "description",
                "too_long",
                said("must have at most {most:,} characters", most=LONGEST_DESCRIPTION),
            )
        )
    if topic_name is not None and connection.scalar(select(topic.c.id).where(topic.c.name == topic_name)) is None:
        faults.append(Fault("topic", "unknown_topic", said("there is no topic {name!r}", name=topic_name)))
    if faults:
        raise InvalidInput(faults)
    same = service.c.topic == topic_name if topic_name is not None else service.c.topic.is_(None)
    other = connection.scalar(select(service.c.code).where(same, service.c.code != code))
    if other is not None:
        raise Conflict(
            said("{other} stands for {topic} already.", other=other, topic=topic_name)
            if topic_name
            else said("{other} stands for what has no other service already.", other=other)
        )
    given = {"name": name, "topic": topic_name, "description": description}
    put = insert(service).values(code=code, **given)
    connection.execute(put.on_conflict_do_update(index_elements=["code"], set_=given))
    audit.record(connection, actor, "change_rules", detail={"service": code})


def drop_service(connection: Connection, actor: Actor, code: str) -> None:
    """Offer a service no more; matters of its topic are told under the one for what has no other. Raises NotFound."""
    gone = delete(service).where(service.c.code == code).returning(service.c.code)
    if connection.scalar(gone) is None:
        raise NotFound(said("There is no service {code!r}.", code=code))
    audit.record(connection, actor, "change_rules", detail={"service": code, "removed": True})


def put_question(connection: Connection, actor: Actor, service_code: str, asked: Attribute) -> None:
    """Let a service ask something, in the place of the question of that code, or else after all others.

    Raises NotFound, and InvalidInput with every fault.
    """
    held = _questions(connection, service_code)
    places = [n for n, each in enumerate(held) if each["code"] == asked.code] or [len(held)]
    faults = _faults(asked)
    if places[0] >= MOST_QUESTIONS:
        faults.append(Fault("code", "too_many", said("a service asks {most} questions at most", most=MOST_QUESTIONS)))
    if faults:
        raise InvalidInput(faults)
    choices = [{"key": key, "name": name} for key, name in asked.values.items()]
    held[places[0] : places[0] + 1] = [asdict(asked) | {"values": choices}]
    _keep(connection, actor, service_code, held)


def drop_question(connection: Connection, actor: Actor, service_code: str, code: str) -> None:
    """Let a service ask a question no more; what was answered to it stays with the matters. Raises NotFound."""
    held = _questions(connection, service_code)
    left = [each for each in held if each["code"] != code]
    if left == held:
        raise NotFound(said("Service {service_code} asks no question {code!r}.", service_code=service_code, code=code))
    _keep(connection, actor, service_code, left)


def _questions(connection: Connection, service_code: str) -> list[dict[str, Any]]:
    query = select(service.c.attributes).where(service.c.code == service_code).with_for_update()
    held: list[dict[str, Any]] | None = connection.scalar(query)
    if held is None:
        raise NotFound(said("There is no service {code!r}.", code=service_code))
    return held


def _keep(connection: Connection, actor: Actor, service_code: str, questions: list[dict[str, Any]]) -> None:
    connection.execute(update(service).where(service.c.code == service_code).values(attributes=questions))
    audit.record(connection, actor, "change_rules", detail={"service": service_code, "questions": len(questions)})


def _faults(asked: Attribute) -> list[Fault]:
    faults = []
    if not _CODE.fullmatch(asked.code):
        faults.append(Fault("code", "bad_form", said("must have 1 to 40 letters, digits, - or _")))
    if asked.datatype not in get_args(Datatype):
        kinds = ", ".join(get_args(Datatype))
        faults.append(Fault("datatype", "not_a_choice", said("must be one of {list}", list=kinds)))
    if not 1 <= len(asked.description) <= LONGEST_NAME:
        faults.append(Fault("description", "bad_length", said("must have 1 to {most:,} characters", most=LONGEST_NAME)))
    if asked.is_list and not 2 <= len(asked.values) <= MOST_CHOICES:
        faults.append(Fault("values", "bad_length", said("must be 2 to {most} choices", most=MOST_CHOICES)))
    if not asked.is_list and asked.values:
        faults.append(Fault("values", "not_here", said("belong to a list only")))
    for key, name in asked.values.items():
        if not _CODE.fullmatch(key) or not 1 <= len(name) <= LONGEST_NAME:
            reason = said("{key!r}: a key has 1 to 40 letters, digits, - or _, and a name behind it", key=key)
            faults.append(Fault("values", "bad_form", reason))
    return faults
