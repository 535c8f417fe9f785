"""A person says what a matter is about: where nothing was recognised, or what was is in doubt, or wrong."""

from __future__ import annotations

from sqlalchemy import Connection, insert, not_, select, update

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.issues.deadlines import paced_by_topic
from gis.storage.tables import issue, issue_event, topic


def choose_topic(
    connection: Connection,
    issue_id: int,
    name: str,
    *,
    hazard: bool | None = None,
    note: str | None = None,
    actor: Actor,
) -> None:
    """Make a matter one of a topic, or confirm that it is; line and deadline follow, and the model learns from it.

    `hazard` None leaves it a hazard if it was one, and makes it one where all matters of the topic are. Raises
    NotFound, and InvalidInput for a topic that does not exist or is retired.
    """
    row = connection.execute(select(issue).where(issue.c.id == issue_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    query = select(topic.c.name, topic.c.line, topic.c.hazard).where(topic.c.name == name, not_(topic.c.retired))
    chosen = connection.execute(query).one_or_none()
    if chosen is None:
        raise InvalidInput(
            [Fault("topic", "unknown_topic", said("there is no topic {name!r} for new matters", name=name))]
        )
    changed = {
        "topic": chosen.name,
        "line": chosen.line,
        "hazard": (row.hazard or chosen.hazard) if hazard is None else hazard,
        "topic_by": "person",
        "topic_confidence": None,
    }
    changed |= paced_by_topic(connection, row, chosen.name)
    connection.execute(update(issue).where(issue.c.id == issue_id).values(**changed))
    detail = {"from": row.topic, "to": chosen.name, "by": row.topic_by, "note": note}
    kept = {key: value for key, value in detail.items() if value is not None}
    connection.execute(insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind="topic", detail=kept))
