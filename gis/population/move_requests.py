"""The blocked car: asking whoever it belongs to, without knowing who that is, to move it.

The register is asked as the service itself, so that a car is found wherever its household lives; the one who asks
learns no more than that the request was sent and what was answered. What an unknown plate tells (that no
household here has the car) is told a few times an hour only. Numbers in what is asked and answered are masked
before it is kept: an answer goes to who must not learn the owner's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, Denied, Fault, InvalidInput, NotFound, TooMany, said
from gis.notify.notices import put
from gis.population.plates import plain_plate, plates_in
from gis.population.residents import numbers_of
from gis.security.audit import record
from gis.security.masking import masked_plate, masked_words
from gis.security.sealed import ISSUE_TEXT
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import OPEN, household, issue, move_request, notice, vehicle

MOST_AN_HOUR = 20
SUBJECT = "请协助挪车"


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """One request. `state` is waiting, sent, answered, failed, or unknown_vehicle; the plate is masked.

    Whose household it is, `household_id` tells to who may see it, and to nobody else.
    """

    id: int
    issue_id: int
    account_id: int | None
    household_id: int | None
    plate: str
    message: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    answer: str | None
    answered_at: datetime | None


def ask_to_move(
    connection: Connection, actor: Actor, *, plate: str | None, issue_id: int, message: str, settings: Settings
) -> MoveRequest:
    """Ask the owner of a car to move it, for a matter; without a plate, for the one that the matter names.

    Asked again for the same matter and car, it is answered with the first request. Raises NotFound for a matter
    out of sight, Denied for one that is not open, InvalidInput for a plate that is none, and TooMany.
    """
    # Locked, so that of two who ask at once the second finds the first one's request.
    status = connection.scalar(select(issue.c.status).where(issue.c.id == issue_id).with_for_update())
    if status is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    if status not in OPEN:
        raise Denied(said("Issue {issue_id} is not open: nobody is asked anything for it any more.", issue_id=issue_id))
    with acting(connection, SYSTEM):
        sought = _sought(connection, plate, issue_id)
        _hold_back(connection, actor)
        home = connection.scalar(select(vehicle.c.household_id).where(vehicle.c.plain_plate == sought))
        known = None if home is None else _first(connection, issue_id, home)
        request_id = known or _write(connection, actor, sought, issue_id, home, masked_words(message), settings)
        return move_request_in_full(connection, request_id)


def answer_move(connection: Connection, request_id: int, answer: str, *, actor: Actor) -> MoveRequest:
    """Write down what the owner answered. Only who sees the owner's household may.

    Raises NotFound for a request out of sight, Denied for one that is only the actor's own, Conflict for one that
    is answered already.
    """
    asked = move_request_in_full(connection, request_id)
    own = select(household.c.id).where(household.c.id == asked.household_id)
    if connection.scalar(own) is None:
        raise Denied(said("Only who answers for the grid of the car's owner writes down the answer."))
    values = {"answer": masked_words(answer), "answered_at": func.now()}
    unanswered = move_request.c.id == request_id, move_request.c.answer.is_(None)
    if connection.execute(update(move_request).where(*unanswered).values(**values)).rowcount == 0:
        raise Conflict(said("It has been answered already."))
    record(connection, actor, "move_answered", issue_id=asked.issue_id, detail={"move_request": request_id})
    return move_request_in_full(connection, request_id)


def move_request_in_full(connection: Connection, request_id: int) -> MoveRequest:
    """One request. Raises NotFound, also for one out of the sight of who asks."""
    found = connection.execute(_columns().where(move_request.c.id == request_id)).one_or_none()
    if found is None:
        raise NotFound(said("There is no move request {request_id}.", request_id=request_id))
    return _request(found)


def move_requests(connection: Connection, *, limit: int, issue_id: int | None = None) -> list[MoveRequest]:
    """The latest requests that who asks may see: the own, those of matters, and those to households, in scope."""
    query = _columns().order_by(move_request.c.id.desc()).limit(limit)
    if issue_id is not None:
        query = query.where(move_request.c.issue_id == issue_id)
    return [_request(row) for row in connection.execute(query)]


def names_a_car(connection: Connection, issue_id: int) -> bool:
    """Whether the words of a matter hold just one plate, so that nobody needs to type it."""
    with acting(connection, SYSTEM):
        return len(_named(connection, issue_id)) == 1


def _named(connection: Connection, issue_id: int) -> list[str]:
    """The plates in a matter's words as they were sent, in plain spelling."""
    row = connection.execute(select(issue.c.text, ISSUE_TEXT.sealed).where(issue.c.id == issue_id)).one()
    return plates_in(ISSUE_TEXT.opened(vault_of(connection), *row) or "")


