"""What a chat's messages become: a text is a matter; what the same person sends soon after belongs to it.

Whose a matter is tells the keyed hash of its sender, which `purge` lets go of when the matter is over. What its sender
asks of it then, and is told, is in `hearing.py`.

A platform that hears nothing for five seconds sends a message again. Each is taken once, by its id, and an answer
to the second is the answer to the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from gis.actor import Actor
from gis.errors import InvalidInput
from gis.intake.wechat import IMAGE, Received
from gis.issues.record import ByHand, pin, record
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.tables import OPEN, grid, issue, issue_event, message

_DIGEST = "message.sender"
BELONGS_FOR = timedelta(minutes=10)
"""For how long after a person's matter an image or a location of theirs belongs to it."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:sender, 1))")


@dataclass(frozen=True, slots=True)
class Taken:
    """The matter that a message belongs to, and the name of the grid that it went to, if it has one."""

    issue_id: int
    grid: str | None


def writer_of(connection: Connection, received: Received) -> list[bytes]:
    """The keyed hashes of a message's sender, that of now first. Nothing else of this sender is taken meanwhile.

    Under any key, because they may be changed. A retry waits for the first message, a location for its matter.
    """
    digests = vault_of(connection).digests(f"{received.source} {received.sender}", of=_DIGEST)
    connection.execute(_ONE_AT_A_TIME, {"sender": digests[0].hex()})
    return digests


def take(connection: Connection, received: Received, *, settings: Settings, actor: Actor) -> Taken | None:
    """Take one message: a text records a matter, an image or a location completes the last one of its sender.

    A location pins a matter that has no place. None where a message belongs to no matter: a location without
    one, or what is no report. The transaction must see all matters: a sender has no account.
    """
    digests = writer_of(connection, received)
    known = taken_before(connection, received)
    if known is not None:
        return _taken(connection, known.issue_id)
    last = _last_matter(connection, digests)
    match received.kind:
        case "text":
            issue_id, _ = record(connection, received.report(), settings=settings, actor=actor)
        case "image" if last is not None:
            issue_id = last.id
            detail = {"note": IMAGE, "media": received.media}
            event = {"issue_id": issue_id, "actor": actor.name, "kind": "photo_added", "detail": detail}
            connection.execute(insert(issue_event).values(**event))
        case "image":
            issue_id, _ = record(connection, received.report(), settings=settings, actor=actor)
        case "location" if last is not None and (last.grid_id is None or not received.by_itself):
            issue_id = last.id
            if last.grid_id is None:
                _pin(connection, issue_id, received, settings, actor)
        case _:
            return None
    keep_message(connection, received, digests, issue_id, kind=received.kind)
    return _taken(connection, issue_id)


def keep_message(connection: Connection, received: Received, digests: list[bytes], issue_id: int, *, kind: str) -> None:
    """Keep, by a message's id, which matter it belongs to."""
    connection.execute(
        insert(message).values(
            issue_id=issue_id,
            source=received.source,
            external_id=received.external_id,
            kind=kind,
            sender_digest=digests[0],
            media=received.media,
        )
    )


def taken_before(connection: Connection, received: Received) -> Row[Any, Any] | None:
    """The matter that a message belongs to already, and as what."""
    if received.external_id is None:
        return None
    same = select(message.c.issue_id, message.c.kind).where(
        message.c.source == received.source, message.c.external_id == received.external_id
    )
    return connection.execute(same).one_or_none()


def _last_matter(connection: Connection, digests: list[bytes]) -> Row[Any, Any] | None:
    """The newest open matter that a person reported a short while ago."""
    query = (
        select(issue.c.id, issue.c.grid_id)
        .join(message, message.c.issue_id == issue.c.id)
        .where(
            message.c.sender_digest == func.any(digests),
            message.c.at > func.now() - BELONGS_FOR,
            issue.c.recorded_at > func.now() - BELONGS_FOR,
            issue.c.status.in_(OPEN),
        )
        .order_by(issue.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).first()


def _pin(connection: Connection, issue_id: int, received: Received, settings: Settings, actor: Actor) -> None:
    """Put a matter where its reporter says; a point that cannot be is left for a person to ask about."""
    if received.crs == "unknown" or received.lon is None or received.lat is None:
        return
    place = ByHand(lon=received.lon, lat=received.lat, crs=received.crs)
    try:
        pin(connection, issue_id, place, settings=settings, actor=actor)
    except InvalidInput:
        return


def _taken(connection: Connection, issue_id: int) -> Taken:
    name = select(grid.c.name).join(issue, issue.c.grid_id == grid.c.id).where(issue.c.id == issue_id)
    return Taken(issue_id, connection.scalar(name))
