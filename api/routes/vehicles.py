"""`/api/vehicles/move-requests`: asking whoever has parked there to move the car."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.ids import row_id
from api.schemas.vehicles import AnswerIn, MoveRequestIn, MoveRequestOut, MoveRequestQuery
from api.views.people import householders
from gis.actor import Actor
from gis.errors import NotFound
from gis.population.households import household_in_full
from gis.population.move_requests import MoveRequest, answer_move, ask_to_move, move_request_in_full, move_requests
from gis.security.permissions import may
from gis.security.unmasking import in_clear

router = APIRouter(prefix="/api/vehicles/move-requests", tags=["people"], responses=problems(401, 403, 422, 503))


@router.post(
    "",
    status_code=201,
    response_model=MoveRequestOut,
    responses=problems(404, 413, 429),
    dependencies=[requires("ask_to_move")],
)
def request_move(
    body: MoveRequestIn, begin: Begin, settings: SettingsNow, actor: Acting, response: Response
) -> MoveRequestOut:
    """Ask the owner of a car to move it. Who that is stays unsaid; what was answered is told here."""
    with begin() as connection:
        asked = ask_to_move(
            connection,
            actor,
            plate=body.plate,
            issue_id=int(body.issue_id),
            message=body.message,
            settings=settings,
        )
    response.headers["Location"] = f"/api/vehicles/move-requests/{asked.id}"
    return MoveRequestOut.of(asked)


@router.get("", response_model=list[MoveRequestOut], dependencies=[requires("ask_to_move")])
def list_requests(asked: Annotated[MoveRequestQuery, Query()], begin: Begin, actor: Acting) -> list[MoveRequestOut]:
    """The latest requests of this account, of matters that it sees, and to households in its grids."""
    with begin() as connection:
        issue_id = int(asked.issue_id) if asked.issue_id else None
        found = move_requests(connection, limit=asked.limit, issue_id=issue_id)
        return [_out(connection, each, actor) for each in found]


@router.get("/{id}", response_model=MoveRequestOut, responses=problems(404), dependencies=[requires("ask_to_move")])
def show_request(id: str, begin: Begin, actor: Acting) -> MoveRequestOut:
    """What became of a request: whether it was sent, and what was answered."""
    with begin() as connection:
        return _out(connection, move_request_in_full(connection, row_id(id, "move request")), actor)


@router.post(
    "/{id}/answer",
    response_model=MoveRequestOut,
    responses=problems(404, 409, 413),
    dependencies=[requires("answer_move")],
)
def answer_request(id: str, body: AnswerIn, begin: Begin, actor: Acting) -> MoveRequestOut:
    """Write down what the owner said; for who answers for the owner's grid."""
    with begin() as connection:
        return _out(connection, answer_move(connection, row_id(id, "move request"), body.answer, actor=actor), actor)


def _out(connection: Connection, asked: MoveRequest, actor: Actor) -> MoveRequestOut:
    """A request, with the masked owner for who may see that household."""
    if asked.household_id is None or not may(actor, "answer_move"):
        return MoveRequestOut.of(asked)
    try:
        home = household_in_full(connection, asked.household_id)
    except NotFound:
        return MoveRequestOut.of(asked)
    return MoveRequestOut.of(asked, householders(connection, home, in_clear(connection, actor)))
