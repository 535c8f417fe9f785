"""Issues, as readers see them: narrowed by a filter, page by page, and one in full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, select, tuple_

from gis.boundaries.areas import community_id
from gis.errors import Fault, InvalidInput, NotFound
from gis.security.masking import masked_name, masked_phone
from gis.security.sealed import REPORTER_PHONE
from gis.security.vault import vault_of
from gis.storage.reading import geojson
from gis.storage.tables import (
    LARGEST_ID,
    OPEN,
    SRID,
    STATUSES,
    area,
    building,
    grid,
    issue,
    issue_event,
    online_group,
    post,
    worker,
)

SETTLED = ("resolved", "closed")
STATUS_GROUPS = {"open": OPEN, "settled": SETTLED}
"""What a filter may ask for beside a single status."""

SOON = timedelta(hours=4)
"""A deadline this close is nearly due."""


def overdue() -> ColumnElement[bool]:
    """Matters whose stage should have ended."""
    return and_(issue.c.status.in_(OPEN), issue.c.due_at < func.now(), issue.c.paused_at.is_(None))


def nearly_due() -> ColumnElement[bool]:
    """Matters whose stage should end within `SOON`."""
    ends_soon = issue.c.due_at.between(func.now(), func.now() + SOON)
    return and_(issue.c.status.in_(OPEN), ends_soon, issue.c.paused_at.is_(None))


def paused() -> ColumnElement[bool]:
    """Matters whose deadline stands still."""
    return and_(issue.c.status.in_(OPEN), issue.c.paused_at.is_not(None))


DUE = {"overdue": overdue, "soon": nearly_due, "paused": paused}
"""What a filter may ask for of deadlines."""

BBox = tuple[float, float, float, float]
"""West, south, east, north in EPSG:4326; both edges belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFilter:
    """What a reader has narrowed issues to; None means all.

    `community`, `grid`, `worker` and `group` are codes; `status` is one, or a name in `STATUS_GROUPS`. `topic` ""
    asks for those whose topic is not known. `since` is included and `until` is not. `located` tells
    issues that have a grid from those that have none; `doubtful`, those whose place is in doubt from those
    whose place is not; `needs_person`, those that are either without a grid or in doubt from the rest;
    `with_point`, those that can be drawn on a map from those that cannot. `due` is a name
    in `DUE`. `or_no_community` adds those that
    belong to no community to those of the one asked for.
    """

    community: str | None = None
    bbox: BBox | None = None
    grid: str | None = None
    topic: str | None = None
    status: str | None = None
    hazard: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    worker: str | None = None
    group: str | None = None
    source: str | None = None
    located: bool | None = None
    doubtful: bool | None = None
    needs_person: bool | None = None
    with_point: bool | None = None
    due: str | None = None
    or_no_community: bool = False


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
    geometry: str | None


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
    version: int
    entered_by: int | None
    answer: str | None
    settled_level: str | None
    settled_way: str | None
    resolved_at: datetime | None
    confirmation: str | None
    merged_into: int | None
    topic_by: str | None
    topic_confidence: float | None
    events: tuple[Event, ...]


Place = tuple[datetime, int]
"""Where a page ends: the time and id of its last issue."""