def _sought(connection: Connection, plate: str | None, issue_id: int) -> str:
    """The plate to look for, in plain spelling: the one given, or the only one that the matter's words hold."""
    if plate is not None:
        plain = plain_plate(plate)
        if not 4 <= len(plain) <= 12:
            raise InvalidInput([Fault("plate", "not_a_plate", said("must be a number plate, such as 渝A12345"))])
        return plain
    named = _named(connection, issue_id)
    if len(named) != 1:
        reason = said("the matter names several") if named else said("is required: the matter names none")
        raise InvalidInput([Fault("plate", "no_plate", reason)])
    return named[0]


def _hold_back(connection: Connection, actor: Actor) -> None:
    """Raises TooMany where an account has asked as often as it may in an hour."""
    age = func.extract("epoch", func.now() - move_request.c.created_at)
    query = (
        select(age)
        .where(move_request.c.account_id == actor.account_id, age < 3600)
        .order_by(move_request.c.created_at.desc())
        .offset(MOST_AN_HOUR - 1)
        .limit(1)
    )
    oldest = connection.scalar(query)
    if oldest is not None:
        raise TooMany(said("Too many cars were asked after within an hour."), wait_s=max(1, 3600 - int(oldest)))


def _first(connection: Connection, issue_id: int, home: int) -> int | None:
    asked = move_request.c.issue_id == issue_id, move_request.c.household_id == home
    first: int | None = connection.scalar(select(func.min(move_request.c.id)).where(*asked))
    return first


def _write(
    connection: Connection,
    actor: Actor,
    plate: str,
    issue_id: int,
    home: int | None,
    message: str,
    settings: Settings,
) -> int:
    masked = masked_plate(plate) or ""
    notice_id = None
    if home is not None:
        notice_id = put(
            connection,
            "move_request",
            household_id=home,
            subject=f"{SUBJECT} {masked}",
            body=message,
            by_channel=settings.notice_url is not None and bool(numbers_of(connection, home)),
        )
    values = {
        "issue_id": issue_id,
        "account_id": actor.account_id,
        "household_id": home,
        "plate_masked": masked,
        "message": message,
        "notice_id": notice_id,
    }
    made: int = connection.execute(insert(move_request).values(**values).returning(move_request.c.id)).scalar_one()
    record(connection, actor, "move_request", issue_id=issue_id, detail={"move_request": made, "plate": masked})
    return made


def _columns() -> Select[Any]:
    return select(
        move_request.c.id,
        move_request.c.issue_id,
        move_request.c.account_id,
        move_request.c.household_id,
        move_request.c.plate_masked,
        move_request.c.message,
        notice.c.state,
        move_request.c.created_at,
        notice.c.sent_at,
        move_request.c.answer,
        move_request.c.answered_at,
    ).outerjoin(notice, notice.c.id == move_request.c.notice_id)


def _request(row: Sequence[Any]) -> MoveRequest:
    found = MoveRequest(*row)
    if found.household_id is None:
        return replace(found, state="unknown_vehicle")
    if found.answer is not None:
        return replace(found, state="answered")
    # A notice is kept no longer than its request; one that is gone was sent.
    told = {"sending": "waiting", "dropped": "failed"}
    return replace(found, state=told.get(found.state, found.state) or "sent")
