"""One issue in full: its receipt, and everything that happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from gis.errors import NotFound
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
    events: tuple[Event, ...]


def issue_in_full(connection: Connection, issue_id: int) -> IssueInFull:
    """One issue, with its receipt and everything that happened to it. Raises NotFound."""
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
            *COLUMNS,
        )
        .select_from(JOINED.outerjoin(post, post.c.id == issue.c.post_id))
        .where(issue.c.id == issue_id)
    )
    found = connection.execute(query).first() if 0 < issue_id <= LARGEST_ID else None
    if found is None:
        raise NotFound(f"There is no issue {issue_id}.")
    events = (
        select(issue_event.c.at, issue_event.c.actor, issue_event.c.kind, issue_event.c.detail)
        .where(issue_event.c.issue_id == issue_id)
        .order_by(issue_event.c.id)
    )
    known = len(found) - len(COLUMNS)
    lon, lat, role, name, phone, *more = found[:known]
    masked = masked_name(name), masked_phone(REPORTER_PHONE.open(vault_of(connection), phone))
    history = tuple(Event(*row) for row in connection.execute(events))
    rest: tuple[Any, ...] = (lon, lat, role, *masked, *more, history)
    return IssueInFull(Issue(*found[known:]), *rest)
