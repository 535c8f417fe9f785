"""Pasted conversations over the wire. Words and names are masked in everything that is answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.fields import Code, Id, Note, Request, Text, Words
from api.schemas.issues import CategoryOut, Doubt, GridOut, LocationIn, LocationOut, WorkerOut
from api.schemas.workflow import LEVELS
from gis.geolocation.decide import Decision
from gis.geolocation.gazetteer import Building
from gis.geolocation.texts import Candidate
from gis.intake.conversation import LONGEST
from gis.intake.conversation_matters import Line, Why
from gis.intake.conversation_proposals import Proposal, Reading
from gis.intake.conversation_words import name_proper, placeholder_of
from gis.intake.conversations import Chosen, Pasted, Recorded
from gis.issues.record import ByHand
from gis.security.masking import masked_name, masked_words

Pasteable = Annotated[Words, StringConstraints(min_length=1, max_length=LONGEST)]
Named = Annotated[Words, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ConversationIn(Request):
    """Lines of a group's chat as they were copied; `group` is the code of the online group."""

    group: Named
    text: Pasteable
    community: Code = None


class ChosenIn(Request):
    """A matter to record: its lines, by number, and what a person has changed of what they say.

    In `text`, masked numbers that are left as they are stay known to who may see them.
    """

    lines: Annotated[list[int], Field(min_length=1, max_length=1000)]
    text: Text | None = None
    topic: Code = None
    place: LocationIn | None = None
    into: Id | None = Field(None, description="The open issue that it is a duplicate of")
    answer: Text | None = Field(None, description="What its reporter was told in the group")
    settled_at: Literal["户", "格", "网"] | None = Field(
        None, description="With the answer: it is settled, at this level"
    )
    ask_to_move: Note | None = Field(None, description="What the owner of the car that it names is told")

    def chosen(self) -> Chosen:
        return Chosen(
            lines=tuple(self.lines),
            words=self.text,
            topic=self.topic,
            place=ByHand(**self.place.model_dump()) if self.place else ByHand(),
            into=int(self.into) if self.into else None,
            answer=self.answer,
            settled_level=LEVELS[self.settled_at] if self.settled_at else None,
            ask=self.ask_to_move,
        )


class ConfirmationIn(Request):
    """What is to be recorded; a conversation of which nothing is worth it is confirmed with none."""

    matters: Annotated[list[ChosenIn], Field(max_length=200)]


class SaidOut(BaseModel):
    """One line of the chat, with the rule by which it stands where it stands."""

    line: int
    at: datetime | None = Field(description="None where the copy does not tell")
    sender: str | None
    office: str | None = Field(description="Of who wrote it, where that is one of the staff")
    text: str
    why: Why
    issue: str | None = Field(description="The matter that it is recorded in already, if this account may see it")
    recorded: bool

    @classmethod
    def of(cls, line: Line, why: Why, reading: Reading, seen: Collection[int]) -> Self:
        message = line.message
        known = reading.recorded.get(message.number)
        return cls(
            line=message.number,
            at=message.sent_at if message.timed else None,
            sender=_masked(message.sender),
            office=line.office,
            text=masked_words(reading.cover(line.said.words)) or placeholder_of(message.text),
            why=why,
            issue=str(known) if known in seen else None,
            recorded=known is not None,
        )


class MayBeOut(BaseModel):
    """A place that it may be, as it is sent back when it is chosen; `by` what names it."""

    name: str
    place: dict[str, str]
    grid: GridOut | None
    by: Literal["decided", "words", "nickname"]
    confidence: float | None


class AlikeOut(BaseModel):
    """An open matter that may be the same."""

    id: str
    text: str
    likeness: float


