"""Notices as they are looked at: to households, and the list of all, with what failed and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, func, insert, select, update

from gis.actor import Actor
from gis.errors import Conflict, NotFound, Term, said
from gis.notify.queue import defer
from gis.security.audit import record
from gis.storage.tables import channel, issue_event, notice, webhook

State = Literal["waiting", "sending", "sent", "failed", "dropped"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; `to` is channel, webhook, household or reporter, and `name` that of a channel or webhook.

    `reason` tells why it has failed: `gave_up` after all tries, `unsure` whether it arrived, `no_address`, or its
    channel is `off`; of one that waits, that it was `refused`.
    """

    id: int
    event: str
    issue_id: int | None
    to: str
    name: str | None
    subject: str
    state: State
    reason: str | None
    tries: int
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices; None means all. Newest first, from below the id `before`."""

    state: State | None = None
    event: str | None = None
    issue_id: int | None = None
    before: int | None = None


def put(connection: Connection, event: str, *, household_id: int, subject: str, body: str, by_channel: bool) -> int:
    """Write a notice to a household, and its id; it waits to be sent, or is in the inbox at once.

    Where the operator has set no way to call a number (or a household has none), who answers for the household's grid
    sees what it is about and calls. It counts as sent at once then.
    """
    values = {"event": event, "household_id": household_id, "subject": subject, "body": body}
    state = {"state": "waiting"} if by_channel else {"state": "sent", "sent_at": func.now()}
    made: int = connection.execute(insert(notice).values(**values, **state).returning(notice.c.id)).scalar_one()
    if by_channel:
        defer(connection, [made])
    return made


def notices(connection: Connection, chosen: NoticeFilter, *, limit: int) -> list[Notice]:
    """The notices that pass a filter, the newest first."""
    query = _columns().order_by(notice.c.id.desc()).limit(limit)
    for column, value in (
        (notice.c.state, chosen.state),
        (notice.c.event, chosen.event),
        (issue_event.c.issue_id, chosen.issue_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if chosen.before is not None:
        query = query.where(notice.c.id < chosen.before)
    return [Notice(*row) for row in connection.execute(query)]


def counts(connection: Connection) -> dict[str, int]:
    """How many notices are in each state."""
    query = select(notice.c.state, func.count()).group_by(notice.c.state)
    return dict(connection.execute(query).all())


def retry(connection: Connection, notice_id: int, *, actor: Actor) -> None:
    """Send a failed notice after all, from the first try. Raises NotFound, Conflict for one that has not failed."""
    _leave_failed(connection, notice_id, "waiting")
    defer(connection, [notice_id])
    record(connection, actor, "notice_retried", detail={"notice": notice_id})


def drop(connection: Connection, notice_id: int, *, actor: Actor) -> None:
    """Leave a failed notice unsent for good. Raises NotFound, Conflict for one that has not failed."""
    _leave_failed(connection, notice_id, "dropped")
    record(connection, actor, "notice_dropped", detail={"notice": notice_id})


def _leave_failed(connection: Connection, notice_id: int, state: str) -> None:
    state_before = connection.scalar(select(notice.c.state).where(notice.c.id == notice_id).with_for_update())
    if state_before is None:
        raise NotFound(said("There is no notice {notice_id}.", notice_id=notice_id))
    if state_before != "failed":
        raise Conflict(
            said(
                "Notice {notice_id} is {state}: only what has failed is retried or dropped.",
                notice_id=notice_id,
                state=Term("notice", state_before),
            )
        )
    changed = {"state": state, "tries": 0, "next_try_at": func.now()} if state == "waiting" else {"state": state}
    connection.execute(update(notice).where(notice.c.id == notice_id).values(**changed))


def _columns() -> Select[Any]:
    to = case(
        (notice.c.channel_id.is_not(None), "channel"),
        (notice.c.webhook_id.is_not(None), "webhook"),
        (notice.c.to_reporter, "reporter"),
        else_="household",
    )
    return (
        select(
            notice.c.id,
            notice.c.event,
            issue_event.c.issue_id,
            to,
            func.coalesce(channel.c.name, webhook.c.name),
            notice.c.subject,
            notice.c.state,
            notice.c.reason,
            notice.c.tries,
            notice.c.created_at,
            notice.c.next_try_at,
            notice.c.sent_at,
        )
        .outerjoin(issue_event, issue_event.c.id == notice.c.event_id)
        .outerjoin(channel, channel.c.id == notice.c.channel_id)
        .outerjoin(webhook, webhook.c.id == notice.c.webhook_id)
    )
