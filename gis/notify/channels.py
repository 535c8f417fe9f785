"""Channels: by which address a worker, an online group, a stage or an area's staff is told, and of what.

An address is one of Apprise (`wecombot://…`, `feishu://…`, `dingtalk://…`, `mailtos://…`, `json://…`): it holds keys,
so it is sealed, shown to nobody again, and only an administrator sets one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, delete, insert, select, update

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, NotFound, Term, said
from gis.notify.events import EVENTS, OF_SCOPE, Event, Scope, faults_of_events
from gis.notify.handing import kind_of
from gis.notify.queue import defer
from gis.notify.templates import LANGUAGES, Language
from gis.notify.wording import TEST
from gis.security.audit import record
from gis.security.sealed import CHANNEL_ADDRESS
from gis.security.vault import vault_of
from gis.storage.tables import area, channel, notice, online_group, worker


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel, without its address; `whom` names the worker, group or area behind it."""

    id: int
    name: str
    scope: Scope
    whom: str
    stage: str | None
    kind: str
    language: Language
    events: tuple[Event, ...]
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelIn:
    """What a channel is to be. `whom` is the code of a worker, online group or area, by `scope`; a worker's and a
    group's is looked up in `community`, which may be left out where it is the only one of that code.
    Without `events`, all that its scope can hear.
    """

    name: str
    scope: str
    whom: str
    address: str
    stage: str | None = None
    community: str | None = None
    language: str = "zh"
    events: Sequence[str] | None = field(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChange:
    """What is to be different about a channel; None stays as it is. Whom it tells stays: others are another channel."""

    name: str | None = None
    address: str | None = None
    language: str | None = None
    events: Sequence[str] | None = None


def channels(connection: Connection) -> list[Channel]:
    """All of them, by scope and name."""
    whom = (worker.c.name, online_group.c.name, area.c.name)
    query = (
        select(channel, *(column.label(f"whom_{n}") for n, column in enumerate(whom)))
        .outerjoin(worker, worker.c.id == channel.c.worker_id)
        .outerjoin(online_group, online_group.c.id == channel.c.group_id)
        .outerjoin(area, area.c.id == channel.c.area_id)
        .order_by(channel.c.scope, channel.c.name, channel.c.id)
    )
    return [
        Channel(
            id=row.id,
            name=row.name,
            scope=row.scope,
            whom=row.whom_0 or row.whom_1 or row.whom_2 or "",
            stage=row.stage,
            kind=row.kind,
            language=row.language,
            events=tuple(event for event in EVENTS if event in row.events),
            enabled=row.enabled,
        )
        for row in connection.execute(query)
    ]


def add_channel(connection: Connection, wanted: ChannelIn, *, actor: Actor) -> int:
    """Add a channel, and its id. Raises InvalidInput with every fault."""
    faults = _faults_of(wanted)
    if wanted.scope not in OF_SCOPE:
        raise InvalidInput(
            [
                *faults,
                Fault(
                    "scope",
                    "unknown_scope",
                    said("must be one of {list}", list=[Term("scope", each) for each in OF_SCOPE]),
                ),
            ]
        )
    possible = OF_SCOPE[cast(Scope, wanted.scope)]
    events = sorted(possible if wanted.events is None else set(wanted.events))
    faults += faults_of_events(events, possible)
    if wanted.scope == "stage" and wanted.stage not in ("at_street", "at_department"):
        faults.append(Fault("stage", "unknown_stage", said("must be at_street or at_department")))
    if wanted.scope != "stage" and wanted.stage is not None:
        faults.append(Fault("stage", "not_here", said("belongs to the scope stage only")))
    behind, unknown = _behind(connection, wanted)
    faults += unknown
    if faults:
        raise InvalidInput(faults)
    values = {"name": wanted.name.strip(), "scope": wanted.scope, "stage": wanted.stage, "language": wanted.language}
    address = _address(connection, wanted.address)
    written = insert(channel).values(**values, **behind, **address, events=events, created_by=actor.name)
    made: int = connection.execute(written.returning(channel.c.id)).scalar_one()
    told = {"channel": made, "scope": wanted.scope, "kind": address["kind"]}
    record(connection, actor, "channel_added", detail=told)
    return made


def change_channel(connection: Connection, channel_id: int, wanted: ChannelChange, *, actor: Actor) -> None:
    """Change a channel; what waits to be sent goes to a new address too. Raises NotFound, and InvalidInput with every
    fault."""
    scope = connection.scalar(select(channel.c.scope).where(channel.c.id == channel_id).with_for_update())
    if scope is None:
        raise NotFound(said("There is no channel {channel_id}.", channel_id=channel_id))
    faults = _faults_of(wanted)
    changes: dict[str, Any] = {}
    if wanted.events is not None:
        changes["events"] = sorted(set(wanted.events))
        faults += faults_of_events(changes["events"], OF_SCOPE[cast(Scope, scope)])
    if faults:
        raise InvalidInput(faults)
    if wanted.name is not None:
        changes["name"] = wanted.name.strip()
    if wanted.language is not None:
        changes["language"] = wanted.language
    if wanted.address is not None:
        changes |= _address(connection, wanted.address)
    if changes:
        connection.execute(update(channel).where(channel.c.id == channel_id).values(**changes))
    changed = [name for name in ("name", "address", "language", "events") if getattr(wanted, name) is not None]
    record(connection, actor, "channel_changed", detail={"channel": channel_id, "changed": changed})


def switch_channel(connection: Connection, channel_id: int, *, on: bool, actor: Actor) -> None:
    """Switch a channel on or off. Raises NotFound."""
    changed = connection.execute(update(channel).where(channel.c.id == channel_id).values(enabled=on))
    if changed.rowcount == 0:
        raise NotFound(said("There is no channel {channel_id}.", channel_id=channel_id))
    record(connection, actor, "channel_switched", detail={"channel": channel_id, "on": on})


def delete_channel(connection: Connection, channel_id: int, *, actor: Actor) -> None:
    """Delete a channel, with the notices that went or wait to go by it. Raises NotFound."""
    if connection.execute(delete(channel).where(channel.c.id == channel_id)).rowcount == 0:
        raise NotFound(said("There is no channel {channel_id}.", channel_id=channel_id))
    record(connection, actor, "channel_deleted", detail={"channel": channel_id})


def try_channel(connection: Connection, channel_id: int, *, actor: Actor) -> int:
    """Write a test notice to a channel, and its id; it is sent as any other. Raises NotFound."""
    language = connection.scalar(select(channel.c.language).where(channel.c.id == channel_id))
    if language is None:
        raise NotFound(said("There is no channel {channel_id}.", channel_id=channel_id))
    subject, body = TEST[language]
    values = {"event": "test", "channel_id": channel_id, "subject": subject, "body": body, "state": "waiting"}
    made: int = connection.execute(insert(notice).values(**values).returning(notice.c.id)).scalar_one()
    defer(connection, [made])
    record(connection, actor, "channel_tested", detail={"channel": channel_id})
    return made


def _faults_of(wanted: ChannelIn | ChannelChange) -> list[Fault]:
    faults = []
    if wanted.name is not None and not 1 <= len(wanted.name.strip()) <= 80:
        faults.append(Fault("name", "length", said("must be 1 to 80 characters")))
    if wanted.address is not None and not kind_of(wanted.address):
        faults.append(Fault("address", "not_an_address", said("is none that Apprise sends to")))
    if wanted.language is not None and wanted.language not in LANGUAGES:
        faults.append(Fault("language", "unknown_language", said("must be zh or en")))
    return faults


def _address(connection: Connection, address: str) -> dict[str, Any]:
    return {"kind": kind_of(address), **CHANNEL_ADDRESS.values(vault_of(connection), address.strip())}


def _behind(connection: Connection, wanted: ChannelIn) -> tuple[dict[str, Any], list[Fault]]:
    """The column that names who stands behind a channel, or what is wrong with the code."""
    tables = {"worker": worker, "group": online_group}
    table = tables.get(wanted.scope, area)
    query = select(table.c.id).where(table.c.code == wanted.whom)
    if table is not area and wanted.community:
        query = query.join(area, area.c.id == table.c.community_id).where(area.c.code == wanted.community)
    found = connection.scalars(query.limit(2)).all()
    if len(found) == 1:
        column = f"{wanted.scope}_id" if wanted.scope in tables else "area_id"
        return {column: found[0]}, []
    if found:
        return {}, [
            Fault("community", "ambiguous", said("several communities have {code!r}: name one", code=wanted.whom))
        ]
    return {}, [
        Fault(
            "whom",
            "unknown",
            said(
                "there is no {thing} {code!r}",
                thing=Term("thing", wanted.scope if wanted.scope in tables else "area"),
                code=wanted.whom,
            ),
        )
    ]


def named_groups(connection: Connection) -> list[tuple[str, str, str]]:
    """The online groups that a channel may be for: the codes of community and group, and the group's name."""
    query = select(area.c.code, online_group.c.code, online_group.c.name).join(
        area, area.c.id == online_group.c.community_id
    )
    return [(*row,) for row in connection.execute(query.order_by(area.c.code, online_group.c.code))]
