"""Deadlines, days and services as an administrator edits them, over the wire."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Self, cast

from pydantic import BaseModel, BeforeValidator, Field

from api.schemas.fields import Code, Request, ServiceCode, Words
from api.schemas.topics import Name
from gis.errors import Fault, InvalidInput, said
from gis.intake.services import Attribute, Datatype, Service
from gis.issues.calendar import Unit
from gis.issues.deadlines import Urgency
from gis.issues.rules import LONGEST, DayRule, DeadlineRule, Stage


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


class DeadlineIn(Request):
    """How long a stage may take; without a topic, for every topic that has no rule of its own."""

    topic: Code = None
    stage: Stage
    urgency: Urgency
    amount: Annotated[float, Field(gt=0, le=LONGEST)]
    unit: Unit


class DayIn(Request):
    day: Annotated[date, BeforeValidator(_day)]
    worked: bool
    name: Annotated[Words, Field(max_length=80)] = ""


class ServiceIn(Request):
    """What Open311 offers under a code; without a topic, what takes every matter that has no other."""

    code: ServiceCode
    name: Name
    topic: Code = None
    description: Annotated[Words, Field(max_length=1000)] = ""


class ChoiceIn(Request):
    """One of the answers that a list lets choose from: what a program sends, and what people read."""

    key: Words
    name: Words


class QuestionIn(Request):
    """A question that a service asks. `values` belong to a list, and are its answers in their order."""

    service: ServiceCode
    code: Words
    datatype: Words
    required: bool = False
    description: Words
    values: Annotated[list[ChoiceIn], Field(max_length=200, default_factory=list)]

    def asked(self) -> Attribute:
        """As the domain takes it. Raises InvalidInput where two answers have one key."""
        values = {each.key.strip(): each.name.strip() for each in self.values}
        if len(values) < len(self.values):
            raise InvalidInput([Fault("values", "twice", said("has a key twice"))])
        return Attribute(self.code, cast(Datatype, self.datatype), self.required, self.description.strip(), values)


class DeadlineOut(BaseModel):
    id: str
    topic: str | None
    stage: Stage
    urgency: Urgency
    amount: float
    unit: Unit

    @classmethod
    def of(cls, rule: DeadlineRule) -> Self:
        return cls(id=str(rule.id), **{name: getattr(rule, name) for name in cls.model_fields if name != "id"})


class DayOut(BaseModel):
    day: date
    worked: bool
    name: str

    @classmethod
    def of(cls, rule: DayRule) -> Self:
        return cls(day=rule.day, worked=rule.worked, name=rule.name)


class QuestionOut(BaseModel):
    code: str
    datatype: Datatype
    required: bool
    description: str
    values: dict[str, str] = Field(description="Of a list: the names of its answers by their keys")

    @classmethod
    def of(cls, asked: Attribute) -> Self:
        return cls(**asdict(asked))


class ServiceOut(BaseModel):
    code: str
    name: str
    topic: str | None
    description: str
    questions: list[QuestionOut]

    @classmethod
    def of(cls, each: Service) -> Self:
        return cls(
            code=each.code,
            name=each.name,
            topic=each.topic,
            description=each.description,
            questions=[QuestionOut.of(asked) for asked in each.attributes],
        )


class RulesOut(BaseModel):
    deadlines: list[DeadlineOut]
    days: list[DayOut] = Field(description="What the working calendar does not know rightly by itself")
    services: list[ServiceOut] = Field(description="Of Open311; without those of retired topics")
