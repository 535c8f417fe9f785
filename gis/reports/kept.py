"""Reports that were asked for or are due: waiting, being made, made or failed.

Whoever has all of a community in scope sees its reports and may ask for one; the policy of the table says so. A report
holds figures and places, and nobody's words: what is masked or let go of later is not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from gis.actor import Actor
from gis.boundaries.areas import Community
from gis.errors import Denied, NotFound, said
from gis.reports.periods import Kind, Period, last_ended
from gis.storage.tables import area, issue, report

State = Literal["waiting", "making", "made", "failed"]
Step = Literal["figures", "hotspots", "maps", "printing"]
Format = Literal["html", "pdf"]
Hearing = Callable[[Step], None]
"""Hears what is being made of a report."""
GIVEN_UP_AFTER = timedelta(minutes=15)
"""Whoever has been making a report for so long has died over it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One report, without its contents."""

    id: int
    community: str
    community_name: str
    kind: Kind
    begins: date
    language: Literal["zh", "en"]
    state: State
    step: Step | None
    failure: str | None
    asked_by: str
    asked_at: datetime
    made_at: datetime | None

    @property
    def period(self) -> Period:
        return Period(self.kind, self.begins)


_COLUMNS: tuple[ColumnElement[Any], ...] = (
    report.c.id,
    area.c.code,
    area.c.name,
    report.c.period,
    report.c.begins,
    report.c.language,
    report.c.state,
    report.c.step,
    report.c.failure,
    report.c.asked_by,
    report.c.asked_at,
    report.c.made_at,
)


def ask(connection: Connection, community: Community, period: Period, *, language: str, actor: Actor) -> int:
    """Have a report made, or made again; its id. One that waits or is being made is left at that.

    Raises Denied where not all of the community is in scope.
    """
    if community.id not in (connection.scalar(select(func.scope_communities())) or ()):
        raise Denied(said("A report is of all of a community, which is not in your scope."))
    asked = insert(report).values(
        community_id=community.id,
        period=period.kind,
        begins=period.begins,
        language=language,
        asked_by=actor.name,
    )
    again = {"state": "waiting", "step": None, "failure": None, "asked_by": actor.name, "asked_at": func.now()}
    done = report.c.state.in_(("made", "failed"))
    key = [report.c.community_id, report.c.period, report.c.begins, report.c.language]
    connection.execute(asked.on_conflict_do_update(index_elements=key, set_=again, where=done))
    values = (community.id, period.kind, period.begins, language)
    query = select(report.c.id).where(*(column == value for column, value in zip(key, values, strict=True)))
    return int(connection.execute(query).scalar_one())


def ask_due(connection: Connection, communities: list[Community], *, at: datetime, language: str, actor: Actor) -> int:
    """Have those of the last week and month made that are not there yet, where anything was reported in them."""
    asked = 0
    kinds: tuple[Kind, ...] = ("week", "month")
    for community in communities:
        for kind in kinds:
            period = last_ended(kind, at, community.time_zone)
            there = select(report.c.id).where(
                report.c.community_id == community.id,
                report.c.period == kind,
                report.c.begins == period.begins,
                report.c.language == language,
            )
            since, until = period.moments(community.time_zone)
            anything = select(issue.c.id).where(
                issue.c.community_id == community.id, issue.c.reported_at >= since, issue.c.reported_at < until
            )
            if connection.scalar(there) is None and connection.scalar(anything.limit(1)) is not None:
                ask(connection, community, period, language=language, actor=actor)
                asked += 1
    return asked


def take_next(connection: Connection) -> Kept | None:
    """The report that has waited longest, from now on being made by who asks; others pass it by."""
    abandoned = (report.c.state == "making") & (report.c.begun_at < func.now() - GIVEN_UP_AFTER)
    query = select(report.c.id).where(or_(report.c.state == "waiting", abandoned)).order_by(report.c.asked_at)
    id = connection.scalar(query.limit(1).with_for_update(skip_locked=True))
    if id is None:
        return None
    connection.execute(
        update(report).where(report.c.id == id).values(state="making", step="figures", begun_at=func.now())
    )
    return one(connection, id)


def note_step(connection: Connection, id: int, step: Step) -> None:
    """Note what is being made of a report."""
    connection.execute(update(report).where(report.c.id == id).values(step=step))


def put(connection: Connection, id: int, *, html: bytes, pdf: bytes, at: datetime) -> None:
    """Keep a report that has been made, in the place of an earlier one."""
    made = {"state": "made", "step": None, "failure": None, "made_at": at, "html": html, "pdf": pdf}
    connection.execute(update(report).where(report.c.id == id).values(**made))


def note_failure(connection: Connection, id: int, why: str) -> None:
    """Note that a report could not be made."""
    connection.execute(update(report).where(report.c.id == id).values(state="failed", step=None, failure=why))


def kept(connection: Connection, community: str | None, *, limit: int = 100) -> list[Kept]:
    """The reports in scope, of one community or of all, the latest period first."""
    query = select(*_COLUMNS).join(area, area.c.id == report.c.community_id)
    if community is not None:
        query = query.where(area.c.code == community)
    order = (report.c.begins.desc(), report.c.period, report.c.language, report.c.id)
    return [Kept(*row) for row in connection.execute(query.order_by(*order).limit(limit))]


def one(connection: Connection, id: int) -> Kept:
    """One report. Raises NotFound."""
    query = select(*_COLUMNS).join(area, area.c.id == report.c.community_id).where(report.c.id == id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(said("There is no report {report_id}.", report_id=id))
    return Kept(*row)


def content(connection: Connection, id: int, format: Format) -> bytes:
    """What was made. Raises NotFound where there is no such report, or it has not been made yet."""
    found = connection.scalar(select(report.c[format]).where(report.c.id == id))
    if found is None:
        raise NotFound(said("There is no report {report_id}.", report_id=id))
    return bytes(found)
