"""Matters that wait in doubt, decided again once it is known what their words mean."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict
from gis.geolocation.clues import Clues, Knowledge
from gis.geolocation.decide import decide_with
from gis.issues.filters import STATUS_GROUPS
from gis.issues.record import relocate
from gis.population.aliases import AliasProposal, settle_alias
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import area, issue

MOST_AGAIN = 200
"""So many matters, the latest, are decided again when an alias is accepted: somebody waits for the answer."""


def settle_words(connection: Connection, proposal_id: int, *, accept: bool, settings: Settings, actor: Actor) -> int:
    """Accept or reject an alias proposal; how many waiting matters have their place by it.

    Raises as `settle_alias`.
    """
    proposal = settle_alias(connection, proposal_id, accept=accept, actor=actor)
    return _decide_again(connection, proposal, settings, actor) if accept else 0


def _decide_again(connection: Connection, accepted: AliasProposal, settings: Settings, actor: Actor) -> int:
    """Decide the open, doubtful matters of the alias's community whose words contain it; how many are settled."""
    query = (
        select(issue, area.c.code)
        .outerjoin(area, area.c.id == issue.c.community_id)
        .where(
            issue.c.doubt == "ambiguous",
            issue.c.status.in_(STATUS_GROUPS["open"]),
            or_(area.c.code == accepted.community, issue.c.community_id.is_(None)),
            or_(
                issue.c.text.contains(accepted.words, autoescape=True),
                func.coalesce(issue.c.address, "").contains(accepted.words, autoescape=True),
            ),
        )
        .order_by(issue.c.reported_at.desc(), issue.c.id.desc())
        .limit(MOST_AGAIN)
        .with_for_update(of=issue, skip_locked=True)
    )
    settled = 0
    with acting(connection, SYSTEM):
        waiting = connection.execute(query).all()
        knowledge = Knowledge.current(connection) if waiting else None
        for row in waiting:
            assert knowledge is not None
            decision = decide_with(knowledge, _clues_of(row), at=row.reported_at, settings=settings)
            if decision.grid is None:
                continue
            why = {"alias": accepted.words, "building": accepted.building_name}
            try:
                relocate(connection, row, decision, actor=actor, why=why)
            except Conflict:  # a community that has the same report already keeps its own
                continue
            settled += 1
    return settled


def _clues_of(row: Row[Any]) -> Clues:
    """What was given of a stored matter's place."""
    given = row.receipt["given"]
    location = given.get("location", {})
    return Clues(
        lon=location.get("lon"),
        lat=location.get("lat"),
        crs=location.get("crs", "wgs84"),
        accuracy_m=location.get("accuracy_m"),
        text=row.text,
        address=row.address,
        building_id=given.get("building_id"),
        group=given.get("group"),
        community=given.get("community") or row.code,
    )
