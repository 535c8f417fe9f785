"""Whether each event of a matter was told to everybody who is to hear of it, once.

Who that is, is worked out here apart from the service's relay, from what each listener has chosen. Two places are
asked then: the notices in the database, and what has arrived at the receiver. A channel has had each message once
where its notice says that it was sent, and at most once where the notice says that nobody can be sure (its process
died while it handed the message over). A webhook may have had a message again, with the same id.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection

from benchmarks.receiver import Receiver, Taken
from gis.actor import SYSTEM
from gis.importers.demonstration import COMMUNITY
from gis.notify.channels import ChannelIn, add_channel
from gis.notify.events import event_of
from gis.notify.webhooks import add_webhook

DRILL = "drill-"
"""What the external ids of the matters begin with that are reported in a drill."""
HOOK = "/hook"
_SCOPES = {"worker": ("W001", "W008", "W017", "W026"), "group": ("QG03", "QG07", "QG12", "QG22")}


@dataclass(frozen=True, slots=True)
class Listener:
    """A channel of a worker or group, or a webhook of everywhere; `path` is where it is heard at the receiver."""

    path: str
    events: frozenset[str]
    worker_id: int | None
    group_id: int | None
    webhook: bool

    def hears(self, event: str, worker_id: int | None, group_id: int | None) -> bool:
        theirs = self.worker_id == worker_id if self.worker_id else self.group_id == group_id
        return event in self.events and (self.webhook or theirs)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as it is stored; `way` tells which listener."""

    event_id: int
    way: tuple[str, int]
    subject: str
    state: str
    reason: str | None


def set_listeners(connection: Connection, receiver: Receiver) -> None:
    """Have some workers and groups of the demonstration told by channels, and another system of everything."""
    for scope, codes in _SCOPES.items():
        for code in codes:
            path = f"/{scope}/{code}"
            wanted = ChannelIn(name=path, scope=scope, whom=code, address=receiver.channel(path), community=COMMUNITY)
            add_channel(connection, wanted, actor=SYSTEM)
    add_webhook(connection, name=HOOK, url=receiver.url(HOOK), actor=SYSTEM)


def untold(url: str) -> int:
    """How many events and notices are still on their way."""
    with psycopg.connect(url) as database:
        query = (
            "SELECT (SELECT count(*) FROM dualgrid.outbox) + (SELECT count(*) FROM dualgrid.notice "
            "WHERE state IN ('waiting', 'sending'))"
        )
        row = database.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def faults_of_notices(url: str, taken: Sequence[Taken]) -> list[str]:
    """Everything that is wrong with what was told, and with what has arrived of it.

    Of the matters that were there before the drill, nobody hears that they were reported; that they are late, they do.
    """
    with psycopg.connect(url) as database:
        listeners = dict(_listeners(database))
        notices = [Notice(event, (kind, id), *rest) for event, kind, id, *rest in database.execute(_NOTICES).fetchall()]
        events = database.execute(_EVENTS, {"drill": f"{DRILL}%"}).fetchall()
    due: dict[tuple[int, tuple[str, int]], str] = {}
    for event_id, kind, detail, worker_id, group_id in events:
        event = event_of(kind, detail)
        for way, listener in listeners.items():
            if event is not None and listener.hears(event, worker_id, group_id):
                due[event_id, way] = f"event {event_id} ({event}) to {listener.path}"
    written = Counter((each.event_id, each.way) for each in notices)
    faults = [f"{name}: {written[key]} notices" for key, name in due.items() if written[key] != 1]
    faults += [
        f"event {event} to {listeners[way].path}: not to be told" for event, way in written if (event, way) not in due
    ]
    return faults + list(_faults_of_arrival(notices, listeners, taken))


def _faults_of_arrival(
    notices: Sequence[Notice], listeners: dict[tuple[str, int], Listener], taken: Sequence[Taken]
) -> Iterator[str]:
    messages = Counter((each.path, each.json["title"]) for each in taken if each.path != HOOK)
    hooked: dict[int, set[str]] = defaultdict(set)
    for each in taken:
        if each.path == HOOK:
            hooked[int(each.json["data"]["event_id"])].add(each.headers["webhook-id"])
    for notice in notices:
        listener = listeners[notice.way]
        name = f"event {notice.event_id} to {listener.path}"
        unsure = (notice.state, notice.reason) == ("failed", "unsure") and not listener.webhook
        if notice.state != "sent" and not unsure:
            yield f"{name}: {notice.state} {notice.reason or ''}".rstrip()
        if listener.webhook:
            arrived = len(hooked.pop(notice.event_id, ()))
        else:
            arrived = messages.pop((listener.path, notice.subject), 0)
        if arrived > 1 or (arrived == 0 and notice.state == "sent"):
            yield f"{name}: arrived {arrived} times"
    yield from (f"arrived at {path} without a notice: {title}" for path, title in messages)
    yield from (f"arrived at {HOOK} without a notice: event {event_id}" for event_id in hooked)


def _listeners(database: psycopg.Connection[Any]) -> Iterator[tuple[tuple[str, int], Listener]]:
    channels = "SELECT id, name, events, worker_id, group_id FROM dualgrid.channel WHERE enabled"
    for id, name, events, worker_id, group_id in database.execute(channels).fetchall():
        yield ("channel", id), Listener(name, frozenset(events), worker_id, group_id, webhook=False)
    for id, events in database.execute("SELECT id, events FROM dualgrid.webhook WHERE enabled").fetchall():
        yield ("webhook", id), Listener(HOOK, frozenset(events), None, None, webhook=True)


_NOTICES = """
    SELECT event_id, CASE WHEN channel_id IS NULL THEN 'webhook' ELSE 'channel' END, coalesce(channel_id, webhook_id),
           subject, state, reason
    FROM dualgrid.notice
"""
_EVENTS = """
    SELECT event.id, event.kind, event.detail, issue.worker_id, issue.group_id
    FROM dualgrid.issue_event AS event JOIN dualgrid.issue ON issue.id = event.issue_id
    WHERE event.kind <> 'reported' OR issue.external_id LIKE %(drill)s
"""
