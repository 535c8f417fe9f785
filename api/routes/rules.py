"""`/api/rules`: how long each stage may take, which days are worked, what Open311 offers; for administrators."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path

from api.deps import Acting, Begin, problems, requires
from api.ids import row_id
from api.schemas.fields import Words
from api.schemas.rules import DayIn, DayOut, DeadlineIn, DeadlineOut, QuestionIn, RulesOut, ServiceIn, ServiceOut
from gis.errors import NotFound, said
from gis.intake.service_editing import drop_question, drop_service, put_question, put_service
from gis.intake.services import Services
from gis.issues import rules

router = APIRouter(
    prefix="/api/rules",
    tags=["rules"],
    responses=problems(401, 403, 422, 503),
    dependencies=[requires("edit_rules")],
)


@router.get("")
def list_rules(begin: Begin) -> RulesOut:
    """All rules that an administrator edits."""
    with begin() as connection:
        return RulesOut(
            deadlines=[DeadlineOut.of(each) for each in rules.deadline_rules(connection)],
            days=[DayOut.of(each) for each in rules.day_rules(connection)],
            services=[ServiceOut.of(each) for each in Services(connection)],
        )


@router.post("/deadlines", status_code=204, responses=problems(413))
def put_deadline(body: DeadlineIn, begin: Begin, actor: Acting) -> None:
    """Set how long a stage may take, in the place of what was set; it holds for stages that begin from now on."""
    with begin() as connection:
        rules.put_deadline(
            connection,
            actor,
            topic_name=body.topic,
            stage=body.stage,
            urgency=body.urgency,
            amount=body.amount,
            unit=body.unit,
        )


@router.post("/deadlines/{id}/remove", status_code=204, responses=problems(404))
def drop_deadline(id: str, begin: Begin, actor: Acting) -> None:
    """Take a rule away."""
    with begin() as connection:
        rules.drop_deadline(connection, actor, row_id(id, "rule"))


@router.post("/days", status_code=204, responses=problems(413))
def put_day(body: DayIn, begin: Begin, actor: Acting) -> None:
    """Say that a day is worked, or is not."""
    with begin() as connection:
        rules.put_day(connection, actor, body.day, worked=body.worked, name=body.name)


@router.post("/days/{day}/remove", status_code=204, responses=problems(404))
def drop_day(day: str, begin: Begin, actor: Acting) -> None:
    """Let the calendar itself say again whether a day is worked."""
    try:
        named = date.fromisoformat(day)
    except ValueError:
        raise NotFound(said("There is no day {day!r}.", day=day)) from None
    with begin() as connection:
        rules.drop_day(connection, actor, named)


@router.post("/services", status_code=204, responses=problems(409, 413))
def put(body: ServiceIn, begin: Begin, actor: Acting) -> None:
    """Offer a service in Open311, in the place of the one of its code; its questions stay."""
    with begin() as connection:
        put_service(connection, actor, body.code, name=body.name, topic_name=body.topic, description=body.description)


@router.post("/services/{code}/remove", status_code=204, responses=problems(404))
def drop(code: Annotated[Words, Path()], begin: Begin, actor: Acting) -> None:
    """Offer a service no more."""
    with begin() as connection:
        drop_service(connection, actor, code)


@router.post("/questions", status_code=204, responses=problems(404, 413))
def ask(body: QuestionIn, begin: Begin, actor: Acting) -> None:
    """Let a service ask something, in the place of its question of the same code."""
    with begin() as connection:
        put_question(connection, actor, body.service, body.asked())


@router.post("/questions/{service}/{code}/remove", status_code=204, responses=problems(404))
def ask_no_more(service: Annotated[Words, Path()], code: Annotated[Words, Path()], begin: Begin, actor: Acting) -> None:
    """Let a service ask a question no more."""
    with begin() as connection:
        drop_question(connection, actor, service, code)
