"""Workers' leaves: the days on which somebody else answers for their grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import Range

from gis.boundaries.areas import community_id
from gis.errors import Conflict, Fault, InvalidInput, said
from gis.storage.tables import area, leave, worker
from gis.workforce.workers import find_worker


@dataclass(frozen=True, slots=True)
class Leave:
    """A worker's absence, from a day up to, not including, another; no end means until further notice."""

    worker_code: str
    worker_name: str
    community: str
    valid_from: date
    valid_to: date | None


def leaves(connection: Connection, *, since: date, community: str | None = None) -> list[Leave]:
    """The leaves that are not over on a day, earliest first. Raises InvalidInput for an unknown community."""
    query = (
        select(worker.c.code, worker.c.name, area.c.code, leave.c.valid_from, leave.c.valid_to)
        .join(worker, worker.c.id == leave.c.worker_id)
        .join(area, area.c.id == worker.c.community_id)
        .where(leave.c.valid_to.is_(None) | (leave.c.valid_to > since))
        .order_by(leave.c.valid_from, worker.c.code)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        query = query.where(worker.c.community_id == chosen)
    return [Leave(*row) for row in connection.execute(query)]


def add_leave(
    connection: Connection, worker_code: str, *, valid_from: date, valid_to: date | None, community: str | None = None
) -> None:
    """Send a worker on leave. Raises `InvalidInput`, and `Conflict` where the worker is on leave then already."""
    worker_id = find_worker(connection, worker_code, community=community)
    if valid_to is not None and valid_to <= valid_from:
        reason = said(
            "{valid_to} is not after {valid_from}: it is the first day back at work",
            valid_to=valid_to,
            valid_from=valid_from,
        )
        raise InvalidInput([Fault("to", "bad_period", reason)])
    asked = Range(valid_from, valid_to)
    for start, end in connection.execute(
        select(leave.c.valid_from, leave.c.valid_to).where(leave.c.worker_id == worker_id)
    ):
        if asked.overlaps(Range(start, end)):
            on = said("{code} is already on leave from {start} on.", code=worker_code, start=start)
            to = said("{code} is already on leave from {start} to {end}.", code=worker_code, start=start, end=end)
            raise Conflict(to if end else on)
    connection.execute(insert(leave).values(worker_id=worker_id, valid_from=valid_from, valid_to=valid_to))


def cancel_leave(connection: Connection, worker_code: str, *, valid_from: date, community: str | None = None) -> None:
    """Take back a leave that begins on a day. Raises `InvalidInput` if there is none."""
    worker_id = find_worker(connection, worker_code, community=community)
    gone = connection.execute(delete(leave).where(leave.c.worker_id == worker_id, leave.c.valid_from == valid_from))
    if not gone.rowcount:
        raise InvalidInput(
            [
                Fault(
                    "from",
                    "unknown_leave",
                    said(
                        "{worker_code} has no leave that begins on {valid_from}",
                        worker_code=worker_code,
                        valid_from=valid_from,
                    ),
                )
            ]
        )