def conditions(connection: Connection, chosen: IssueFilter) -> list[ColumnElement[bool]]:
    """A filter as SQL, on the columns of `issue`.

    Codes are looked up first, so that the query itself compares ids and its indexes serve. Raises
    InvalidInput, with every fault, for a community, grid, worker, group or status that does not exist.
    """
    faults: list[Fault] = []
    found: list[ColumnElement[bool]] = []
    community = None
    try:
        community = community_id(connection, chosen.community)
    except InvalidInput as error:
        faults.extend(error.faults)
    if community is not None:
        own = issue.c.community_id == community
        found.append(own | issue.c.community_id.is_(None) if chosen.or_no_community else own)
    for name, code, table, column in (
        ("grid", chosen.grid, grid, issue.c.grid_id),
        ("worker", chosen.worker, worker, issue.c.worker_id),
        ("group", chosen.group, online_group, issue.c.group_id),
    ):
        if code is not None:
            ids = _ids(connection, table, code, community)
            if not ids:
                faults.append(Fault(name, f"unknown_{name}", f"there is no {name} {code!r}"))
            found.append(column == ids[0] if len(ids) == 1 else column.in_(ids))
    if chosen.status is not None:
        statuses = STATUS_GROUPS.get(chosen.status, (chosen.status,))
        if not set(statuses) <= set(STATUSES):
            known = ", ".join((*STATUSES, *STATUS_GROUPS))
            faults.append(Fault("status", "unknown_status", f"must be one of {known}"))
        # Written out, so that the index over what waits for a person serves.
        found.append(issue.c.status.in_(bindparam(None, statuses, expanding=True, literal_execute=True)))
    if chosen.due is not None:
        if chosen.due not in DUE:
            faults.append(Fault("due", "unknown_due", f"must be one of {', '.join(DUE)}"))
        else:
            found.append(DUE[chosen.due]())
    if faults:
        raise InvalidInput(faults)
    if chosen.bbox is not None:
        box = func.ST_MakeEnvelope(*chosen.bbox, SRID)
        # The operator for the index, which policies let through before themselves; the function for the exact edge.
        found += [issue.c.geom.bool_op("&&")(box), func.ST_Intersects(issue.c.geom, box)]
    if chosen.topic is not None:
        found.append(issue.c.topic == chosen.topic if chosen.topic else issue.c.topic.is_(None))
    if chosen.hazard is not None:
        found.append(issue.c.hazard == chosen.hazard)
    if chosen.since is not None:
        found.append(issue.c.reported_at >= chosen.since)
    if chosen.until is not None:
        found.append(issue.c.reported_at < chosen.until)
    if chosen.source is not None:
        found.append(issue.c.source == chosen.source)
    if chosen.located is not None:
        found.append(issue.c.grid_id.is_not(None) if chosen.located else issue.c.grid_id.is_(None))
    if chosen.doubtful is not None:
        found.append(issue.c.doubt.is_not(None) if chosen.doubtful else issue.c.doubt.is_(None))
    if chosen.needs_person is not None:
        needs = issue.c.grid_id.is_(None) | issue.c.doubt.is_not(None)
        found.append(needs if chosen.needs_person else ~needs)
    if chosen.with_point is not None:
        found.append(issue.c.geom.is_not(None) if chosen.with_point else issue.c.geom.is_(None))
    return found


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
    query = select(*_COLUMNS).select_from(_JOINED).where(issue.c.id == func.any(list(ids)))
    found = {row.id: Issue(*row) for row in connection.execute(query)} if ids else {}
    return [found[id] for id in ids if id in found]


def issue_in_full(connection: Connection, issue_id: int) -> IssueInFull:
    """One issue, with its receipt and everything that happened to it. Raises NotFound."""
    found = issues_in_full(connection, [issue_id] if 0 < issue_id <= LARGEST_ID else [])
    if not found:
        raise NotFound(f"There is no issue {issue_id}.")
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
            issue.c.version,
            issue.c.account_id,
            issue.c.answer,
            issue.c.settled_level,
            issue.c.settled_way,
            issue.c.resolved_at,
            issue.c.confirmation,
            issue.c.merged_into,
            issue.c.topic_by,
            issue.c.topic_confidence,
            *_COLUMNS,
        )
        .select_from(_JOINED.outerjoin(post, post.c.id == issue.c.post_id))
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
        known = len(row) - len(_COLUMNS)
        listed = Issue(*row[known:])
        lon, lat, role, name, phone, *more = row[:known]
        masked = masked_name(name), masked_phone(REPORTER_PHONE.open(vault, phone))
        rest: tuple[Any, ...] = (lon, lat, role, *masked, *more, tuple(events[listed.id]))
        found[listed.id] = IssueInFull(listed, *rest)
    return found


def receipts(connection: Connection, issue_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The receipts of issues, by their ids."""
    query = select(issue.c.id, issue.c.receipt).where(issue.c.id == func.any(list(issue_ids)))
    return {row.id: row.receipt for row in connection.execute(query)} if issue_ids else {}


_COLUMNS: tuple[ColumnElement[Any], ...] = (
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
    geojson(issue.c.geom).label("geometry"),
)
_JOINED = (
    issue.outerjoin(area, area.c.id == issue.c.community_id)
    .outerjoin(grid, grid.c.id == issue.c.grid_id)
    .outerjoin(worker, worker.c.id == issue.c.worker_id)
    .outerjoin(building, building.c.id == issue.c.building_id)
    .outerjoin(online_group, online_group.c.id == issue.c.group_id)
)


def _ids(connection: Connection, table: Table, code: str, community: int | None) -> Sequence[int]:
    query = select(table.c.id).where(table.c.code == code)
    if community is not None:
        query = query.where(table.c.community_id == community)
    return connection.scalars(query).all()
