"""Lines, topics and what was learned of them, over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.fields import Code, Note, Request, Words
from gis.issues.taxonomy import Line, Topic, Wanted
from gis.issues.training import Trained

Name = Annotated[Words, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class TopicIn(Request):
    """All of a topic: what is left out is none."""

    name: Name
    line: Code = Field(None, description="Name of a line")
    description: Annotated[Words, Field(max_length=400)] = ""
    hazard: bool = Field(False, description="Its matters are hazards, unless their report says otherwise")
    event_class: Code = Field(None, max_length=40, description="The class of GB/T 30428.2 that is nearest, by name")

    def wanted(self) -> Wanted:
        return Wanted(**self.model_dump())


class LineIn(Request):
    name: Name


class ChoiceIn(Request):
    """What a matter is about. Without `hazard` it stays a hazard if it is one."""

    topic: Name
    hazard: bool | None = None
    note: Note | None = None


class LineOut(BaseModel):
    id: str
    name: str
    version: int

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(id=str(line.id), name=line.name, version=line.version)


class TopicOut(BaseModel):
    id: str
    name: str
    line: str | None
    description: str
    hazard: bool
    event_class: str | None = Field(description="The class of GB/T 30428.2 that is nearest")
    service_code: str | None = Field(description="Of its service in Open311")
    terms: int = Field(description="How many of the lexicon's terms stand for it")
    retired: bool
    version: int

    @classmethod
    def of(cls, topic: Topic) -> Self:
        return cls(id=str(topic.id), **{name: getattr(topic, name) for name in cls.model_fields if name != "id"})


class ModelOut(BaseModel):
    """The model that answers where the lexicon has no word; its figures are of cross-validation."""

    trained_at: datetime
    examples: int
    macro_f1: float
    sure: float = Field(description="Share of answers with enough confidence to be taken")
    right_when_sure: float

    @classmethod
    def of(cls, held: Trained) -> Self:
        return cls(**{name: getattr(held, name) for name in cls.model_fields})


class TaxonomyOut(BaseModel):
    lines: list[LineOut]
    topics: list[TopicOut]
    model: ModelOut | None
