"""`/intake` and `/intake/{id}`: a chat is pasted, what it proposes is confirmed, what was recorded is linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from maps.filters import Choice
from maps.page import Shell, render
from maps.pages.matters import ListedMatter


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One line of a chat, masked, and why it stands where it stands. `issue` is the matter that has it already."""

    number: int
    at: datetime | None
    sender: str
    office: str
    text: str
    why: str
    recorded: bool = False
    issue: str = ""


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place to choose, as it is sent when it is (nothing for what is decided so anyway); `by` is what names it."""

    name: str
    place: Mapping[str, str]
    grid_name: str = ""
    by: str = "words"


@dataclass(frozen=True, slots=True)
class Alike:
    """An open matter that a proposal may be the same as; `likeness` from 0 to 1."""

    id: str
    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Card:
    """A proposed matter. `grid_name` and `worker` are those it goes to if nothing is changed; `decided`: a place was
    found that is chosen first. `whole`: all of its lines are recorded already, in `recorded`."""

    lines: tuple[int, ...]
    said: tuple[SaidLine, ...]
    text: str
    reported_at: datetime
    reporter: str = ""
    topic: str = ""
    hazard: bool = False
    grid_name: str = ""
    worker: str = ""
    doubtful: bool = False
    decided: bool = False
    places: tuple[PlaceChoice, ...] = ()
    alike: tuple[Alike, ...] = ()
    answers: tuple[SaidLine, ...] = ()
    answer: str = ""
    done: bool = False
    plates: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PasteView:
    """Where a chat is pasted: the reader's online groups, by community and code."""

    groups: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ConversationView:
    """What a conversation proposes. What the reader may do with it beside recording: merge, settle, ask to move."""

    id: str
    group_name: str
    expires_at: datetime
    messages: int
    cards: tuple[Card, ...]
    left: tuple[SaidLine, ...]
    topics: tuple[str, ...] = ()
    grids: tuple[Choice, ...] = ()
    may_merge: bool = False
    may_ask: bool = False


@dataclass(frozen=True, slots=True)
class RecordedView:
    """What a conversation has become: new matters, and those that had lines of it before."""

    group_name: str
    new: tuple[ListedMatter, ...]
    before: tuple[ListedMatter, ...]


def paste_page(view: PasteView, *, shell: Shell) -> str:
    """The box to paste into, and how a chat is copied."""
    return render("intake.html", shell=shell, view=view)


def conversation_page(view: ConversationView, *, shell: Shell) -> str:
    """The proposals, each a card, and one button."""
    return render("conversation.html", shell=shell, view=view)


def recorded_page(view: RecordedView, *, shell: Shell) -> str:
    """What was recorded."""
    return render("recorded.html", shell=shell, view=view)