class ProposalOut(BaseModel):
    """A matter as it would be recorded if nothing is changed."""

    lines: list[int]
    said: list[SaidOut]
    text: str
    reported_at: datetime
    reporter: str | None
    category: CategoryOut
    hazard: bool
    location: LocationOut
    doubt: Doubt | None
    grid: GridOut | None
    worker: WorkerOut | None
    places: list[MayBeOut]
    duplicates: list[AlikeOut]
    answers: list[SaidOut]
    done: bool = Field(description="Whether an answer says that it is done")
    plates: list[str]
    recorded: list[str] = Field(description="Issues that lines of it are recorded in already, of those in sight")
    whole: bool = Field(description="Whether all of its lines are")

    @classmethod
    def of(cls, each: Proposal, reading: Reading, seen: Collection[int]) -> Self:
        decided = each.decision
        first = each.matter.lines[0][0].message
        held = decided.assignment.post if decided.assignment else None
        return cls(
            lines=[line.message.number for line, _ in each.matter.lines],
            said=[SaidOut.of(line, why, reading, seen) for line, why in each.matter.lines],
            text=each.text,
            reported_at=each.reported_at,
            reporter=_masked(first.sender),
            category=CategoryOut(line=each.category.line, topic=each.category.topic),
            hazard=each.category.hazard,
            location=LocationOut(
                lon=decided.lon,
                lat=decided.lat,
                method=decided.method,
                accuracy_m=decided.accuracy_m,
                confidence=decided.confidence,
            ),
            doubt=decided.doubt,
            grid=_grid(decided),
            worker=WorkerOut(id=held.worker_code, name=held.worker_name, role=held.role) if held else None,
            places=_places(each),
            duplicates=[AlikeOut(id=str(a.id), text=a.text, likeness=round(a.likeness, 3)) for a in each.alike],
            answers=[SaidOut.of(line, why, reading, seen) for line, why in each.matter.answers],
            done=each.matter.done,
            plates=each.plates,
            recorded=[str(id) for id in each.known if id in seen],
            whole=each.whole,
        )


class RecordedOut(BaseModel):
    """The matter that lines have become; not `new` where they were recorded before."""

    lines: list[int]
    id: str
    new: bool

    @classmethod
    def of(cls, each: Recorded) -> Self:
        return cls(lines=list(each.lines), id=str(each.issue_id), new=each.new)


class GroupOut(BaseModel):
    code: str
    name: str
    community: str


class ConversationOut(BaseModel):
    """A pasted conversation: what it proposes, or, once it is confirmed, what was recorded."""

    id: str
    group: GroupOut
    state: Literal["proposed", "confirmed"]
    expires_at: datetime
    proposals: list[ProposalOut]
    left: list[SaidOut]
    recorded: list[RecordedOut]

    @classmethod
    def of(cls, held: Pasted, proposals: list[ProposalOut], left: list[SaidOut]) -> Self:
        group = held.group
        return cls(
            id=str(held.id),
            group=GroupOut(code=group.code, name=group.name, community=group.community),
            state="proposed" if held.recorded is None else "confirmed",
            expires_at=held.expires_at,
            proposals=proposals,
            left=left,
            recorded=[RecordedOut.of(each) for each in held.recorded or ()],
        )


class ConfirmedOut(BaseModel):
    """What was recorded, each matter with its lines."""

    id: str
    recorded: list[RecordedOut]


def _masked(nickname: str) -> str | None:
    """The first character of the name in a nickname."""
    return masked_name(masked_words(name_proper(nickname) or nickname))


def _places(each: Proposal) -> list[MayBeOut]:
    """What was decided first, then what else the words may mean, then where the reporter's nickname says to live."""
    found: dict[str, MayBeOut] = {}
    if (at := each.decision.building or each.decision.place) is not None:
        code = {"building_id" if isinstance(at, Building) else "place": at.code}
        decided = MayBeOut(
            name=at.name, place=code, grid=_grid(each.decision), by="decided", confidence=each.decision.confidence
        )
        found[at.name] = decided
    for candidate in each.candidates:
        named = _named(candidate)
        if named is not None:
            grid = GridOut(code=candidate.grid.code, name=candidate.grid.name) if candidate.grid else None
            may_be = MayBeOut(name=named[0], place=named[1], grid=grid, by="words", confidence=candidate.confidence)
            found.setdefault(named[0], may_be)
    if each.home is not None:
        home = MayBeOut(
            name=each.home.name, place={"building_id": each.home.code}, grid=None, by="nickname", confidence=None
        )
        found.setdefault(each.home.name, home)
    return list(found.values())


def _named(candidate: Candidate) -> tuple[str, dict[str, str]] | None:
    """A candidate's name and how it is chosen: a compound or road by its grid, if it lies in one."""
    if candidate.building is not None:
        return candidate.building.name, {"building_id": candidate.building.code}
    if candidate.place is not None:
        return candidate.place.name, {"place": candidate.place.code}
    whole: Any = candidate.compound or candidate.road
    return (whole.name, {"grid": candidate.grid.code}) if candidate.grid else None


def _grid(decided: Decision) -> GridOut | None:
    return GridOut(code=decided.grid.code, name=decided.grid.name) if decided.grid else None
