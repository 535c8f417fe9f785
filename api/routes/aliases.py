"""`/api/aliases`: what residents call a building, proposed by confirmations and settled by who knows."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.deps import Acting, Begin, problems, requires
from api.routes.issues import issue_number
from api.schemas.aliases import AliasProposalOut
from api.schemas.places import CommunityQuery
from gis.population.aliases import alias_proposals, settle_alias

router = APIRouter(prefix="/api/aliases", tags=["places"], responses=problems(401, 403, 422, 503))


@router.get("", response_model=list[AliasProposalOut], dependencies=[requires("read")])
def list_alias_proposals(asked: Annotated[CommunityQuery, Query()], begin: Begin) -> list[AliasProposalOut]:
    """The proposals that wait for somebody, oldest first."""
    with begin() as connection:
        return [AliasProposalOut.of(each) for each in alias_proposals(connection, community=asked.community)]


@router.post("/{id}/{verdict}", status_code=204, responses=problems(404, 409), dependencies=[requires("settle_alias")])
def settle_alias_proposal(id: str, verdict: Literal["accept", "reject"], begin: Begin, actor: Acting) -> None:
    """Accept or reject a proposal; an accepted one is read as that building from the next message on."""
    with begin() as connection:
        settle_alias(connection, issue_number(id), accept=verdict == "accept", actor=actor)
