"""Sends one notice, in three steps, each committed: it is being sent; it is handed over; what became of it.

Whoever dies in between leaves it at `sending`, and the queue gives its job to another. What is promised then: a
webhook is told again with the same id, by which its receiver knows a repetition. Any other channel has no such id, so
nothing is sent to it again by itself: the notice has failed as `unsure`, for a person to look at. So nothing is lost,
and nothing is told twice that the other side cannot tell to be the same. An answer that never came is the same case.

What was refused is tried again, each wait twice the one before and a little off, so that what failed together does
not come back together; after `MOST_TRIES` it has failed. Addresses are opened here and nowhere else.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Row, func, select, update

from gis.actor import SYSTEM
from gis.errors import Unavailable
from gis.notify.handing import Outcome, by_apprise, by_webhook
from gis.notify.webhooks import valid_secrets
from gis.security.sealed import CHANNEL_ADDRESS, REPORTER_PHONE, WEBHOOK_URL
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import channel, issue, issue_event, notice, webhook

MOST_TRIES = 10
FIRST_WAIT = timedelta(minutes=1)
"""Before the second try; with each next one twice as long the last is eight and a half hours after the first."""
JITTER = 0.2
"""By which part of it a wait is longer or shorter."""
TOLD_FOR_S = 60.0
"""How long to go on trying to write down what became of a notice, while the database is away."""

Numbers = Callable[[Connection, int], list[str]]
"""The telephone numbers of a household."""


@dataclass(frozen=True, slots=True)
class _Message:
    """One notice with where it goes: to Apprise addresses, or to a webhook."""

    id: int
    subject: str
    body: str
    addresses: Sequence[str] = ()
    url: str = ""
    secrets: Sequence[str] = ()
    mark: str = ""

    def hand_over(self) -> Outcome:
        """Taken where one of its addresses has taken it: the numbers of a household reach the same people."""
        if self.url:
            at_s = int(time.time())
            return by_webhook(self.url, self.body.encode(), id=self.mark, at_s=at_s, valid=self.secrets)
        outcomes = [by_apprise(each, subject=self.subject, body=self.body) for each in self.addresses]
        return "taken" if "taken" in outcomes else "unsure" if "unsure" in outcomes else "refused"


Became = Literal["sent", "failed"] | datetime | None
"""Of a notice that was sent or has failed, that; of one that was refused, when to try again; else nothing was to do."""


def send_notice(engine: Engine, settings: Settings, numbers: Numbers, notice_id: int) -> Became:
    """Send a notice that waits.

    Safe to be called again at any time for the same notice: what was sent is not sent again.
    """
    with transaction(engine, SYSTEM) as connection:
        begun = _begin(connection, notice_id, settings, numbers)
    return _written_down(engine, begun, begun.hand_over()) if isinstance(begun, _Message) else begun


def wait_after(tries: int, *, chance: float) -> timedelta:
    """How long to wait after so many tries; `chance` is from 0 up to 1."""
    return FIRST_WAIT * (1 << tries - 1) * (1 + JITTER * (2 * chance - 1))


def _begin(connection: Connection, notice_id: int, settings: Settings, numbers: Numbers) -> _Message | Became:
    """Mark a notice as being sent, and give it with its addresses; or what became of one that is not to be sent."""
    row = connection.execute(select(notice).where(notice.c.id == notice_id).with_for_update()).one_or_none()
    if row is None or row.state not in ("waiting", "sending"):
        return None
    if row.state == "sending" and row.webhook_id is None:
        return _fail(connection, notice_id, "unsure")
    if row.tries >= MOST_TRIES:
        return _fail(connection, notice_id, "gave_up")
    found = _addressed(connection, row, settings, numbers)
    if isinstance(found, str):
        return _fail(connection, notice_id, found)
    begun = update(notice).where(notice.c.id == notice_id)
    connection.execute(begun.values(state="sending", reason=None, tries=notice.c.tries + 1))
    return found


def _addressed(connection: Connection, row: Row[Any], settings: Settings, numbers: Numbers) -> _Message | str:
    """A notice with its addresses in clear, or why it has none."""
    vault = vault_of(connection)
    if row.webhook_id is not None:
        hook = connection.execute(select(webhook).where(webhook.c.id == row.webhook_id)).one()
        if not hook.enabled and row.event != "test":
            return "off"
        url = WEBHOOK_URL.open(vault, hook.url_sealed) or ""
        # Not the number alone: after a backup was restored the same numbers are given again.
        mark = f"msg_{row.id}_{int(row.created_at.timestamp())}"
        secrets = valid_secrets(vault, hook, datetime.now(UTC))
        return _Message(row.id, row.subject, row.body, url=url, secrets=secrets, mark=mark)
    if row.channel_id is not None:
        way = connection.execute(select(channel).where(channel.c.id == row.channel_id)).one()
        if not way.enabled and row.event != "test":
            return "off"
        addresses = [CHANNEL_ADDRESS.open(vault, way.address_sealed) or ""]
    else:
        called = numbers(connection, row.household_id) if row.household_id else _reporter(connection, row.event_id)
        addresses = [_address_of(settings, number) for number in called] if settings.notice_url else []
    return _Message(row.id, row.subject, row.body, addresses) if addresses else "no_address"


def _reporter(connection: Connection, event_id: int) -> list[str]:
    """The number of who reported the matter of an event, if it is still kept."""
    query = select(REPORTER_PHONE.sealed).join(issue_event, issue_event.c.issue_id == issue.c.id)
    number = REPORTER_PHONE.open(vault_of(connection), connection.scalar(query.where(issue_event.c.id == event_id)))
    return [number] if number else []


def _address_of(settings: Settings, number: str) -> str:
    assert settings.notice_url is not None
    return settings.notice_url.get_secret_value().replace("{phone}", quote(number, safe=""))


def _fail(connection: Connection, notice_id: int, reason: str) -> Literal["failed"]:
    connection.execute(update(notice).where(notice.c.id == notice_id).values(state="failed", reason=reason))
    return "failed"


def _written_down(engine: Engine, message: _Message, outcome: Outcome) -> Became:
    """Write down what became of a notice; while the database is away, again and again for a while: what is known now
    would have to be guessed later."""
    until = time.monotonic() + TOLD_FOR_S
    while True:
        try:
            with transaction(engine, SYSTEM) as connection:
                return _settle(connection, message, outcome)
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(1)


def _settle(connection: Connection, message: _Message, outcome: Outcome) -> Became:
    chosen = update(notice).where(notice.c.id == message.id)
    if outcome == "taken":
        connection.execute(chosen.values(state="sent", reason=None, sent_at=func.now()))
        return "sent"
    if outcome == "unsure" and not message.url:
        return _fail(connection, message.id, "unsure")
    tries = connection.scalar(select(notice.c.tries).where(notice.c.id == message.id)) or 0
    if tries >= MOST_TRIES:
        return _fail(connection, message.id, "gave_up")
    again = datetime.now(UTC) + wait_after(max(tries, 1), chance=random.random())  # noqa: S311 (nothing secret)
    connection.execute(chosen.values(state="waiting", reason="refused", next_try_at=again))
    return again
