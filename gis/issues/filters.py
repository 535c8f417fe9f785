"""What issues are narrowed by, and what that means in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, not_, or_, select

from gis.boundaries.areas import community_id
from gis.errors import Fault, InvalidInput, Term, said
from gis.issues.search import Search
from gis.security.reach import in_reach
from gis.storage.tables import LEVELS_SETTLED, OPEN, SRID, STATUSES, WAYS_SETTLED, grid, issue, online_group, worker

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


def kept() -> ColumnElement[bool]:
    """Matters that were closed and never late."""
    return and_(issue.c.status == "closed", not_(issue.c.was_late))


def missed() -> ColumnElement[bool]:
    """Matters that were closed late, or are overdue and open: with `kept`, all that the on-time rate is of."""
    return or_(and_(issue.c.status == "closed", issue.c.was_late), overdue())


def judged() -> ColumnElement[bool]:
    """Matters that the on-time rate is of: all that are closed, or overdue and open."""
    return or_(kept(), missed())


DUE = {"overdue": overdue, "soon": nearly_due, "paused": paused, "kept": kept, "missed": missed, "judged": judged}
"""What a filter may ask for of deadlines."""


def taken_up() -> ColumnElement[bool]:
    """Matters of which it is known when somebody first took them up."""
    return issue.c.first_answered_at.is_not(None)


SETTLED_AT: ColumnElement[datetime] = func.coalesce(issue.c.resolved_at, issue.c.closed_at)
"""When a settled matter was settled."""


def settled_when_known() -> ColumnElement[bool]:
    """Settled matters of which it is known when that was."""
    return and_(issue.c.status.in_(SETTLED), SETTLED_AT.is_not(None))


TIMED = {"first_answer": taken_up, "settlement": settled_when_known}
"""What a filter may ask for of times that are known: what the medians are of."""

NONE = "-"
"""Stands for no topic, line, grid, level or way, where blank means that nothing is asked."""

BBox = tuple[float, float, float, float]
"""West, south, east, north in EPSG:4326; both edges belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFilter:
    """What a reader has narrowed issues to; None means all.

    `community`, `grid`, `worker` and `group` are codes; `status` is one, or a name in `STATUS_GROUPS`. `NONE` asks for
    those without a `grid`, `line`, `topic` (so does ""), `level` or `way`. `since` is included and `until` is not.
    `located` tells issues that have a grid from those that have none; `doubtful`, those whose place is in doubt from
    those whose place is not; `needs_person`, those that are either without a grid or in doubt from the rest;
    `with_point`, those that can be drawn on a map from those that cannot. `due` is a name in `DUE`, `timed` one in
    `TIMED`, `level` and `way` say where and how a matter was settled. `search` is what somebody typed; `ids` keeps
    these alone. `or_no_community` adds those that belong to no community to those of the one asked for.
    """

    community: str | None = None
    bbox: BBox | None = None
    grid: str | None = None
    line: str | None = None
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
    level: str | None = None
    way: str | None = None
    timed: str | None = None
    search: Search | None = None
    ids: tuple[int, ...] | None = None
    or_no_community: bool = False


def conditions(connection: Connection, chosen: IssueFilter) -> list[ColumnElement[bool]]:
    """A filter as SQL, on the columns of `issue`, with what the actor may see.

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
        if code == NONE and name == "grid":
            found.append(column.is_(None))
        elif code is not None:
            ids = ids_of(connection, table, code, community)
            if not ids:
                faults.append(
                    Fault(
                        name,
                        f"unknown_{name}",
                        said("there is no {thing} {code!r}", thing=Term("thing", name), code=code),
                    )
                )
            found.append(column == ids[0] if len(ids) == 1 else column.in_(ids))
    if chosen.status is not None:
        statuses = STATUS_GROUPS.get(chosen.status, (chosen.status,))
        if not set(statuses) <= set(STATUSES):
            known = [Term("status", each) for each in (*STATUSES, *STATUS_GROUPS)]
            faults.append(Fault("status", "unknown_status", said("must be one of {list}", list=known)))
        # Written out, so that the index over what waits for a person serves.
        found.append(issue.c.status.in_(bindparam(None, statuses, expanding=True, literal_execute=True)))
    if chosen.due is not None:
        if chosen.due not in DUE:
            faults.append(
                Fault("due", "unknown_due", said("must be one of {list}", list=[Term("due", each) for each in DUE]))
            )
        else:
            found.append(DUE[chosen.due]())
    for name, value, column, choices in (
        ("level", chosen.level, issue.c.settled_level, LEVELS_SETTLED),
        ("way", chosen.way, issue.c.settled_way, WAYS_SETTLED),
    ):
        if value is not None:
            if value not in (*choices, NONE):
                known = [Term(name, each) for each in choices]
                faults.append(Fault(name, f"unknown_{name}", said("must be one of {list}", list=known)))
            found.append(_is(column, value))
    if chosen.timed is not None:
        if chosen.timed not in TIMED:
            known = [Term("timed", each) for each in TIMED]
            faults.append(Fault("timed", "unknown_timed", said("must be one of {list}", list=known)))
        else:
            found.append(TIMED[chosen.timed]())
    if faults:
        raise InvalidInput(faults)
    found += in_reach(connection)
    if chosen.ids is not None:
        found.append(issue.c.id == func.any(list(chosen.ids)))
    if chosen.search is not None:
        found += chosen.search.conditions()
    if chosen.bbox is not None:
        box = func.ST_MakeEnvelope(*chosen.bbox, SRID)
        # The operator for the index, which policies let through before themselves; the function for the exact edge.
        found += [issue.c.geom.bool_op("&&")(box), func.ST_Intersects(issue.c.geom, box)]
    if chosen.line is not None:
        found.append(_is(issue.c.line, chosen.line))
    if chosen.topic is not None:
        found.append(_is(issue.c.topic, chosen.topic))
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


def _is(column: ColumnElement[str | None], value: str) -> ColumnElement[bool]:
    return column == value if value not in ("", NONE) else column.is_(None)


def ids_of(connection: Connection, table: Table, code: str, community: int | None) -> Sequence[int]:
    query = select(table.c.id).where(table.c.code == code)
    if community is not None:
        query = query.where(table.c.community_id == community)
    return connection.scalars(query).all()
