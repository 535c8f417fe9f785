"""`/api/households`, `/api/residents` and `/api/unmask`: who lives where, as far as the reader may know."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.ids import row_id
from api.reader import here
from api.schemas.people import (
    HouseholdInFull,
    HouseholdOut,
    HouseholdPage,
    HouseholdQuery,
    ResidentOut,
    ResidentPage,
    ResidentQuery,
    UnmaskedOut,
    UnmaskIn,
)
from api.views.people import found_by, householders, neighbours, people_counts, seen
from gis.errors import Denied, NotFound
from gis.population.households import household_in_full, households
from gis.population.residents import residents
from gis.security.audit import record
from gis.security.permissions import demand, may
from gis.security.unmasking import in_clear, unmask

router = APIRouter(prefix="/api", tags=["people"], responses=problems(401, 403, 422, 503))
"""Roles that may know numbers but no persons see the same lists with less in them (`gis/security/anonymity.py`)."""


@router.get("/households", response_model=HouseholdPage, dependencies=[requires("read_people")])
def list_households(
    request: Request, asked: Annotated[HouseholdQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> HouseholdPage:
    """Households by building, unit and floor, page by page; doors and plates are masked."""
    with begin() as connection:
        chosen = found_by(connection, asked, actor, settings)
        after = int(asked.after) if asked.after else None
        found = households(connection, chosen, limit=asked.limit + 1, after=after)
        counts = people_counts(connection, chosen, actor, settings) if after is None else None
        clear, known = in_clear(connection, actor), may(actor, "read_persons")
    shown = found[: asked.limit]
    return HouseholdPage(
        numberReturned=len(shown),
        next=here(request, after=str(shown[-1].id)) if len(found) > asked.limit else None,
        counts=counts,
        households=[HouseholdOut.of(each, clear, known=known) for each in shown],
    )


@router.get(
    "/households/{id}",
    response_model=HouseholdInFull,
    responses=problems(404),
    dependencies=[requires("read_people")],
)
def show_household(id: str, begin: Begin, settings: SettingsNow, actor: Acting) -> HouseholdInFull:
    """One household with its residents and cars, masked."""
    with begin() as connection:
        home = household_in_full(connection, row_id(id, "household"), neighbours=neighbours(actor, settings))
        return householders(connection, home, in_clear(connection, actor), known=may(actor, "read_persons"))


@router.get("/residents", response_model=ResidentPage, dependencies=[requires("read_people")])
def list_residents(
    request: Request, asked: Annotated[ResidentQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> ResidentPage:
    """Residents by id, page by page; names and numbers are masked."""
    with begin() as connection:
        chosen = found_by(connection, asked, actor, settings)
        found = residents(
            connection,
            chosen,
            limit=asked.limit + 1,
            household_id=int(asked.household) if asked.household else None,
            after=int(asked.after) if asked.after else None,
        )
        clear, known = in_clear(connection, actor), may(actor, "read_persons")
    shown = found[: asked.limit]
    return ResidentPage(
        numberReturned=len(shown),
        next=here(request, after=str(shown[-1].id)) if len(found) > asked.limit else None,
        residents=[ResidentOut.of(each, clear, known=known) for each in shown],
    )


def _role_may(begin: Begin, actor: Acting) -> None:
    """Refuses a role before its request is read, and writes it down."""
    try:
        demand(actor, "unmask")
    except Denied as refusal:
        with begin() as connection:
            record(connection, actor, "unmask_refused", detail={"code": refusal.code})
        raise


@router.post("/unmask", response_model=UnmaskedOut, responses=problems(404, 413), dependencies=[Depends(_role_may)])
def unmask_subject(body: UnmaskIn, begin: Begin, settings: SettingsNow, actor: Acting) -> UnmaskedOut:
    """See a household, a resident, a car or a matter's reporter in clear, for an open matter that concerns them.

    It is on record, as is every refusal, and expires.
    """
    issue_id, subject = int(body.issue_id), body.subject
    try:
        with begin() as connection:
            expires_at = unmask(
                connection,
                actor,
                subject,
                issue_id=issue_id,
                purpose=body.purpose,
                minutes=settings.unmask_minutes,
            )
            return seen(connection, actor, subject, issue_id, expires_at)
    except (Denied, NotFound) as refusal:
        with begin() as connection:
            record(
                connection,
                actor,
                "unmask_refused",
                subject=subject,
                issue_id=issue_id,
                purpose=body.purpose,
                detail={"code": refusal.code},
            )
        raise
