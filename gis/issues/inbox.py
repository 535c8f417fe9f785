"""What waits for one person who holds a post: their matters, the most pressing first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from gis.actor import Actor
from gis.issues.filters import SOON
from gis.issues.query import Issue, issues_of
from gis.storage.tables import OPEN, area, issue, post

MOST = 200
Group = Literal["overdue", "soon", "new", "working", "check", "elsewhere"]
GROUPS: tuple[Group, ...] = ("overdue", "soon", "new", "working", "check", "elsewhere")


@dataclass(frozen=True, slots=True)
class InboxMatter:
    """One matter; `version` is what a step on it has to name, `own` whether who asks has resolved it."""

    issue: Issue
    version: int
    group: Group
    own: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """The matters by group and, in each, by when they are due; `done_today` counts what was resolved since midnight.

    `due_today` counts those that are not late yet and due before midnight. At most `MOST` matters are listed.
    """

    matters: tuple[InboxMatter, ...]
    due_today: int
    done_today: int

    def of(self, group: Group) -> tuple[InboxMatter, ...]:
        return tuple(each for each in self.matters if each.group == group)


def inbox(connection: Connection, actor: Actor, *, whole_grid: bool, at: datetime | None = None) -> Inbox:
    """The open matters and those to be checked that are an actor's own, or all that the actor's posts give sight of.

    One whose worker no longer holds the post that it was given by is everybody's who sees it, so that none is
    forgotten when a grid changes hands. Nothing for who is no worker.
    """
    at = at or datetime.now(UTC)
    if actor.worker_id is None:
        return Inbox((), 0, 0)
    mine = [] if whole_grid else [_mine(actor.worker_id)]
    waiting = or_(issue.c.status.in_(OPEN), issue.c.status == "resolved")
    order = (issue.c.due_at.asc().nulls_last(), issue.c.reported_at, issue.c.id)
    query = select(issue.c.id, issue.c.version, issue.c.resolved_by).where(waiting, *mine).order_by(*order).limit(MOST)
    rows = {row.id: row for row in connection.execute(query)}
    matters = [
        InboxMatter(each, rows[each.id].version, _group(each, at), rows[each.id].resolved_by == actor.account_id)
        for each in issues_of(connection, list(rows))
    ]
    matters.sort(key=lambda each: GROUPS.index(each.group))
    begin, end = _day(connection, actor.worker_id, at)
    due = and_(issue.c.status.in_(OPEN), issue.c.due_at.between(at, end), issue.c.paused_at.is_(None))
    done = and_(issue.c.resolved_by == actor.account_id, issue.c.resolved_at >= begin)
    due_today = connection.scalar(select(func.count()).select_from(issue).where(due, *mine)) or 0
    done_today = connection.scalar(select(func.count()).select_from(issue).where(done)) or 0
    return Inbox(tuple(matters), due_today, done_today)


def _mine(worker_id: int) -> ColumnElement[bool]:
    still_held = or_(post.c.valid_to.is_(None), post.c.valid_to > func.current_date())
    return or_(issue.c.worker_id == worker_id, not_(exists().where(post.c.id == issue.c.post_id, still_held)))


def _group(each: Issue, at: datetime) -> Group:
    if each.status == "resolved":
        return "check"
    if each.status in ("at_street", "at_department"):
        return "elsewhere"
    if each.due_at is not None and each.paused_at is None and each.due_at < at + SOON:
        return "overdue" if each.due_at < at else "soon"
    return "new" if each.status == "reported" else "working"


def _day(connection: Connection, worker_id: int, at: datetime) -> tuple[datetime, datetime]:
    """The day that it is where somebody works: its beginning and its end."""
    zone: str | None = connection.scalar(
        select(area.c.time_zone)
        .join(post, post.c.community_id == area.c.id)
        .where(post.c.worker_id == worker_id)
        .limit(1)
    )
    begin = at.astimezone(ZoneInfo(zone or "UTC")).replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, begin.replace(hour=23, minute=59, second=59, microsecond=999_999)
