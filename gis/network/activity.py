"""What comes out of the online groups: matters a week, how they were placed and settled, how soon they were answered.

Every matter that came from a group counts, also one that was withdrawn or merged with another since: each is a sign
that somebody wrote. What is not on record (how a matter was settled, when it was first answered) is left out of a
share, and the share tells of how many it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, cast, func, select

from gis.network.reach import WEEKS, NetworkFilter
from gis.storage.tables import issue, online_group

_WEEK_S = 7 * 24 * 3600
_SETTLED = ("resolved", "closed")
_PLACED_BY_MESSAGE = ("building", "coordinate", "address")


@dataclass(frozen=True, slots=True)
class Activity:
    """A group's matters in `WEEKS` weeks; `last_at` is when the latest of all time was reported.

    `weeks` are matters a week, oldest first. Of the `matters`, `by_message` were placed by what they say, `by_group`
    by the group alone, `by_hand` by a person, and `unplaced` have no grid. `settled_in_group` counts those of
    `way_known` settled matters whose way was the group; `median_answer_s` is the median time, in seconds, from report
    to first answer of the `answered` ones.
    """

    weeks: tuple[int, ...] = (0,) * WEEKS
    last_at: datetime | None = None
    matters: int = 0
    by_message: int = 0
    by_group: int = 0
    by_hand: int = 0
    unplaced: int = 0
    settled: int = 0
    way_known: int = 0
    settled_in_group: int = 0
    answered: int = 0
    median_answer_s: float | None = None


def activities(connection: Connection, group_ids: Sequence[int], chosen: NetworkFilter) -> dict[int, Activity]:
    """The activity of each of these groups, by id: two grouped queries over the window, and one look at each index."""
    ids = list(group_ids)
    mine = (
        issue.c.group_id == func.any(ids),
        issue.c.reported_at > chosen.active_since,
        issue.c.reported_at <= chosen.until,
    )
    ago = cast(func.floor(func.extract("epoch", chosen.until - issue.c.reported_at) / _WEEK_S), Integer)
    weeks: dict[int, list[int]] = defaultdict(lambda: [0] * WEEKS)
    by_week = select(issue.c.group_id, ago, func.count()).where(*mine).group_by(issue.c.group_id, ago)
    for group_id, back, count in connection.execute(by_week):
        weeks[group_id][WEEKS - 1 - back] = count
    latest = (
        select(func.max(issue.c.reported_at))
        .where(issue.c.group_id == online_group.c.id, issue.c.reported_at <= chosen.until)
        .scalar_subquery()
    )
    last: dict[int, datetime | None] = dict(
        connection.execute(select(online_group.c.id, latest).where(online_group.c.id == func.any(ids))).all()
    )
    counted = {row.group_id: row for row in connection.execute(_counts().where(*mine).group_by(issue.c.group_id))}
    return {each: _activity(tuple(weeks[each]), last.get(each), counted.get(each)) for each in ids}


def _activity(weeks: tuple[int, ...], last_at: datetime | None, row: Any) -> Activity:
    return Activity(weeks, last_at, *row[1:]) if row is not None else Activity(weeks, last_at)


def _counts() -> Any:
    placed, method = issue.c.grid_id.is_not(None), issue.c.location_method
    settled = issue.c.status.in_(_SETTLED)
    waited = func.extract("epoch", issue.c.first_answered_at - issue.c.reported_at)
    return select(
        issue.c.group_id,
        func.count(),
        _among(placed & method.in_(_PLACED_BY_MESSAGE)),
        _among(placed & (method == "group")),
        _among(placed & (method == "manual")),
        _among(issue.c.grid_id.is_(None)),
        _among(settled),
        _among(settled & issue.c.settled_way.is_not(None)),
        _among(settled & (issue.c.settled_way == "in_group")),
        func.count(issue.c.first_answered_at),
        func.percentile_cont(0.5).within_group(waited).filter(issue.c.first_answered_at.is_not(None)),
    )


def _among(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
