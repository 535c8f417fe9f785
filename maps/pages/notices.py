"""`/admin/notices`: what was sent and what was not; by which channels; in which words; to which other systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from maps.filters import Choice
from maps.language import N_
from maps.page import Shell, render

SENTENCES = {
    "length": N_("Something is empty or too long."),
    "not_an_address": N_("That is no address that a message can be sent to."),
    "not_a_url": N_("A webhook needs an address that begins with https:// or http://, without a user in it."),
    "unknown": N_("There is no worker, group or area of that code."),
    "ambiguous": N_("Several communities have that code: choose the community too."),
    "no_events": N_("Choose at least one event."),
    "unknown_event": N_("One of the events cannot be told to whom you chose."),
    "unknown_stage": N_("Choose the street or the department."),
    "braces": N_("A brace is without its other one."),
    "unknown_placeholder": N_("A name in braces is none of those listed below."),
    "placeholder_form": N_("A name in braces takes nothing behind it."),
}
_OTHERWISE = N_("Something is wrong with what was filled in.")
DONE = {
    "retry": N_("It is sent again."),
    "drop": N_("Dropped: it will not be sent."),
    "added": N_("Added."),
    "changed": N_("Changed. What is waiting goes the new way too."),
    "switch": N_("Switched."),
    "test": N_("A test is on its way: see below what became of it."),
    "delete": N_("Deleted."),
    "saved": N_("Saved. It holds from the next notice on."),
    "default": N_("The product's own words are used again."),
}


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """One line of the list; `issue` is "" where it tells of no matter, `subject` where it has none."""

    id: str
    event: str
    issue: str
    to: str
    name: str
    subject: str
    state: str
    reason: str
    tries: int
    at: datetime
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticesView:
    """One page of the list; `counts` are of all, by state, `older` the id below which the next page begins."""

    notices: tuple[ShownNotice, ...]
    counts: Mapping[str, int]
    state: str = ""
    older: str = ""
    done: str = ""

    @property
    def onward(self) -> str:
        """The address of the next page."""
        asked = {"state": self.state, "before": self.older}
        return f"/admin/notices?{urlencode({name: value for name, value in asked.items() if value})}"


@dataclass(frozen=True, slots=True)
class ShownWay:
    """A channel or a webhook; `whom` is whose it is, `kind` that of its address; `all`: it hears all that it can.

    `possible` are the events that it can hear; `refused`: a change of it would not do.
    """

    id: str
    name: str
    whom: str
    events: tuple[str, ...]
    enabled: bool
    all: bool = False
    scope: str = ""
    stage: str = ""
    kind: str = ""
    language: str = ""
    possible: tuple[str, ...] = ()
    both_until: datetime | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class WaysView:
    """All channels and webhooks. `filled` are the fields of a form that would not do, `of` which form that was;
    `secret` is a webhook's, shown this once. `possible` are the events that each scope can hear."""

    channels: tuple[ShownWay, ...]
    webhooks: tuple[ShownWay, ...]
    possible: Mapping[str, tuple[str, ...]]
    events: tuple[str, ...]
    areas: tuple[Choice, ...] = ()
    workers: tuple[Choice, ...] = ()
    groups: tuple[Choice, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)
    of: str = ""
    faults: tuple[str, ...] = ()
    done: str = ""
    secret: str = ""
    secret_of: str = ""


@dataclass(frozen=True, slots=True)
class ShownTemplate:
    """The words of one event in one language."""

    event: str
    language: str
    subject: str
    body: str
    own: bool


@dataclass(frozen=True, slots=True)
class TemplatesView:
    """One template to be edited, beside the list of all; `preview` as (subject, body)."""

    templates: tuple[ShownTemplate, ...]
    chosen: ShownTemplate
    placeholders: tuple[str, ...]
    preview: tuple[str, str] | None = None
    faults: tuple[str, ...] = ()
    done: str = ""


def notices_page(view: NoticesView, *, shell: Shell) -> str:
    """The list with its filter, and what can be done with what has failed."""
    return render("notices.html", shell=shell, view=view, done=DONE.get(view.done, ""))


def ways_page(view: WaysView, *, shell: Shell) -> str:
    """Channels and webhooks, with forms that post to `/admin/notices/channels` and `/admin/notices/webhooks`."""
    return render(
        "notice_ways.html", shell=shell, view=view, faults=_sentences(view.faults), done=DONE.get(view.done, "")
    )


def templates_page(view: TemplatesView, *, shell: Shell) -> str:
    """The words of notices; the form saves or shows how they would read."""
    return render(
        "notice_templates.html", shell=shell, view=view, faults=_sentences(view.faults), done=DONE.get(view.done, "")
    )


def _sentences(codes: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(SENTENCES.get(code, _OTHERWISE) for code in codes))
