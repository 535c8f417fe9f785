"""Takes back where somebody has just put a matter: what was decided before holds again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, NotFound, Overtaken, Term, said
from gis.storage.session import acting
from gis.storage.tables import issue, issue_event

WITHIN = timedelta(minutes=10)
"""So long somebody may take back the own decision; after that a new one is made."""

_PLACE = (
    "community_id",
    "building_id",
    "accuracy_m",
    "location_method",
    "confidence",
    "doubt",
    "grid_id",
    "grid_version_id",
    "worker_id",
    "post_id",
)


def held_place(row: Row[Any]) -> dict[str, Any]:
    """Where a stored issue (`row`) is, as its event keeps it to be taken back."""
    return {name: getattr(row, name) for name in _PLACE} | {"geom": row.geom.desc if row.geom is not None else None}


def take_back(connection: Connection, issue_id: int, *, version: int | None, actor: Actor) -> None:
    """Put an issue back to where it was before the actor's own decision, if nothing has happened since.

    Raises `NotFound`, `Overtaken` if it has changed since `version`, and `Conflict` if its last event is no such
    decision of the actor's, or an old one.
    """
    row = connection.execute(select(issue).where(issue.c.id == issue_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    if version is not None and version != row.version:
        raise Overtaken(
            said(
                "Issue {issue_id} is now {status}: somebody has changed it. Look at it again.",
                issue_id=issue_id,
                status=Term("status", row.status),
            )
        )
    query = select(issue_event).where(issue_event.c.issue_id == issue_id).order_by(issue_event.c.id.desc()).limit(1)
    last = connection.execute(query).one()
    own = last.kind == "located" and last.actor == actor.name and "held" in last.detail
    if not own or last.at < datetime.now(UTC) - WITHIN:
        raise Conflict(said("Only the own decision can be taken back, while it is the latest and fresh."))
    held = dict(last.detail["held"])
    shape = held.pop("geom")
    geom = func.ST_GeomFromEWKB(func.decode(shape, "hex")) if shape else None
    before = last.detail["before"]
    with acting(connection, SYSTEM):  # it may go back to where its mover does not see it
        connection.execute(update(issue).where(issue.c.id == issue_id).values(**held, geom=geom, receipt=before))
        detail = {"before": row.receipt, "after": before, "taken_back": True}
        connection.execute(
            insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind="located", detail=detail)
        )
