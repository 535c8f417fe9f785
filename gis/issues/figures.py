"""What the ledger adds up to: how much was settled, at which level, how soon, and how much of it on time.

Matters belong to the period in which they were reported, and are counted as they stand now. Those of an earlier period
have had longer to be settled: of the shares of two periods, the later one can only still grow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, case, func, literal, select, tuple_

from gis.issues.deadlines import OnTime
from gis.issues.filters import SETTLED, SETTLED_AT, IssueFilter, conditions, kept, missed, overdue
from gis.storage.tables import LEVELS_SETTLED, OPEN, WAYS_SETTLED, issue


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the matters that pass a filter. `levels` and `ways` count the settled ones of which it was noted.

    Times are from the report until somebody first took the matter up, and until it was settled, the median of those
    of which it is known (`first_answers`, `settlements`); None where there is none. What was withdrawn or merged is
    received, and neither open nor settled.
    """

    received: int = 0
    open: int = 0
    settled: int = 0
    overdue: int = 0
    on_time: OnTime = field(default_factory=lambda: OnTime(0, 0))
    first_answer: timedelta | None = None
    first_answers: int = 0
    settlement: timedelta | None = None
    settlements: int = 0
    levels: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(LEVELS_SETTLED, 0))
    ways: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(WAYS_SETTLED, 0))


@dataclass(frozen=True, slots=True)
class Both:
    """The figures of a period and of the one before it."""

    now: Figures = field(default_factory=Figures)
    before: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True)
class Compared:
    """A period and the one before it: all, by grid (by id; None is no grid), and by line and topic ("" is none), of
    which no times, levels and ways are told."""

    all: Both
    by_grid: Mapping[int | None, Both]
    by_line: Mapping[str, Both]
    by_topic: Mapping[str, Both]


def figures(connection: Connection, chosen: IssueFilter) -> Figures:
    """The figures of the issues that pass a filter, in one query. Raises InvalidInput as `conditions` does."""
    matters = _matters(connection, chosen)
    return _read(connection.execute(select(*_counts(matters), *_details(matters))).one())


def compared_figures(connection: Connection, chosen: IssueFilter, *, since_before: datetime) -> Compared:
    """The figures of the filter's period, and of the one before, from `since_before` until the filter's `since`.

    In two queries: medians need their rows sorted, and the counts by line and topic would be sorted along with them.
    Raises InvalidInput as `conditions` does.
    """
    latest = literal(True) if chosen.since is None else issue.c.reported_at >= chosen.since
    matters = _matters(connection, replace(chosen, since=since_before), latest.label("latest"))
    of, counts = matters.c, _counts(matters)
    found: dict[tuple[str, Any], dict[bool, Figures]] = {}
    query = select(func.grouping(of.grid_id), of.grid_id, of.latest, *counts, *_details(matters))
    for over_all, grid_id, now, *sums in connection.execute(query.group_by(_sets(of.latest, None, of.grid_id))):
        found.setdefault(("all", None) if over_all else ("grid", grid_id), {})[now] = _read(sums)
    query = select(func.grouping(of.line), of.line, of.topic, of.latest, *counts)
    for by_topic, line, topic, now, *sums in connection.execute(query.group_by(_sets(of.latest, of.line, of.topic))):
        found.setdefault(("topic", topic or "") if by_topic else ("line", line or ""), {})[now] = _read(sums)
    both = {key: Both(two.get(True, Figures()), two.get(False, Figures())) for key, two in found.items()}
    return Compared(
        all=both.get(("all", None), Both()),
        by_grid={key: each for (kind, key), each in both.items() if kind == "grid"},
        by_line={key: each for (kind, key), each in both.items() if kind == "line"},
        by_topic={key: each for (kind, key), each in both.items() if kind == "topic"},
    )


def _sets(latest: ColumnElement[Any], *keys: ColumnElement[Any] | None) -> ColumnElement[Any]:
    return func.grouping_sets(*(tuple_(latest) if key is None else tuple_(latest, key) for key in keys))


def _matters(connection: Connection, chosen: IssueFilter, *more: ColumnElement[Any]) -> Subquery:
    settled = issue.c.status.in_(SETTLED)
    return (
        select(
            issue.c.line,
            issue.c.topic,
            issue.c.grid_id,
            issue.c.status.in_(OPEN).label("open"),
            settled.label("settled"),
            overdue().label("overdue"),
            kept().label("kept"),
            missed().label("missed"),
            func.date_part("epoch", issue.c.first_answered_at - issue.c.reported_at).label("first_answer"),
            case((settled, func.date_part("epoch", SETTLED_AT - issue.c.reported_at))).label("settlement"),
            case((settled, issue.c.settled_level)).label("level"),
            case((settled, issue.c.settled_way)).label("way"),
            *more,
        )
        .where(*conditions(connection, chosen))
        .subquery("matters")
    )


def _counts(matters: Subquery) -> list[ColumnElement[Any]]:
    of = matters.c
    counted = (of.open, of.settled, of.overdue, of.kept, of.missed)
    return [func.count(), *(func.count().filter(each) for each in counted)]


def _details(matters: Subquery) -> list[ColumnElement[Any]]:
    of = matters.c
    times = (
        (func.percentile_cont(0.5).within_group(seconds), func.count(seconds))
        for seconds in (of.first_answer, of.settlement)
    )
    noted = [of.level == each for each in LEVELS_SETTLED] + [of.way == each for each in WAYS_SETTLED]
    return [*(each for pair in times for each in pair), *(func.count().filter(each) for each in noted)]


def _read(sums: Sequence[Any]) -> Figures:
    received, open, settled, late, on_time, not_on_time, *details = sums
    found = Figures(received, open, settled, late, OnTime(on_time, on_time + not_on_time))
    if not details:
        return found
    first_answer, first_answers, settlement, settlements, *noted = details
    return replace(
        found,
        first_answer=None if first_answer is None else timedelta(seconds=first_answer),
        first_answers=first_answers,
        settlement=None if settlement is None else timedelta(seconds=settlement),
        settlements=settlements,
        levels=dict(zip(LEVELS_SETTLED, noted, strict=False)),
        ways=dict(zip(WAYS_SETTLED, noted[len(LEVELS_SETTLED) :], strict=True)),
    )
