"""The sheets that a filter asks for: those kept ready with what has changed since, or one made of the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, text

from gis.boundaries.areas import DEFAULT_TIME_ZONE, community_id, time_zone
from gis.density.memory import HeldSheets
from gis.density.sheets import EVERYTHING, TRAITS, Asked, Name, Sheet, sheet_of, unpacked
from gis.issues.filters import NONE, STATUS_GROUPS, IssueFilter, conditions, ids_of
from gis.storage.tables import area, grid, issue, online_group

EPOCH = date(1970, 1, 1)
_SEEN_WHOLE = text("SELECT CAST(:community AS bigint) = ANY (scope_communities())")
_READY = text(
    f"""
    SELECT month, digest, CASE WHEN digest = ANY (CAST(:held AS bytea[])) THEN NULL ELSE names END,
           CASE WHEN digest = ANY (CAST(:held AS bytea[])) THEN NULL ELSE columns END
    FROM density_sheet
    WHERE community_id = :community AND month BETWEEN :first AND :last
    UNION ALL
    SELECT NULL, NULL, jsonb_build_array({", ".join(TRAITS)}),
           string_agg(int4send(x) || int4send(y) || int4send(day - DATE '1970-01-01') || int4send(amount), '')
    FROM density_change
    WHERE community_id = :community
    GROUP BY {", ".join(TRAITS)}
    """  # noqa: S608 (names of columns, all ours)
)
_CARRIED = {"community", "grid", "group", "topic", "status", "hazard", "since", "until", "source", "level", "way"}
"""The fields of a filter that the sheets can answer."""

_held = HeldSheets()


def sheets(connection: Connection, chosen: IssueFilter) -> tuple[list[Sheet], Asked]:
    """The sheets that hold all matters that pass a filter, and what of them does.

    They are of this moment: a matter counts as soon as its transaction has ended, or in one's own at once.
    Raises InvalidInput as `gis.issues.filters.conditions` does.
    """
    rows = conditions(connection, chosen)
    community = community_id(connection, chosen.community)
    days = _days(chosen, time_zone(connection, chosen.community))
    if community is None or days is None or not _is_carried(chosen):
        return [_of_rows(connection, rows)], EVERYTHING
    if not connection.scalar(_SEEN_WHOLE, {"community": community}):
        return [_of_rows(connection, rows)], EVERYTHING
    first, last = days
    asked = Asked(_traits(connection, chosen, community), _number(first), _number(last))
    return _ready(connection, community, first, last), asked


def _ready(connection: Connection, community: int, first: date | None, last: date | None) -> list[Sheet]:
    held = _held.of(community)
    given = {
        "community": community,
        "held": list(held),
        "first": (first or date.min).replace(day=1),
        "last": last or date.max,
    }
    found, changes = [], []
    for month, digest, names, columns in connection.execute(_READY, given):
        if month is None:
            changes.append((names, columns))
            continue
        sheet = held.get(digest) or unpacked(names, columns)
        _held.keep(community, month, digest, sheet)
        found.append(sheet)
    return [*found, sheet_of(changes)] if changes else found


def _of_rows(connection: Connection, rows: Sequence[ColumnElement[bool]]) -> Sheet:
    zone = func.coalesce(area.c.time_zone, DEFAULT_TIME_ZONE)
    day = func.date(func.timezone(zone, issue.c.reported_at)) - literal_column("DATE '1970-01-01'")
    columns = (
        issue.c.topic,
        issue.c.source,
        issue.c.status,
        issue.c.hazard,
        issue.c.settled_level,
        issue.c.settled_way,
        issue.c.grid_id,
        issue.c.group_id,
    )
    numbers = (
        func.int4send(func.density_x(issue.c.geom))
        .concat(func.int4send(func.density_y(issue.c.geom)))
        .concat(func.int4send(day))
        .concat(func.int4send(1))
    )
    query = (
        select(func.jsonb_build_array(*columns), func.string_agg(numbers, b""))
        .select_from(issue.outerjoin(area, area.c.id == issue.c.community_id))
        .where(*rows)
        .group_by(*columns)
    )
    return sheet_of((traits, numbers) for traits, numbers in connection.execute(query))


def _is_carried(chosen: IssueFilter) -> bool:
    """Whether nothing else is asked for."""
    everything = IssueFilter()
    return all(
        getattr(chosen, name) == getattr(everything, name) for name in everything.__slots__ if name not in _CARRIED
    )


def _traits(connection: Connection, chosen: IssueFilter, community: int) -> dict[str, frozenset[Name]]:
    found: dict[str, frozenset[Name]] = {}
    if chosen.status is not None:
        found["status"] = frozenset(STATUS_GROUPS.get(chosen.status, (chosen.status,)))
    for name in ("topic", "source", "hazard", "level", "way"):
        value = getattr(chosen, name)
        if value is not None:
            found[name] = frozenset({None if value in ("", NONE) else value})
    for trait, table, code in (("grid_id", grid, chosen.grid), ("group_id", online_group, chosen.group)):
        if code == NONE and trait == "grid_id":
            found[trait] = frozenset({None})
        elif code is not None:
            found[trait] = frozenset(ids_of(connection, table, code, community))
    return found


def _days(chosen: IssueFilter, zone: str) -> tuple[date | None, date | None] | None:
    """The first and the last day; None where a time is asked for that is not a day's first."""
    there = [moment and moment.astimezone(ZoneInfo(zone)) for moment in (chosen.since, chosen.until)]
    if any(moment and moment.time() != time() for moment in there):
        return None
    since, until = there
    return since and since.date(), until and until.date() - timedelta(days=1)


def _number(day: date | None) -> int | None:
    return (day - EPOCH).days if day else None
