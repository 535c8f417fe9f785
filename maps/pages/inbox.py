"""`/inbox`: what waits for who holds a post, made for a phone in the street; `/inbox/{id}` has one matter open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from maps.page import Shell, render
from maps.pages.issue import IssueView


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One matter of the list; `due_in_min` is negative for what is late, None without a deadline that runs.

    `can_accept` is whether one tap takes it up, `own` whether the reader has resolved it and another has to check it.
    """

    id: str
    version: int
    excerpt: str
    topic: str
    status: str
    place: str
    reported_at: datetime
    due_in_min: int | None = None
    paused: bool = False
    hazard: bool = False
    urgency: str = "normal"
    can_accept: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """Matters that are equally pressing; `name` is a kind of `maps.words`."""

    name: str
    lines: tuple[InboxLine, ...]


@dataclass(frozen=True, slots=True)
class InboxView:
    """The list, and the matter that is open. `seen` is the list's ETag in the API, by which the page asks for changes.

    `building_id` is that matter's, for the way to its doors.

    `holds_post` is whether the reader is a worker at all; `whole_grid` whether matters of colleagues are shown too.
    """

    groups: tuple[InboxGroup, ...]
    due_today: int
    done_today: int
    seen: str = ""
    whole_grid: bool = False
    holds_post: bool = True
    may_see_homes: bool = False
    open: IssueView | None = None
    building_id: str = ""

    def count(self, name: str) -> int:
        """How many matters a group has."""
        return sum(len(group.lines) for group in self.groups if group.name == name)


def inbox_page(view: InboxView, *, shell: Shell) -> str:
    """The list, or on a wide screen beside the matter that is open; on a phone one of the two."""
    return render("inbox.html", shell=shell, view=view)
