"""One issue in full: its receipt, and everything that happened to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from gis.errors import NotFound, said
from gis.issues.query import COLUMNS, JOINED, Issue
from gis.security.masking import masked_name, masked_phone
from gis.security.sealed import REPORTER_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import LARGEST_ID, issue, issue_event, post


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an issue."""

    at: datetime
    actor: str
    kind: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class IssueInFull:
    """One issue with all that is known of it; its reporter is masked."""

    issue: Issue
    lon: float | None
    lat: float | None
    worker_role: str | None
    reporter_name: str | None
    reporter_phone: str | None
    receipt: dict[str, Any]
    entered_by: int | None
    confirmation: str | None
    merged_into: int | None
    topic_by: str | None
    topic_confidence: float | None
    events: tuple[Event, ...]


def issue_in_full(connection: Connection, issue_id: int) -> IssueInFull:
    """One issue, with its receipt and everything that happened to it. Raises NotFound."""
    found = issues_in_full(connection, [issue_id] if 0 < issue_id <= LARGEST_ID else [])
    if not found:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    return found[issue_id]


def issues_in_full(connection: Connection, issue_ids: Collection[int]) -> dict[int, IssueInFull]:
    """Issues as `issue_in_full` has them, by their ids; those that there are."""
    if not issue_ids:
        return {}
    ids = list(issue_ids)
    query = (
        select(
            func.ST_X(issue.c.geom),
            func.ST_Y(issue.c.geom),
            post.c.role,
            issue.c.reporter_name,
            issue.c.reporter_phone_sealed,
            issue.c.receipt,
            issue.c.account_id,
            issue.c.confirmation,
            issue.c.merged_into,
            issue.c.topic_by,
            issue.c.topic_confidence,
            *COLUMNS,
        )
        .select_from(JOINED.outerjoin(post, post.c.id == issue.c.post_id))
        .where(issue.c.id == func.any(ids))
    )
    rows = connection.execute(query).all()
    happened = (
        select(issue_event.c.issue_id, issue_event.c.at, issue_event.c.actor, issue_event.c.kind, issue_event.c.detail)
        .where(issue_event.c.issue_id == func.any(ids))
        .order_by(issue_event.c.id)
    )
    events: dict[int, list[Event]] = defaultdict(list)
    for issue_id, *event in connection.execute(happened):
        events[issue_id].append(Event(*event))
    vault = vault_of(connection)
    found = {}
    for row in rows:
        known = len(row) - len(COLUMNS)
        listed = Issue(*row[known:])
        lon, lat, role, name, phone, *more = row[:known]
        masked = masked_name(name), masked_phone(REPORTER_PHONE.open(vault, phone))
        rest: tuple[Any, ...] = (lon, lat, role, *masked, *more, tuple(events[listed.id]))
        found[listed.id] = IssueInFull(listed, *rest)
    return found
