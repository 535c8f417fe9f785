"""What who has reported by chat hears of the own matters, and decides: 件件有回音 without a way to call them.

A platform lets us speak only in reply. So a reply tells how far a matter is when that is asked, and whatever it
answers, it tells the answers that its receiver was not told yet. Each is told once, which the matter's history says;
a message that is sent again is told the same. If a reply is lost with all its retries, so is that telling:
`进度` tells it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, and_, func, insert, or_, select

from gis.actor import Actor
from gis.errors import Conflict, Denied
from gis.intake.asking import Asked, Want
from gis.intake.chat import keep_message, taken_before, writer_of
from gis.intake.wechat import Received
from gis.issues.workflow import Move, Status, move
from gis.settings import Settings
from gis.storage.tables import issue, issue_event, message

MOST_TOLD = 5
"""A reply tells of so many matters."""
_WANTED: Mapping[Want, Move] = {
    "confirm": Move(to="closed", confirmation="reporter"),
    "object": Move(to="accepted"),
}
_FROM: Mapping[Want, tuple[Status, ...]] = {"confirm": ("resolved",), "object": ("resolved", "closed")}
"""The stages in which a reporter's word is asked for, the likelier to be meant first."""
_ANSWERED = ("resolved", "closed", "merged")
"""Where an answer holds: what was taken up again has one that does not."""
_OBJECTED = "反映人表示没有解决"
"""The note of an objection that gives no reason; it is the matter's, which speaks Chinese."""
_WORD = "word"


@dataclass(frozen=True, slots=True)
class Own:
    """How far a matter of the sender's own is, and what was answered; what was taken up again has none that holds."""

    issue_id: int
    stage: Status
    answer: str | None
    merged_into: int | None


def hear(
    connection: Connection, received: Received, asked: Asked, *, settings: Settings, actor: Actor
) -> list[Own] | None:
    """Do what a sender asks of a matter of their own, and tell how far it is then.

    Without a number it is the latest few, and what is to be confirmed or objected to is done only where it can mean
    just one; an objection to what is not settled yet is kept in its history. Empty where the sender has none of that
    number, whether anybody else has or not. None where the message is a report after all. The transaction must see
    all matters, as for `take`.
    """
    digests = writer_of(connection, received)
    known = taken_before(connection, received)
    if known is not None:
        return _own(connection, digests, issue.c.id == known.issue_id) if known.kind == _WORD else None
    meant = issue.c.id == asked.number if asked.number is not None else None
    own = _own(connection, digests, meant)
    wanted = _WANTED.get(asked.want)
    if wanted is None:
        return own or ([] if asked.sure else None)
    can = _awaiting(connection, digests, asked.want, meant)
    if not can and not asked.sure:
        return None
    if len(can) > 1:
        return can[:MOST_TOLD]
    if can:
        note = (asked.note or _OBJECTED) if asked.want == "object" else None
        _move(connection, can[0].issue_id, replace(wanted, note=note), settings, actor)
        own = _own(connection, digests, issue.c.id == can[0].issue_id)
    elif asked.note and len(own) == 1:
        event = {"issue_id": own[0].merged_into or own[0].issue_id, "actor": actor.name, "kind": "added"}
        connection.execute(insert(issue_event).values(**event, detail={"note": asked.note}))
    if len(own) == 1:  # sent again it is not done again, however far the matter is by then
        keep_message(connection, received, digests, own[0].issue_id, kind=_WORD)
    return own


def tell(connection: Connection, received: Received, shown: list[Own], *, actor: Actor) -> list[Own]:
    """The answers that a message's sender is to be told in its reply beside what is `shown`, and that they are told.

    None in reply to what a phone sends by itself: it has no id by which it is known when it is sent again.
    """
    if received.external_id is None:
        return []
    mark = _mark(received)
    digests = writer_of(connection, received)
    answered = _answered(connection, digests)
    known = {each.issue_id for each in shown}
    new = [row for row in answered if row.id not in known and row.told in (None, mark)]
    new = new[: MOST_TOLD - len(shown)]
    events = [
        {
            "issue_id": row.id,
            "actor": actor.name,
            "kind": "told",
            "detail": {"answered_by": row.event_id, "in_reply_to": mark},
        }
        for row in [*(row for row in answered if row.id in known), *new]
        if row.told is None
    ]
    if events:
        connection.execute(insert(issue_event), events)
    return [_own_of(row) for row in new]


def _move(connection: Connection, issue_id: int, wanted: Move, settings: Settings, actor: Actor) -> None:
    try:
        with connection.begin_nested():
            move(connection, issue_id, wanted, version=None, settings=settings, actor=actor, for_reporter=True)
    except (Conflict, Denied):  # somebody else was faster: how far it is now is told
        pass


def _is_of(digests: list[bytes]) -> ColumnElement[bool]:
    return issue.c.id.in_(select(message.c.issue_id).where(message.c.sender_digest == func.any(digests)))


_TOLD_OF = (issue.c.id, issue.c.status, issue.c.answer, issue.c.merged_into)


def _own(connection: Connection, digests: list[bytes], meant: ColumnElement[bool] | None) -> list[Own]:
    query = select(*_TOLD_OF).where(_is_of(digests)).order_by(issue.c.id.desc()).limit(MOST_TOLD)
    return [_own_of(row) for row in connection.execute(query if meant is None else query.where(meant))]


def _awaiting(connection: Connection, digests: list[bytes], want: Want, meant: ColumnElement[bool] | None) -> list[Own]:
    """All matters of a sender that a word of theirs can mean, latest first: closed ones only if no other can be."""
    for stage in _FROM[want]:
        query = select(*_TOLD_OF).where(_is_of(digests), issue.c.status == stage).order_by(issue.c.id.desc())
        found = connection.execute(query if meant is None else query.where(meant)).all()
        if found:
            return [_own_of(row) for row in found]
    return []


def _answered(connection: Connection, digests: list[bytes]) -> list[Row[Any]]:
    """The sender's answered matters, with the last event that answered each, and the reply that told it, if one has."""
    answering = or_(
        issue_event.c.kind == "answered",
        and_(issue_event.c.kind == "status", issue_event.c.detail["step"].astext == "resolve"),
    )
    last = (
        select(*_TOLD_OF, func.max(issue_event.c.id).label("event_id"))
        .join(issue_event, issue_event.c.issue_id == issue.c.id)
        .where(_is_of(digests), issue.c.status.in_(_ANSWERED), issue.c.answer.is_not(None), answering)
        .group_by(issue.c.id)
        .cte()
    )
    told = issue_event.alias()
    of_last = and_(
        told.c.issue_id == last.c.id,
        told.c.kind == "told",
        told.c.detail["answered_by"].astext.cast(BigInteger) == last.c.event_id,
    )
    query = select(last, told.c.detail["in_reply_to"].astext.cast(BigInteger).label("told")).outerjoin(told, of_last)
    return list(connection.execute(query.order_by(last.c.event_id)))


def _own_of(row: Row[Any, Any, Any, Any] | Row[Any]) -> Own:
    return Own(row.id, row.status, row.answer if row.status in _ANSWERED else None, row.merged_into)


def _mark(received: Received) -> int:
    """Stands for a message's id in a matter's history, where long numbers are covered; any program holds it."""
    return int.from_bytes(sha256(f"{received.source} {received.external_id}".encode()).digest()[:6])
