"""Open311's services as an administrator edits them; the questions that one asks are left as they are."""

from __future__ import annotations

import re

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Conflict, Fault, InvalidInput, NotFound, said
from gis.security import audit
from gis.storage.tables import service, topic

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 1000


def put_service(
    connection: Connection, actor: Actor, code: str, *, name: str, topic_name: str | None, description: str = ""
) -> None:
    """Offer a service under a code, in the place of what it was; without a topic it takes what has no other.

    Raises InvalidInput with every fault, and Conflict for a topic (or none) that another service stands for.
    """
    faults = []
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", code):
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
