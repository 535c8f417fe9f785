"""What the ledger adds up to: how much was settled, at which level, how soon, and how much of it on time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from gis.issues.deadlines import OnTime
from gis.issues.filters import SETTLED, IssueFilter, conditions, kept, missed, overdue
from gis.storage.tables import LEVELS_SETTLED, OPEN, WAYS_SETTLED, issue


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the matters that pass a filter. `levels` and `ways` count the settled ones of which it was noted.

    Times are from the report until somebody first took the matter up, and until it was settled, the median of those
    of which it is known; None where there is none. What was withdrawn or merged is received, and
    neither open nor settled.
    """

    received: int
    open: int
    settled: int
    overdue: int
    on_time: OnTime
    first_answer: timedelta | None
    settlement: timedelta | None
    levels: Mapping[str, int]
    ways: Mapping[str, int]


def figures(connection: Connection, chosen: IssueFilter) -> Figures:
    """The figures of the issues that pass a filter, in one query. Raises InvalidInput as `conditions` does."""
    settled = issue.c.status.in_(SETTLED)
    levels = [func.count().filter(and_(settled, issue.c.settled_level == each)) for each in LEVELS_SETTLED]
    ways = [func.count().filter(and_(settled, issue.c.settled_way == each)) for each in WAYS_SETTLED]
    query = select(
        func.count(),
        func.count().filter(issue.c.status.in_(OPEN)),
        func.count().filter(settled),
        func.count().filter(overdue()),
        func.count().filter(kept()),
        func.count().filter(missed()),
        _median(issue.c.first_answered_at),
        _median(func.coalesce(issue.c.resolved_at, issue.c.closed_at), settled),
        *levels,
        *ways,
    ).where(*conditions(connection, chosen))
    received, open, done, late, on_time, not_on_time, first_answer, settlement, *counts = connection.execute(
        query
    ).one()
    return Figures(
        received=received,
        open=open,
        settled=done,
        overdue=late,
        on_time=OnTime(on_time, on_time + not_on_time),
        first_answer=first_answer,
        settlement=settlement,
        levels=dict(zip(LEVELS_SETTLED, counts, strict=False)),
        ways=dict(zip(WAYS_SETTLED, counts[len(LEVELS_SETTLED) :], strict=True)),
    )


def _median(until: ColumnElement[Any], only: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    median = func.percentile_cont(0.5).within_group(until - issue.c.reported_at)
    return median.filter(only) if only is not None else median
