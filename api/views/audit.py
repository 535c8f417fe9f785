"""What somebody looks for in the audit log, and what `/admin/audit` shows of it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from api.moments import begin_of, end_of
from api.schemas.audit import AuditPageQuery, AuditQuery
from gis.boundaries.areas import time_zone
from gis.security.audit import AuditFilter, Entry, breaks, entries, marks_of, phone_marks, subjects_of
from maps.pages.audit import AuditEntry, AuditView

A_PAGE = 100


def audit_filter(connection: Connection, asked: AuditQuery) -> AuditFilter:
    """What a query asks for; days are those of the first community's clock."""
    zone = time_zone(connection)
    person = int(asked.resident_id) if asked.resident_id else None
    phones = phone_marks(connection, asked.phone) if asked.phone else ()
    return AuditFilter(
        actor=asked.actor,
        action=asked.action,
        subject_kind=asked.subject_kind,
        subject_id=int(asked.subject_id) if asked.subject_id else None,
        issue_id=int(asked.issue_id) if asked.issue_id else None,
        since=begin_of(asked.since, zone) if asked.since else None,
        until=end_of(asked.until, zone) if asked.until else None,
        person=() if person is None else subjects_of(connection, person),
        phones=phones if person is None else (*phones, *marks_of(connection, person)),
    )


def audit_view(connection: Connection, asked: AuditPageQuery) -> AuditView:
    """One page of the log, latest first. Whether it is whole is looked at on the first page."""
    chosen = audit_filter(connection, asked)
    before = int(asked.before) if asked.before else None
    found = entries(connection, chosen, limit=A_PAGE + 1, before=before)
    shown = found[:A_PAGE]
    return AuditView(
        entries=tuple(map(_entry, shown)),
        at=datetime.now(UTC),
        person=asked.resident_id or "",
        phone=asked.phone or "",
        actor=asked.actor or "",
        since=asked.since,
        until=asked.until,
        older=shown[-1].id if len(found) > A_PAGE else None,
        breaks=tuple(breaks(connection)) if before is None else (),
        chain=shown[0].chain if shown else "",
    )


def _entry(entry: Entry) -> AuditEntry:
    return AuditEntry(
        id=str(entry.id),
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        kind=entry.subject.kind if entry.subject else "",
        subject=str(entry.subject.id) if entry.subject else "",
        issue=str(entry.issue_id or ""),
        purpose=entry.purpose or "",
        until=datetime.fromisoformat(entry.detail["until"]) if "until" in entry.detail else None,
    )
