"""Seeing a person in clear: for a named matter, for a purpose, for a time, and on record.

An account that may unmask (`permissions`) sees one subject (a resident, a household, a vehicle, or the reporter of
a matter) as it is, until a moment. The matter has to be open, within the account's sight, and to concern the subject:
be in the same building, or lie in the grid that holds the building now. Closing the matter, or losing sight of it or
the subject, masks it again at once; the rest is for the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from gis.actor import Actor
from gis.errors import Denied, NotFound, Term, said
from gis.security.audit import Subject, record
from gis.security.masking import masked_words
from gis.security.permissions import demand, may
from gis.security.sealed import REPORTER_PHONE, RESIDENT_PHONE
from gis.storage.tables import OPEN, building, household, issue, resident, unmasking, vehicle


@dataclass(frozen=True, slots=True)
class InClear:
    """What an account sees in clear now: each subject, and until when."""

    until: Mapping[Subject, datetime]

    def __call__(self, kind: str, id: int) -> datetime | None:
        """Until when a subject is in clear; None: it is masked."""
        return self.until.get(Subject(kind, id))


def in_clear(connection: Connection, actor: Actor) -> InClear:
    """What an actor sees in clear at this moment."""
    if actor.account_id is None or not may(actor, "unmask"):
        return InClear({})
    query = (
        select(unmasking.c.subject_kind, unmasking.c.subject_id, func.max(unmasking.c.expires_at))
        .join(issue, issue.c.id == unmasking.c.issue_id)
        .where(unmasking.c.account_id == actor.account_id, unmasking.c.expires_at > func.now())
        .where(issue.c.status.in_(OPEN))
        .group_by(unmasking.c.subject_kind, unmasking.c.subject_id)
    )
    return InClear({Subject(kind, id): until for kind, id, until in connection.execute(query)})


def unmask(
    connection: Connection, actor: Actor, subject: Subject, *, issue_id: int, purpose: str, minutes: float
) -> datetime:
    """Let an actor see a subject in clear, and until when that is.

    The subject of kind `issue` is the reporter of that matter. Raises Denied where the role may not, the matter
    is not open or does not concern the subject, and NotFound for a matter or subject out of the actor's sight.
    """
    demand(actor, "unmask")
    matter = connection.execute(
        select(issue.c.status, issue.c.building_id, issue.c.grid_id).where(issue.c.id == issue_id)
    ).one_or_none()
    if matter is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    home = _household_of(connection, subject)
    if matter.status not in OPEN:
        raise Denied(said("Issue {issue_id} is not open: nobody needs to be seen in clear for it.", issue_id=issue_id))
    if subject.kind != "issue":
        where = connection.execute(_PLACE.where(household.c.id == home)).one()
        same_building = matter.building_id == where.building_id
        if not same_building and (matter.grid_id is None or matter.grid_id != where.grid_id):
            raise Denied(
                said(
                    "Issue {issue_id} does not concern this {kind}: it is in another grid.",
                    issue_id=issue_id,
                    kind=Term("thing", subject.kind),
                )
            )
    expires_at = datetime.now(UTC) + timedelta(minutes=minutes)
    connection.execute(
        insert(unmasking).values(
            account_id=actor.account_id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            issue_id=issue_id,
            purpose=masked_words(purpose),
            expires_at=expires_at,
        )
    )
    seen = {"until": expires_at.isoformat(timespec="seconds"), "phones": _phone_marks(connection, subject, home)}
    record(connection, actor, "unmask", subject=subject, issue_id=issue_id, purpose=purpose, detail=seen)
    return expires_at


_grid_now = func.grids_at(building.c.geom, func.now()).table_valued("grid_id", "community_id")
_PLACE = select(
    household.c.building_id,
    select(_grid_now.c.grid_id)
    .where(_grid_now.c.community_id == household.c.community_id)
    .limit(1)
    .scalar_subquery()
    .label("grid_id"),
).join(building, building.c.id == household.c.building_id)


def _household_of(connection: Connection, subject: Subject) -> int | None:
    """The household that a subject belongs to; none for a matter. Raises NotFound."""
    query = {
        "resident": select(resident.c.household_id).where(resident.c.id == subject.id),
        "household": select(household.c.id).where(household.c.id == subject.id),
        "vehicle": select(vehicle.c.household_id).where(vehicle.c.id == subject.id),
        "issue": select(issue.c.id).where(issue.c.id == subject.id),
    }[subject.kind]
    found: int | None = connection.scalar(query)
    if found is None:
        raise NotFound(said("There is no {kind} {id}.", kind=Term("thing", subject.kind), id=subject.id))
    return None if subject.kind == "issue" else found


def _phone_marks(connection: Connection, subject: Subject, home: int | None) -> list[str]:
    """What stands in the log for the numbers that are seen with a subject, so that their owners find it again."""
    query = {
        "resident": select(RESIDENT_PHONE.digest).where(resident.c.id == subject.id),
        "household": select(RESIDENT_PHONE.digest).where(resident.c.household_id == home),
        "issue": select(REPORTER_PHONE.digest).where(issue.c.id == subject.id),
    }.get(subject.kind)
    found = connection.scalars(query).all() if query is not None else ()
    return sorted({each.hex() for each in found if each})
