"""How many issues pass a filter: by topic, by grid, or in all. Each is one grouped query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from gis.issues.filters import SETTLED, IssueFilter, conditions
from gis.storage.tables import OPEN, issue


@dataclass(slots=True)
class Count:
    """Issues that pass a filter; `with_point` have a point, which need not lie in a grid."""

    issues: int = 0
    open: int = 0
    settled: int = 0
    hazards: int = 0
    with_point: int = 0

    def add(self, issues: int, open: int, settled: int, hazards: int, with_point: int) -> None:
        self.issues += issues
        self.open += open
        self.settled += settled
        self.hazards += hazards
        self.with_point += with_point


@dataclass(slots=True)
class Summary:
    """The count of all, of each topic ("" is an unknown one) and of each grid (by id; None is no grid).

    `since` and `until` are the first and last time of a report; None when there is none.
    """

    total: Count = field(default_factory=Count)
    by_topic: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    by_grid: dict[int | None, Count] = field(default_factory=lambda: defaultdict(Count))
    since: datetime | None = None
    until: datetime | None = None


def summary(connection: Connection, chosen: IssueFilter) -> Summary:
    """Count the issues that pass a filter. Raises InvalidInput for a filter that names what does not exist."""
    query = (
        select(
            func.coalesce(issue.c.topic, ""),
            issue.c.grid_id,
            func.min(issue.c.reported_at),
            func.max(issue.c.reported_at),
            func.count(),
            func.count().filter(issue.c.status.in_(OPEN)),
            func.count().filter(issue.c.status.in_(SETTLED)),
            func.count().filter(issue.c.hazard),
            func.count(issue.c.geom),
        )
        .where(*conditions(connection, chosen))
        .group_by(issue.c.topic, issue.c.grid_id)
    )
    found = Summary()
    for topic, grid_id, first, last, *counts in connection.execute(query):
        for count in (found.total, found.by_topic[topic], found.by_grid[grid_id]):
            count.add(*counts)
        found.since = min(first, found.since or first)
        found.until = max(last, found.until or last)
    return found


def how_many(connection: Connection, chosen: IssueFilter) -> int:
    """The number of issues that pass a filter. Raises InvalidInput as `summary` does."""
    return connection.scalar(select(func.count()).select_from(issue).where(*conditions(connection, chosen))) or 0


def latest_report(connection: Connection, community_id: int) -> datetime | None:
    """When the latest issue of a community was reported; None without issues."""
    query = select(func.max(issue.c.reported_at)).where(issue.c.community_id == community_id)
    latest: datetime | None = connection.scalar(query)
    return latest
