"""Notices: written in the transaction of what they tell of, sent after it, tried again when that fails.

Where the operator has set no channel (or a household has no number), a notice is for the inbox: who answers for the
household's grid sees what it is about and calls. It counts as sent at once then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from gis.storage.tables import notice

MOST_TRIES = 6
FIRST_WAIT = timedelta(minutes=1)
"""Before the second try; each next wait is twice as long, so that the last try is half an hour after the first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that waits to be sent to a household."""

    id: int
    household_id: int
    subject: str
    body: str
    tries: int


def put(connection: Connection, event: str, *, household_id: int, subject: str, body: str, by_channel: bool) -> int:
    """Write a notice to a household, and its id; it waits for a channel, or is in the inbox at once."""
    values = {"event": event, "household_id": household_id, "subject": subject, "body": body}
    state = {"state": "waiting"} if by_channel else {"state": "sent", "sent_at": func.now()}
    made: int = connection.execute(insert(notice).values(**values, **state).returning(notice.c.id)).scalar_one()
    return made


def next_due(connection: Connection) -> Notice | None:
    """The notice that has waited longest and is due, held by this transaction: others pass over it."""
    query = (
        select(notice.c.id, notice.c.household_id, notice.c.subject, notice.c.body, notice.c.tries)
        .where(notice.c.state == "waiting", notice.c.next_try_at <= func.now())
        .order_by(notice.c.next_try_at, notice.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = connection.execute(query).one_or_none()
    return Notice(*found) if found else None


def settle(connection: Connection, due: Notice, *, sent: bool) -> None:
    """Note that a notice was sent, or when to try again; after the last try it has failed."""
    tries = due.tries + 1
    values: dict[str, Any] = {"tries": tries}
    if sent:
        values |= {"state": "sent", "sent_at": func.now()}
    elif tries >= MOST_TRIES:
        values |= {"state": "failed"}
    else:
        values |= {"next_try_at": func.now() + FIRST_WAIT * 2 ** (tries - 1)}
    connection.execute(update(notice).where(notice.c.id == due.id).values(**values))
