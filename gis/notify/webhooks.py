"""Webhooks: other systems that are told of the events of matters, as signed JSON (`signing.py`).

Its body tells of a matter what everybody in its area may know: number, place, topic, stage, deadline and the masked
answer; neither what the reporter wrote nor who that is, nor who works on it. The secret is shown once. After it is
changed messages are signed with both for `BOTH_FOR`, so that the receiver changes its own in its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.notify.events import EVENTS, Event, faults_of_events
from gis.notify.handing import faults_of_url
from gis.notify.queue import defer
from gis.notify.signing import new_secret
from gis.security.audit import record
from gis.security.sealed import WEBHOOK_OLD_SECRET, WEBHOOK_SECRET, WEBHOOK_URL
from gis.security.vault import Vault, vault_of
from gis.storage.tables import area, notice, webhook

BOTH_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook, without address and secret; `area` is the name of its area, empty for everywhere."""

    id: int
    name: str
    area: str
    events: tuple[Event, ...]
    enabled: bool
    old_secret_until: datetime | None


def webhooks(connection: Connection) -> list[Webhook]:
    """All of them, by name."""
    query = select(webhook, area.c.name.label("area_name")).outerjoin(area, area.c.id == webhook.c.area_id)
    return [
        Webhook(
            id=row.id,
            name=row.name,
            area=row.area_name or "",
            events=tuple(event for event in EVENTS if event in row.events),
            enabled=row.enabled,
            old_secret_until=row.old_secret_until,
        )
        for row in connection.execute(query.order_by(webhook.c.name, webhook.c.id))
    ]


def add_webhook(
    connection: Connection,
    *,
    name: str,
    url: str,
    area_code: str | None = None,
    events: Sequence[str] | None = None,
    actor: Actor,
) -> tuple[int, str]:
    """Add a webhook: its id, and its secret, this once. Raises InvalidInput with every fault."""
    faults = [*faults_of_url(url.strip()), *_faults_of_name(name)]
    chosen = sorted(EVENTS if events is None else set(events))
    faults += faults_of_events(chosen, frozenset(EVENTS))
    area_id = connection.scalar(select(area.c.id).where(area.c.code == area_code)) if area_code else None
    if area_code and area_id is None:
        faults.append(Fault("area", "unknown", said("there is no area {code!r}", code=area_code)))
    if faults:
        raise InvalidInput(faults)
    vault, secret = vault_of(connection), new_secret()
    sealed = WEBHOOK_URL.values(vault, url.strip()) | WEBHOOK_SECRET.values(vault, secret)
    written = insert(webhook).values(name=name.strip(), area_id=area_id, events=chosen, created_by=actor.name, **sealed)
    made: int = connection.execute(written.returning(webhook.c.id)).scalar_one()
    record(connection, actor, "webhook_added", detail={"webhook": made})
    return made, secret


def change_webhook(
    connection: Connection,
    webhook_id: int,
    *,
    name: str | None = None,
    url: str | None = None,
    events: Sequence[str] | None = None,
    actor: Actor,
) -> None:
    """Change a webhook; None stays as it is, its secret too. Raises NotFound, and InvalidInput with every fault."""
    faults, changes = [], dict[str, Any]()
    if name is not None:
        changes["name"] = name.strip()
        faults += _faults_of_name(name)
    if url is not None:
        changes |= WEBHOOK_URL.values(vault_of(connection), url.strip())
        faults += faults_of_url(url.strip())
    if events is not None:
        changes["events"] = sorted(set(events))
        faults += faults_of_events(changes["events"], frozenset(EVENTS))
    if faults:
        raise InvalidInput(faults)
    changed = update(webhook).where(webhook.c.id == webhook_id).values(**changes or {"id": webhook_id})
    if connection.execute(changed).rowcount == 0:
        raise NotFound(said("There is no webhook {webhook_id}.", webhook_id=webhook_id))
    told = [what for what, value in (("name", name), ("url", url), ("events", events)) if value is not None]
    record(connection, actor, "webhook_changed", detail={"webhook": webhook_id, "changed": told})


def renew_secret(connection: Connection, webhook_id: int, *, actor: Actor) -> str:
    """Give a webhook a new secret, shown this once; the one before stays valid beside it for a day. Raises NotFound."""
    query = select(webhook.c.secret_sealed).where(webhook.c.id == webhook_id).with_for_update()
    held = connection.scalar(query)
    if held is None:
        raise NotFound(said("There is no webhook {webhook_id}.", webhook_id=webhook_id))
    vault, secret = vault_of(connection), new_secret()
    sealed = WEBHOOK_SECRET.values(vault, secret)
    sealed |= WEBHOOK_OLD_SECRET.values(vault, WEBHOOK_SECRET.open(vault, held))
    changed = update(webhook).where(webhook.c.id == webhook_id)
    connection.execute(changed.values(**sealed, old_secret_until=func.now() + BOTH_FOR))
    record(connection, actor, "webhook_secret", detail={"webhook": webhook_id})
    return secret


def switch_webhook(connection: Connection, webhook_id: int, *, on: bool, actor: Actor) -> None:
    """Switch a webhook on or off. Raises NotFound."""
    changed = connection.execute(update(webhook).where(webhook.c.id == webhook_id).values(enabled=on))
    if changed.rowcount == 0:
        raise NotFound(said("There is no webhook {webhook_id}.", webhook_id=webhook_id))
    record(connection, actor, "webhook_switched", detail={"webhook": webhook_id, "on": on})


def delete_webhook(connection: Connection, webhook_id: int, *, actor: Actor) -> None:
    """Delete a webhook, with its messages. Raises NotFound."""
    if connection.execute(delete(webhook).where(webhook.c.id == webhook_id)).rowcount == 0:
        raise NotFound(said("There is no webhook {webhook_id}.", webhook_id=webhook_id))
    record(connection, actor, "webhook_deleted", detail={"webhook": webhook_id})


def try_webhook(connection: Connection, webhook_id: int, *, actor: Actor) -> int:
    """Write a test message to a webhook, and its id; it is sent as any other. Raises NotFound."""
    if connection.scalar(select(webhook.c.id).where(webhook.c.id == webhook_id)) is None:
        raise NotFound(said("There is no webhook {webhook_id}.", webhook_id=webhook_id))
    values = {"event": "test", "webhook_id": webhook_id, "subject": "test", "body": '{"type":"test","data":{}}'}
    written = insert(notice).values(**values, state="waiting")
    made: int = connection.execute(written.returning(notice.c.id)).scalar_one()
    defer(connection, [made])
    record(connection, actor, "webhook_tested", detail={"webhook": webhook_id})
    return made


def valid_secrets(vault: Vault, row: Row[tuple[object, ...]], now: datetime) -> list[str]:
    """The secrets that a message of a webhook's row is signed with now, the newest first."""
    sealed = [(WEBHOOK_SECRET, row.secret_sealed)]
    if row.old_secret_until is not None and now < row.old_secret_until:
        sealed.append((WEBHOOK_OLD_SECRET, row.old_secret_sealed))
    return [clear for column, value in sealed if (clear := column.open(vault, value)) is not None]


def _faults_of_name(name: str) -> list[Fault]:
    return [] if 1 <= len(name.strip()) <= 80 else [Fault("name", "length", said("must be 1 to 80 characters"))]
