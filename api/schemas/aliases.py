"""Alias proposals over the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from gis.population.aliases import AliasProposal


class AliasProposalOut(BaseModel):
    """Words that a person took for a building, waiting to be accepted as one of its names."""

    id: str
    words: str
    building_id: str
    building_name: str
    community: str
    proposed_by: str
    proposed_at: datetime

    @classmethod
    def of(cls, proposal: AliasProposal) -> AliasProposalOut:
        return cls(
            id=str(proposal.id),
            words=proposal.words,
            building_id=proposal.building_id,
            building_name=proposal.building_name,
            community=proposal.community,
            proposed_by=proposal.proposed_by,
            proposed_at=proposal.proposed_at,
        )


class SettledOut(BaseModel):
    """`decided_again`: how many matters that waited in doubt have their place by the name that was accepted."""

    decided_again: int
