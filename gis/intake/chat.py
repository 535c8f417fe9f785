"""What a chat's messages become: a text is a matter; what the same person sends soon after belongs to it.

Who has reported may ask after it, confirm that it is settled, or object (`asking.py`): whose a matter is tells the
keyed hash of its sender, which `purge` lets go of when the matter is over.

A platform that hears nothing for five seconds sends a message again. Each is taken once, by its id, and an answer
to the second is the answer to the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text

from gis.actor import Actor
from gis.errors import Conflict, InvalidInput
from gis.intake.asking import Asked, Want
from gis.intake.wechat import IMAGE, Received
from gis.issues.record import ByHand, pin, record
from gis.issues.workflow import STEPS, Move, Status, move
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.tables import LARGEST_ID, OPEN, grid, issue, issue_event, message

_DIGEST = "message.sender"
BELONGS_FOR = timedelta(minutes=10)
"""For how long after a person's matter an image or a location of theirs belongs to it."""
MOST_TOLD = 5
"""Of so many of a person's latest matters it is told how far they are."""
_WANTED: Mapping[Want, Move] = {
    "confirm": Move(to="closed", confirmation="reporter"),
    "object": Move(to="accepted"),
}
_SETTLED = ("resolved", "closed")
_OBJECTED = "反映人表示没有解决"
"""The note of an objection that gives no reason; it is the matter's, which speaks Chinese."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:sender, 1))")


@dataclass(frozen=True, slots=True)
class Taken:
    """The matter that a message belongs to, and the name of the grid that it went to, if it has one."""

    issue_id: int
    grid: str | None


@dataclass(frozen=True, slots=True)
class Own:
    """How far a matter of the sender's own is, and what was answered."""

    issue_id: int
    stage: Status
    answer: str | None
    merged_into: int | None


def hear(connection: Connection, received: Received, asked: Asked, *, settings: Settings, actor: Actor) -> list[Own]:
    """Do what a sender asks of a matter of their own, and tell how far it is then.

    Without a number it is the latest few, and what is to be confirmed or objected to is done only where it can mean
    just one. Empty where the sender has none of that number, whether anybody else has or not. Asked again, nothing more
    is done. The transaction must see all matters, as for `take`.
    """
    digests = vault_of(connection).digests(f"{received.source} {received.sender}", of=_DIGEST)
    connection.execute(_ONE_AT_A_TIME, {"sender": digests[0].hex()})
    own = _own(connection, digests, asked.number)
    wanted = _WANTED.get(asked.want)
    if wanted is None:
        return own
    can = [each for each in own if (each.stage, wanted.to) in STEPS and each.stage in _SETTLED]
    if len(can) != 1:
        return own
    note = asked.note or _OBJECTED if wanted.to == "accepted" else None
    try:
        with connection.begin_nested():
            step = replace(wanted, note=note)
            move(connection, can[0].issue_id, step, version=None, settings=settings, actor=actor, for_reporter=True)
    except Conflict:  # somebody else was faster: how far it is now is told
        pass
    return _own(connection, digests, can[0].issue_id)


def take(connection: Connection, received: Received, *, settings: Settings, actor: Actor) -> Taken | None:
    """Take one message: a text records a matter, an image or a location completes the last one of its sender.

    A location pins a matter that has no place. None where a message belongs to no matter: a location without
    one, or what is no report. The transaction must see all matters: a sender has no account.
    """
    # Under any key, because they may be changed within the ten minutes.
    digests = vault_of(connection).digests(f"{received.source} {received.sender}", of=_DIGEST)
    # One message of a person at a time: a retry waits for the first, a location for its matter.
    connection.execute(_ONE_AT_A_TIME, {"sender": digests[0].hex()})
    known = _taken_before(connection, received)
    if known is not None:
        return _taken(connection, known)
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
    connection.execute(
        insert(message).values(
            issue_id=issue_id,
            source=received.source,
            external_id=received.external_id,
            kind=received.kind,
            sender_digest=digests[0],
            media=received.media,
        )
    )
    return _taken(connection, issue_id)


def _own(connection: Connection, digests: list[bytes], number: int | None) -> list[Own]:
    if number is not None and not 0 < number <= LARGEST_ID:
        return []
    sent = select(message.c.issue_id).where(message.c.sender_digest == func.any(digests))
    query = select(issue.c.id, issue.c.status, issue.c.answer, issue.c.merged_into).where(issue.c.id.in_(sent))
    if number is not None:
        query = query.where(issue.c.id == number)
    return [Own(*row) for row in connection.execute(query.order_by(issue.c.id.desc()).limit(MOST_TOLD))]


def _taken_before(connection: Connection, received: Received) -> int | None:
    if received.external_id is None:
        return None
    same = select(message.c.issue_id).where(
        message.c.source == received.source, message.c.external_id == received.external_id
    )
    found: int | None = connection.scalar(same)
    return found


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
