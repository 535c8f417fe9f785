"""Requests to move a car over the wire: never a number, and the owner masked, to who answers for the owner only."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel

from api.schemas.fields import Code, Id, Limit, Note, Query, Request
from api.schemas.people import HouseholdInFull
from gis.population.move_requests import MoveRequest


class MoveRequestIn(Request):
    """The car that is in the way, the matter, and what its owner is told. Without a plate: the matter's own."""

    plate: Code = None
    issue_id: Id
    message: Note


class AnswerIn(Request):
    """What the owner said."""

    answer: Note


class MoveRequestQuery(Query):
    issue_id: Id | None = None
    limit: Limit = 50


class MoveRequestOut(BaseModel):
    """A request and what became of it.

    `unknown_vehicle`: no household here has such a car. `owner` is masked, and told to who answers for the
    owner's grid only.
    """

    id: str
    issue_id: str
    plate: str
    message: str
    state: Literal["waiting", "sent", "answered", "failed", "unknown_vehicle"]
    created_at: datetime
    sent_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    owner: HouseholdInFull | None = None

    @classmethod
    def of(cls, asked: MoveRequest, owner: HouseholdInFull | None = None) -> Self:
        return cls(
            id=str(asked.id),
            issue_id=str(asked.issue_id),
            plate=asked.plate,
            message=asked.message,
            state=asked.state,  # type: ignore[arg-type]
            created_at=asked.created_at,
            sent_at=asked.sent_at,
            answer=asked.answer,
            answered_at=asked.answered_at,
            owner=owner,
        )
