"""A matter's steps over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

from api.schemas.fields import Code, Id, Request, Words
from api.schemas.issues import LEVEL_WORDS, WAY_WORDS
from gis.issues.deadlines import Urgency
from gis.issues.in_full import Event
from gis.issues.workflow import Confirmation, Level, Move, Onward, Status, Way

LEVELS: dict[str, Level] = {word: level for level, word in LEVEL_WORDS.items()}  # type: ignore[misc]
_WAYS: dict[str, Way] = {word: way for way, word in WAY_WORDS.items()}  # type: ignore[misc]
Told = Annotated[Words, Field(max_length=4000)]


class TransitionIn(Request):
    """What a matter is to become, and what that has to be told with."""

    to: Status
    note: Told | None = None
    answer: Told | None = Field(None, description="What its reporter is told; needed to resolve")
    settled_at: Literal["户", "格", "网", "街道", "部门"] | None = Field(None, description="Needed to resolve")
    settled_way: Literal["群内", "线上", "上门", "邻里"] | None = None
    confirmation: Confirmation | None = Field(None, description="By what it is closed; needed to close")
    grid: Code = Field(None, description="Code of the grid that it is transferred to")
    into: Id | None = Field(None, description="Issue it is a duplicate of")

    def move(self) -> Move:
        return Move(
            to=self.to,
            note=self.note,
            answer=self.answer,
            settled_level=LEVELS[self.settled_at] if self.settled_at else None,
            settled_way=_WAYS[self.settled_way] if self.settled_way else None,
            confirmation=self.confirmation,
            grid=self.grid,
            into=int(self.into) if self.into else None,
        )


class UrgencyIn(Request):
    """How urgent a matter is, and why."""

    urgency: Urgency
    note: Told


class PauseIn(Request):
    """Why a deadline stands still, or goes on."""

    note: Told


class StepOut(BaseModel):
    """A step that is open to the one who asks."""

    to: Status
    step: str
    needs: list[str]

    @classmethod
    def of(cls, each: Onward) -> Self:
        wire = {"settled_level": "settled_at"}
        return cls(to=each.to, step=each.name, needs=[wire.get(name, name) for name in each.needs])


class TimelineEventOut(BaseModel):
    """One thing that happened to a matter, with what belongs to its kind."""

    at: datetime
    actor: str
    kind: Literal[
        "reported",
        "located",
        "status",
        "answered",
        "urgency",
        "paused",
        "resumed",
        "late",
        "topic",
        "photo_added",
        "photo_removed",
        "told",
        "added",
    ]
    step: str | None
    before: str | None = Field(serialization_alias="from")
    to: str | None
    note: str | None
    answer: str | None
    settled_at: str | None
    settled_way: str | None
    confirmation: str | None
    detail: dict[str, Any]

    @classmethod
    def of(cls, event: Event) -> Self:
        told = event.detail
        return cls(
            at=event.at,
            actor=event.actor,
            kind=event.kind,  # type: ignore[arg-type]
            step=told.get("step"),
            before=told.get("from"),
            to=told.get("to"),
            note=told.get("note"),
            answer=told.get("answer"),
            settled_at=LEVEL_WORDS.get(told.get("settled_level", "")),
            settled_way=WAY_WORDS.get(told.get("settled_way", "")),
            confirmation=told.get("confirmation"),
            detail=told,
        )


class TimelineOut(BaseModel):
    id: str
    status: Status
    version: int
    steps: list[StepOut] = Field(description="What the one who asks may do next")
    events: list[TimelineEventOut]


class LikenessOut(BaseModel):
    """A matter that may be the same as another; every figure between 0 and 1."""

    id: str
    text: str
    status: Status
    reported_at: datetime
    likeness: float
    place: float
    time: float
    words: float
    distance_m: float | None


class DuplicatesOut(BaseModel):
    duplicates: list[LikenessOut] = Field(description="Open matters that may be the same, likeliest first")
    recurrences: list[str] = Field(description="Closed matters of the same topic at the same building, latest first")
