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
_FIRST_TO_LAST: tuple[Reason, ...] = ("holder", "stand_in", "group_head")


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
    held = [(reason, each) for each in posts if each.holds_on(day) and (reason := _reason(each))]
    held.sort(key=lambda ranked: (_FIRST_TO_LAST.index(ranked[0]), ranked[1].worker_code))
    passed_over: list[PassedOver] = []
    for reason, candidate in held:
        if not candidate.on_leave(day):
            return Assignment(candidate, reason, tuple(passed_over))
        passed_over.append(PassedOver(candidate.worker_code, candidate.worker_name))
    return None


def _reason(held: Post) -> Reason | None:
    """Why this post would answer; None if it never does."""
    if held.role == "grid_worker":
        return "stand_in" if held.stand_in else "holder"
    return "group_head" if held.role == "group_head" else None


class Posts:
    """All posts in grids, by grid."""

    def __init__(self, posts: list[Post]) -> None:
        self._by_grid: dict[int, list[Post]] = defaultdict(list)
        for held in posts:
            self._by_grid[held.grid_id].append(held)

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
