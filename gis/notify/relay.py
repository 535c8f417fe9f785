"""Turns events of matters into notices: for each who has to hear of it, one to each address, with a job to send it.

Takes a batch out of the outbox and writes its notices in one transaction: whatever dies meanwhile, each event is
either still in the outbox, or told to everybody once. Several may work at once; a batch is one's own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select
from sqlalchemy.dialects.postgresql import insert

from gis.actor import SYSTEM
from gis.notify.events import OF_REPORTER, Event, event_of
from gis.notify.facts import events_with_matters, message_of, stage_at, values_for
from gis.notify.queue import defer
from gis.notify.templates import Language, Template, fill, templates
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import area, channel, notice, outbox, webhook

BATCH_EVENTS = 500
NEWS_FOR = timedelta(days=1)
"""What is recorded longer after it was reported, or closed already, is history from a file: nobody is told."""

_Written = dict[str, Any]


def relay_all(engine: Engine, settings: Settings) -> int:
    """Turn everything in the outbox into notices, and how many notices that made."""
    made = 0
    while True:
        with transaction(engine, SYSTEM) as connection:
            events, notices = relay_batch(connection, settings)
        made += notices
        if not events:
            return made


def relay_batch(connection: Connection, settings: Settings) -> tuple[int, int]:
    """Turn the oldest events in the outbox into notices; how many events there were, and notices of them."""
    oldest = select(outbox.c.event_id).order_by(outbox.c.event_id).limit(BATCH_EVENTS).with_for_update(skip_locked=True)
    ids = list(connection.scalars(oldest))
    if not ids:
        return 0, 0
    connection.execute(delete(outbox).where(outbox.c.event_id.in_(ids)))
    hearers = Hearers.now(connection, settings)
    written = list(_notices(connection, ids, hearers, settings)) if hearers else []
    if written:
        put = insert(notice).values(state="waiting").on_conflict_do_nothing().returning(notice.c.id)
        defer(connection, list(connection.scalars(put, written)))
    return len(ids), len(written)


@dataclass(slots=True)
class Hearers:
    """Who hears of what now: channels by scope and whom they stand for, webhooks by area, and whether numbers can
    be called. `above` gives each area with all that it lies in."""

    channels: Mapping[tuple[str, Any], list[Row[Any]]] = field(default_factory=dict)
    webhooks: Mapping[int | None, list[Row[Any]]] = field(default_factory=dict)
    reporters: bool = False
    above: Mapping[int, list[int]] = field(default_factory=dict)

    @classmethod
    def now(cls, connection: Connection, settings: Settings) -> Hearers:
        by_whom: dict[tuple[str, Any], list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(select(channel).where(channel.c.enabled).order_by(channel.c.id)):
            whom = {"worker": row.worker_id, "group": row.group_id, "area": row.area_id}
            by_whom[row.scope, whom.get(row.scope, (row.area_id, row.stage))].append(row)
        by_area: dict[int | None, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(select(webhook).where(webhook.c.enabled).order_by(webhook.c.id)):
            by_area[row.area_id].append(row)
        found = cls(by_whom, by_area, settings.notice_url is not None)
        if by_whom or by_area:
            found.above = _above(connection)
        return found

    def __bool__(self) -> bool:
        return bool(self.channels or self.webhooks or self.reporters)

    def channels_of(self, event: Event, row: Row[Any]) -> Iterator[Row[Any]]:
        """The channels that hear of an event."""
        areas, stage = self.above.get(row.community_id, []), stage_at(row)
        whom: list[tuple[str, Any]] = [("group", row.group_id)]
        if event != "handed_back" or stage == "accepted":  # from a department back to the street is not to the worker
            whom.insert(0, ("worker", row.worker_id))
        whom += [("stage", (each, stage)) for each in areas] + [("area", each) for each in areas]
        for key in whom:
            yield from (each for each in self.channels.get(key, ()) if event in each.events)

    def webhooks_of(self, event: Event, row: Row[Any]) -> Iterator[Row[Any]]:
        for area_id in (None, *self.above.get(row.community_id, ())):
            yield from (each for each in self.webhooks.get(area_id, ()) if event in each.events)


def _notices(connection: Connection, ids: list[int], hearers: Hearers, settings: Settings) -> Iterator[_Written]:
    wording = templates(connection)
    for row in connection.execute(events_with_matters(ids)):
        event = event_of(row.kind, row.detail)
        if event is None or (event == "reported" and not _is_news(row)):
            continue
        yield from _of_event(event, row, hearers, wording, settings)


def _of_event(
    event: Event,
    row: Row[Any],
    hearers: Hearers,
    wording: Mapping[tuple[str, str], Template],
    settings: Settings,
) -> Iterator[_Written]:
    words: dict[str, dict[str, str]] = {}

    def worded(language: Language) -> dict[str, str]:
        if language not in words:
            filled = fill(wording[event, language], values_for(row, language, settings))
            words[language] = {"subject": filled.subject, "body": filled.body}
        return words[language]

    of = {"event": event, "event_id": row.id, "channel_id": None, "webhook_id": None, "to_reporter": False}
    for each in hearers.channels_of(event, row):
        yield of | worded(each.language) | {"channel_id": each.id, "address_digest": each.address_digest}
    if hearers.reporters and event in OF_REPORTER and row.reporter_phone_digest is not None:
        yield of | worded("zh") | {"to_reporter": True, "address_digest": row.reporter_phone_digest}
    for each in hearers.webhooks_of(event, row):
        body = json.dumps(message_of(event, row, settings), ensure_ascii=False, separators=(",", ":"))
        yield of | {"subject": event, "body": body, "webhook_id": each.id, "address_digest": each.url_digest}


def _is_news(row: Row[Any]) -> bool:
    return row.at - row.reported_at < NEWS_FOR and row.status not in ("closed", "withdrawn", "merged")


def _above(connection: Connection) -> dict[int, list[int]]:
    parents = {row.id: row.parent_id for row in connection.execute(select(area.c.id, area.c.parent_id))}
    found = {}
    for start in parents:
        line, at = [], start
        while at is not None:
            line.append(at)
            at = parents[at]
        found[start] = line
    return found
