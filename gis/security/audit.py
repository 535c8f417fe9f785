"""Who looked at whom, and who changed what protects people: an append-only log.

Entries are added in the transaction of what they tell of. The application's role may add and read them, and has no
right to change or remove one. What the database's owner could still do, the chain shows: each entry holds a hash of
itself and of all before it. The chain proves that no entry was changed, put in or taken out behind a value of it that
somebody has written down elsewhere (every printed answer carries the latest). It does not prove that a thing was
entered at all, nor stops an owner from writing the whole chain anew: against that only the copies elsewhere help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, text

from gis.actor import Actor
from gis.security.masking import masked_words
from gis.security.numbers import normal_phone
from gis.security.sealed import REPORTER_PHONE, RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import audit_log, resident, vehicle


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what an entry is about: `kind` resident, household, vehicle, issue, account…, and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log; `chain` as hexadecimal digits."""

    id: int
    at: datetime
    actor: str
    account_id: int | None
    action: str
    subject: Subject | None
    issue_id: int | None
    purpose: str | None
    detail: dict[str, Any]
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What to look for; None means all. `since` is included, `until` is not.

    `person` are the subjects under which somebody's data may have been seen, any of which counts; so does any of
    `phones`, what stands in the log for a telephone number, and with either every export in clear.
    """

    actor: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    issue_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    person: tuple[Subject, ...] = ()
    phones: tuple[str, ...] = ()


def record(
    connection: Connection,
    actor: Actor,
    action: str,
    *,
    subject: Subject | None = None,
    issue_id: int | None = None,
    purpose: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry; its time is now. `detail` holds nothing in clear that is masked elsewhere: of telephone numbers
    their keyed hashes, as `phones`. Numbers in `purpose` are masked.

    Entries are added one after another: do it last in a transaction that does more.
    """
    connection.execute(
        insert(audit_log)
        .inline()
        .values(
            actor=actor.name,
            account_id=actor.account_id,
            action=action,
            subject_kind=subject.kind if subject else None,
            subject_id=subject.id if subject else None,
            issue_id=issue_id,
            purpose=None if purpose is None else masked_words(purpose),
            detail=dict(detail or {}),
        )
    )


def entries(connection: Connection, chosen: AuditFilter, *, limit: int, before: int | None = None) -> list[Entry]:
    """The entries that pass a filter, latest first, at most `limit`, older than the one with the id `before`."""
    query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
    for column, value in (
        (audit_log.c.actor, chosen.actor),
        (audit_log.c.action, chosen.action),
        (audit_log.c.subject_kind, chosen.subject_kind),
        (audit_log.c.subject_id, chosen.subject_id),
        (audit_log.c.issue_id, chosen.issue_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if chosen.since is not None:
        query = query.where(audit_log.c.at >= chosen.since)
    if chosen.until is not None:
        query = query.where(audit_log.c.at < chosen.until)
    if before is not None:
        query = query.where(audit_log.c.id < before)
    if chosen.person or chosen.phones:
        about: list[ColumnElement[bool]] = [
            (audit_log.c.subject_kind == each.kind) & (audit_log.c.subject_id == each.id) for each in chosen.person
        ]
        about += [audit_log.c.detail.contains({"phones": [each]}) for each in chosen.phones]
        about.append(audit_log.c.detail.contains({"in_clear": True}))
        query = query.where(or_(*about))
    return [
        Entry(
            id=row.id,
            at=row.at,
            actor=row.actor,
            account_id=row.account_id,
            action=row.action,
            subject=Subject(row.subject_kind, row.subject_id) if row.subject_kind else None,
            issue_id=row.issue_id,
            purpose=row.purpose,
            detail=row.detail,
            chain=row.chain.hex(),
        )
        for row in connection.execute(query)
    ]


def phone_marks(connection: Connection, phone: str) -> tuple[str, ...]:
    """What stands in the log for a telephone number, a resident's or a reporter's, under each key there is."""
    vault, number = vault_of(connection), normal_phone(phone)
    columns = (RESIDENT_PHONE, REPORTER_PHONE) if number else ()
    return tuple(digest.hex() for column in columns for digest in vault.digests(number, of=column.of))


def marks_of(connection: Connection, resident_id: int) -> tuple[str, ...]:
    """What stands in the log for a resident's telephone number; nothing for one without, or who is gone."""
    query = select(RESIDENT_PHONE.sealed).where(resident.c.id == resident_id)
    phone = RESIDENT_PHONE.open(vault_of(connection), connection.scalar(query))
    return phone_marks(connection, phone) if phone else ()


def subjects_of(connection: Connection, resident_id: int) -> tuple[Subject, ...]:
    """Under what a resident's data may have been seen: the person, the household, its cars.

    A number that is nobody's (any more) stands for itself: what was seen of it is still in the log.
    """
    own = Subject("resident", resident_id)
    home = connection.scalar(select(resident.c.household_id).where(resident.c.id == resident_id))
    if home is None:
        return (own,)
    cars = connection.scalars(select(vehicle.c.id).where(vehicle.c.household_id == home))
    return (own, Subject("household", home), *(Subject("vehicle", each) for each in cars))


def breaks(connection: Connection) -> list[int]:
    """The ids of entries that do not follow from the ones before them; empty for a log that is whole."""
    return list(connection.scalars(text("SELECT id FROM audit_breaks()")))
