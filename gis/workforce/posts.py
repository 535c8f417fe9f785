"""Who answers for a grid on a day.

The holder of the grid's `grid_worker` post does. When the holder is on leave, or there is none, a stand-in
does; without one, the grid's `group_head`. The choice says which of these it was and who was passed over,
so that a receipt can tell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Connection, select

from gis.storage.memory import Remembered
from gis.storage.tables import leave, post, worker

Reason = Literal["holder", "stand_in", "group_head"]


@dataclass(frozen=True, slots=True)
class Post:
    """A dated role of one worker in one grid; `valid_to` is the first day on which it no longer holds."""

    id: int
    grid_id: int
    role: str
    stand_in: bool
    valid_from: date
    valid_to: date | None
    worker_id: int
    worker_code: str
    worker_name: str
    leaves: tuple[tuple[date, date | None], ...] = ()

    def holds_on(self, day: date) -> bool:
        return _within(day, self.valid_from, self.valid_to)

    def on_leave(self, day: date) -> bool:
        return any(_within(day, *span) for span in self.leaves)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A worker who would have come first, and why not."""

    worker_code: str
    worker_name: str
    why: Literal["on_leave"] = "on_leave"


@dataclass(frozen=True, slots=True)
class Assignment:
    """The post that answers, why it is this one, and who came before it but was passed over."""

    post: Post
    reason: Reason
    passed_over: tuple[PassedOver, ...]


def responsible(posts: list[Post], day: date) -> Assignment | None:
    """The post among `posts` (all of one grid) that answers on a day, or None when nobody does.

    Among several of the same rank the one with the lowest worker code answers, so that the answer does
    not depend on the order of rows.
    """
    passed_over: list[PassedOver] = []
    ranks: tuple[tuple[Reason, list[Post]], ...] = (
        ("holder", [p for p in posts if p.role == "grid_worker" and not p.stand_in]),
        ("stand_in", [p for p in posts if p.role == "grid_worker" and p.stand_in]),
        ("group_head", [p for p in posts if p.role == "group_head"]),
    )
    for reason, rank in ranks:
        for candidate in sorted(rank, key=lambda p: p.worker_code):
            if not candidate.holds_on(day):
                continue
            if candidate.on_leave(day):
                passed_over.append(PassedOver(candidate.worker_code, candidate.worker_name))
                continue
            return Assignment(candidate, reason, tuple(passed_over))
    return None


class Posts:
    """All posts in grids, by grid."""

    def __init__(self, posts: list[Post]) -> None:
        self._by_grid: dict[int, list[Post]] = defaultdict(list)
        for held in posts:
            self._by_grid[held.grid_id].append(held)

    def __contains__(self, grid_id: int) -> bool:
        """Whether a grid has, or has had, any post."""
        return grid_id in self._by_grid

    def responsible(self, grid_id: int, day: date) -> Assignment | None:
        """As `responsible`, for one grid; a grid without posts has nobody."""
        return responsible(self._by_grid.get(grid_id, []), day)


def _load(connection: Connection) -> Posts:
    leaves: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for row in connection.execute(select(leave.c.worker_id, leave.c.valid_from, leave.c.valid_to)):
        leaves[row.worker_id].append((row.valid_from, row.valid_to))
    query = (
        select(
            post.c.id,
            post.c.grid_id,
            post.c.role,
            post.c.stand_in,
            post.c.valid_from,
            post.c.valid_to,
            worker.c.id,
            worker.c.code,
            worker.c.name,
        )
        .join(worker, worker.c.id == post.c.worker_id)
        .where(post.c.grid_id.is_not(None), post.c.role.in_(("grid_worker", "group_head")))
    )
    return Posts([Post(*row, tuple(leaves.get(row[6], ()))) for row in connection.execute(query)])


current_posts = Remembered("posts", _load)
"""All posts that can answer for a grid, as of this transaction."""


def _within(day: date, start: date, end: date | None) -> bool:
    return start <= day and (end is None or day < end)
