"""What residents call a building: learned from people's confirmations, once one who knows has accepted them.

When a person says which building a message means, the words by which it was doubtful are proposed as the
building's alias. A planner or dispatcher accepts or rejects; an accepted one is read as that building from
the next message on, in every process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.errors import Conflict, NotFound, said
from gis.storage.tables import alias_proposal, area, building, compound


@dataclass(frozen=True, slots=True)
class AliasProposal:
    """Words that a person took for a building (`building_id` is its code)."""

    id: int
    words: str
    building_id: str
    building_name: str
    community: str
    proposed_by: str
    proposed_at: datetime


_PROPOSALS = (
    select(
        alias_proposal.c.id,
        alias_proposal.c.words,
        building.c.code,
        building.c.name,
        area.c.code,
        alias_proposal.c.proposed_by,
        alias_proposal.c.proposed_at,
    )
    .join(building, building.c.id == alias_proposal.c.building_id)
    .join(area, area.c.id == building.c.community_id)
)


def propose_alias(connection: Connection, words: str, building_id: int, *, actor: Actor) -> None:
    """Propose words as a building's alias.

    Nothing happens when they were proposed or rejected before, when the building is called so already, or when
    they are what one compound is called: they mean all of its buildings then. What several compounds are called
    means none of them until somebody has said what it means.
    """
    said = words.strip()[:80]
    own = select(building.c.id).where(building.c.id == building_id, _called(building, said))
    compounds = (
        select(func.count())
        .select_from(compound)
        .join(building, building.c.community_id == compound.c.community_id)
        .where(building.c.id == building_id, _called(compound, said))
    )
    if said and connection.scalar(compounds) != 1 and not connection.execute(own).first():
        values = {"words": said, "building_id": building_id, "proposed_by": actor.name}
        connection.execute(insert(alias_proposal).values(**values).on_conflict_do_nothing())


def _called(named: Table, words: str) -> ColumnElement[bool]:
    return (named.c.name == words) | (literal(words) == func.any(named.c.aliases))


def alias_proposals(connection: Connection, *, community: str | None = None) -> list[AliasProposal]:
    """The proposals that wait for somebody, oldest first."""
    query = _PROPOSALS.where(alias_proposal.c.state == "proposed").order_by(alias_proposal.c.id)
    if community is not None:
        query = query.where(area.c.code == community)
    return [AliasProposal(*row) for row in connection.execute(query)]


def settle_alias(connection: Connection, proposal_id: int, *, accept: bool, actor: Actor) -> AliasProposal:
    """Accept or reject a proposal; what it was.

    Raises `NotFound`, and `Conflict` when somebody has settled it already.
    """
    query = select(alias_proposal).where(alias_proposal.c.id == proposal_id).with_for_update()
    proposal = connection.execute(query).one_or_none()
    if proposal is None:
        raise NotFound(said("There is no alias proposal {proposal_id}.", proposal_id=proposal_id))
    if proposal.state != "proposed":
        raise Conflict(
            said("{settled_by} has {state} it already.", settled_by=proposal.settled_by, state=proposal.state)
        )
    state = "accepted" if accept else "rejected"
    connection.execute(
        update(alias_proposal)
        .where(alias_proposal.c.id == proposal_id)
        .values(state=state, settled_by=actor.name, settled_at=func.now())
    )
    if accept:
        connection.execute(
            update(building)
            .where(building.c.id == proposal.building_id)
            .values(aliases=func.array_append(building.c.aliases, proposal.words))
        )
    return AliasProposal(*connection.execute(_PROPOSALS.where(alias_proposal.c.id == proposal_id)).one())
