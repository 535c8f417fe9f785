"""Issues, as lists show them: narrowed by a filter, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from gis.issues.filters import IssueFilter, conditions
from gis.storage.reading import geojson
from gis.storage.tables import area, building, grid, issue, online_group, worker


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue in a list: nothing of its reporter. `geometry` is its point as GeoJSON text, if it has one."""

    id: int
    external_id: str | None
    text: str
    source: str
    reported_at: datetime
    closed_at: datetime | None
    status: str
    line: str | None
    topic: str | None
    hazard: bool
    address: str | None
    community: str | None
    grid_code: str | None
    grid_name: str | None
    worker_id: str | None
    worker_name: str | None
    building_id: str | None
    building_name: str | None
    group: str | None
    group_name: str | None
    location_method: str
    accuracy_m: float | None
    confidence: float | None
    doubt: str | None
    urgency: str
    due_at: datetime | None
    paused_at: datetime | None
    was_late: bool
    answer: str | None
    settled_level: str | None
    settled_way: str | None
    resolved_at: datetime | None
    version: int
    geometry: str | None


Place = tuple[datetime, int]
"""Where a page ends: the time and id of its last issue."""


def issues(
    connection: Connection,
    chosen: IssueFilter,
    *,
    limit: int,
    after: Place | None = None,
    oldest_first: bool = False,
) -> tuple[list[Issue], Place | None]:
    """One page of issues, latest or oldest first, and the place where the next one begins (None: it is the last).

    Pages are found by key, not by counting: a deep page costs what the first one does, and issues that
    arrive meanwhile neither repeat nor hide others. Raises InvalidInput as `conditions` does.
    """
    key = tuple_(issue.c.reported_at, issue.c.id)
    order = [issue.c.reported_at, issue.c.id] if oldest_first else [issue.c.reported_at.desc(), issue.c.id.desc()]
    page = select(issue.c.id, issue.c.reported_at).where(*conditions(connection, chosen))
    if after is not None:
        page = page.where(key > tuple_(*after) if oldest_first else key < tuple_(*after))
    keys = connection.execute(page.order_by(*order).limit(limit + 1)).all()
    shown = keys[:limit]
    ids = [each.id for each in shown]
    return issues_of(connection, ids), (shown[-1].reported_at, shown[-1].id) if len(keys) > limit else None


def issues_of(connection: Connection, ids: Sequence[int]) -> list[Issue]:
    """The issues with these ids, in the order of the ids."""
    query = select(*COLUMNS).select_from(JOINED).where(issue.c.id == func.any(list(ids)))
    found = {row.id: Issue(*row) for row in connection.execute(query)} if ids else {}
    return [found[id] for id in ids if id in found]


def receipts(connection: Connection, issue_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The receipts of issues, by their ids."""
    query = select(issue.c.id, issue.c.receipt).where(issue.c.id == func.any(list(issue_ids)))
    return {row.id: row.receipt for row in connection.execute(query)} if issue_ids else {}


COLUMNS: tuple[ColumnElement[Any], ...] = (
    issue.c.id,
    issue.c.external_id,
    issue.c.text,
    issue.c.source,
    issue.c.reported_at,
    issue.c.closed_at,
    issue.c.status,
    issue.c.line,
    issue.c.topic,
    issue.c.hazard,
    issue.c.address,
    area.c.code.label("community"),
    grid.c.code.label("grid_code"),
    grid.c.name.label("grid_name"),
    worker.c.code.label("worker_id"),
    worker.c.name.label("worker_name"),
    building.c.code.label("building_id"),
    building.c.name.label("building_name"),
    online_group.c.code.label("group"),
    online_group.c.name.label("group_name"),
    issue.c.location_method,
    issue.c.accuracy_m,
    issue.c.confidence,
    issue.c.doubt,
    issue.c.urgency,
    issue.c.due_at,
    issue.c.paused_at,
    issue.c.was_late,
    issue.c.answer,
    issue.c.settled_level,
    issue.c.settled_way,
    issue.c.resolved_at,
    issue.c.version,
    geojson(issue.c.geom).label("geometry"),
)
JOINED = (
    issue.outerjoin(area, area.c.id == issue.c.community_id)
    .outerjoin(grid, grid.c.id == issue.c.grid_id)
    .outerjoin(worker, worker.c.id == issue.c.worker_id)
    .outerjoin(building, building.c.id == issue.c.building_id)
    .outerjoin(online_group, online_group.c.id == issue.c.group_id)
)
