"""`/api/aliases`: what residents call a building, proposed by confirmations and settled by who knows."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.ids import row_id
from api.schemas.aliases import AliasProposalOut, SettledOut
from api.schemas.places import CommunityQuery
from gis.issues.again import settle_words
from gis.population.aliases import alias_proposals

router = APIRouter(prefix="/api/aliases", tags=["places"], responses=problems(401, 403, 422, 503))


@router.get("", response_model=list[AliasProposalOut], dependencies=[requires("read")])
def list_alias_proposals(asked: Annotated[CommunityQuery, Query()], begin: Begin) -> list[AliasProposalOut]:
    """The proposals that wait for somebody, oldest first."""
    with begin() as connection:
        return [AliasProposalOut.of(each) for each in alias_proposals(connection, community=asked.community)]


@router.post(
    "/{id}/{verdict}", response_model=SettledOut, responses=problems(404, 409), dependencies=[requires("settle_alias")]
)
def settle_alias_proposal(
    id: str, verdict: Literal["accept", "reject"], begin: Begin, settings: SettingsNow, actor: Acting
) -> SettledOut:
    """Accept or reject a proposal. An accepted one is read as that building from the next message on, and open
    matters that wait in doubt over these words, the latest 200, are decided again."""
    with begin() as connection:
        again = settle_words(
            connection, row_id(id, "alias proposal"), accept=verdict == "accept", settings=settings, actor=actor
        )
    return SettledOut(decided_again=again)
