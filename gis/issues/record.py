"""Recording an issue: decide where it belongs, recognise what it is about, and store it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from gis.actor import SYSTEM, Actor
from gis.crs import Datum
from gis.errors import Conflict, NotFound, Overtaken
from gis.geolocation.clues import Clues, Knowledge
from gis.geolocation.decide import Decision, decide_with
from gis.issues.deadlines import Deadlines, current_deadlines
from gis.issues.report import IssueReport
from gis.issues.taking_back import held_place
from gis.issues.topics import Category, Lexicon, current_lexicon
from gis.population.aliases import propose_alias
from gis.population.residents import home_of
from gis.security.masking import masked_words
from gis.security.sealed import ISSUE_ADDRESS, ISSUE_TEXT, REPORTER_NAME, REPORTER_PHONE
from gis.security.vault import Vault, vault_of
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import SRID, area, issue, issue_event

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:origin, 0))")


def record(connection: Connection, report: IssueReport, *, settings: Settings, actor: Actor) -> tuple[int, bool]:
    """The id of the report's issue, and whether it is new.

    A report that was recorded before, by its source and external id (and community, where it names one), is
    answered with the first issue and changes nothing. Raises `InvalidInput` with every fault of the report,
    and `Conflict` if the first issue says something else and is one that the actor may not see.
    """
    if report.external_id is not None:
        connection.execute(_ONE_AT_A_TIME, {"origin": f"{report.source}\n{report.external_id}"})
        known = _find(connection, report)
        if known is not None:
            return _tellable(connection, known, report), False
    knowledge = Knowledge.current(connection)
    clues = clues_of(report, home_of(connection, report.reporter_phone))
    decision = decide_with(knowledge, clues, at=report.reported_at, settings=settings)
    category = category_of(report, current_lexicon(connection))
    values = columns(report, decision, category, current_deadlines(connection), vault_of(connection))
    # An import takes no lock for each of its rows: one that commits while we wait here has recorded it first.
    values |= {"account_id": actor.account_id, "geom": _point(decision)}
    inserted = insert_or_skip(issue).values(**values).on_conflict_do_nothing()
    issue_id: int | None = connection.scalar(inserted.returning(issue.c.id))
    if issue_id is None and (known := _find(connection, report)) is not None:
        return _tellable(connection, known, report), False
    assert issue_id is not None
    _add_event(connection, issue_id, actor, "reported", {"method": decision.method})
    return issue_id, True


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Where a person says that an issue is: at a point, in a building, at another place, or in a grid.

    Named by their codes, in the issue's own community or in `community`.
    """

    lon: float | None = None
    lat: float | None = None
    crs: Datum = "wgs84"
    building_id: str | None = None
    place: str | None = None
    grid: str | None = None
    community: str | None = None


def pin(
    connection: Connection,
    issue_id: int,
    place: ByHand,
    *,
    settings: Settings,
    actor: Actor,
    version: int | None = None,
) -> None:
    """Put an issue at a place by hand; its grid and worker follow as they were when it was reported.

    A point that it has is kept when only its grid is named. What was decided before stays in the event, and a
    doubt is settled. Words that were read as several places are proposed as an alias of the building that is
    named. Raises `NotFound`, `Overtaken` if it has changed since `version`, and `InvalidInput` for an impossible place.
    """
    query = (
        select(issue, func.ST_X(issue.c.geom).label("x"), func.ST_Y(issue.c.geom).label("y"), area.c.code)
        .outerjoin(area, area.c.id == issue.c.community_id)
        .where(issue.c.id == issue_id)
        .with_for_update(of=issue)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no issue {issue_id}.")
    if version is not None and version != row.version:
        raise Overtaken(f"Issue {issue_id} is now {row.status}: somebody has changed it. Look at it again.")
    by_point = place.lon is not None
    clues = Clues(
        lon=place.lon if by_point else row.x,
        lat=place.lat if by_point else row.y,
        crs=place.crs if by_point else "wgs84",
        accuracy_m=0,
        address=row.address,
        text=row.text,
        building_id=place.building_id,
        place=place.place,
        grid=place.grid,
        # A point leaves the community open: a matter may turn out to belong to another one.
        community=place.community or (None if by_point else row.code),
    )
    decision = decide_with(Knowledge.current(connection), clues, at=row.reported_at, settings=settings, method="manual")
    with acting(connection, SYSTEM):  # a matter may be moved to where who moves it no longer sees it
        relocate(connection, row, decision, actor=actor, by_hand=True)
        if row.doubt == "ambiguous" and decision.building is not None:
            propose_alias(connection, row.receipt["read"]["words"], decision.building.id, actor=actor)


def relocate(
    connection: Connection,
    row: Row[Any],
    decision: Decision,
    *,
    actor: Actor,
    by_hand: bool = False,
    why: dict[str, str] | None = None,
) -> None:
    """Give a stored issue (`row`) the place of a new decision, and keep the one before in an event.

    `why` is what has become known, kept there as well. Raises `Conflict` where the issue's new community has
    one of the same origin.
    """
    receipt = _with_terms(decision.receipt, row.receipt.get("recognised", ()))
    if by_hand:
        receipt |= {"pinned": {"by": actor.name, "at": datetime.now(UTC).isoformat()}}
    located = _located(decision) | {"receipt": receipt}
    if decision.community is None:
        located["community_id"] = row.community_id
    _refuse_twin(connection, row, located["community_id"])
    connection.execute(update(issue).where(issue.c.id == row.id).values(**located, geom=_point(decision)))
    detail = {"before": row.receipt, "after": receipt, "held": held_place(row)} | ({"why": why} if why else {})
    _add_event(connection, row.id, actor, "located", detail)


def _refuse_twin(connection: Connection, row: Row[Any], community_id: int | None) -> None:
    """A community holds one issue of an origin: another that bears its id cannot be moved there."""
    if row.external_id is None or community_id == row.community_id:
        return
    twin = select(issue.c.id).where(
        issue.c.source == row.source, issue.c.external_id == row.external_id, issue.c.community_id == community_id
    )
    known = connection.scalar(twin)
    if known is not None:
        raise Conflict(f"That community has an issue {row.source} {row.external_id} already: {known}.")


def clues_of(report: IssueReport, home_id: int | None = None) -> Clues:
    """What the report says of its place, and where its reporter lives, if that is known."""
    return Clues(
        lon=report.lon,
        lat=report.lat,
        crs=report.crs,
        accuracy_m=report.accuracy_m,
        text=report.text,
        address=report.address,
        building_id=report.building_id,
        group=report.group,
        community=report.community,
        home_id=home_id,
    )


def category_of(report: IssueReport, lexicon: Lexicon) -> Category:
    """The report's category: what it states, and for the rest what its words are recognised as."""
    recognised = lexicon.recognise(report.text)
    topic = report.topic or recognised.topic
    line = report.line or lexicon.line(topic)
    hazard = recognised.hazard if report.hazard is None else report.hazard
    return Category(topic=topic, line=line, hazard=hazard, terms=recognised.terms)


def columns(
    report: IssueReport, decision: Decision, category: Category, deadlines: Deadlines, vault: Vault
) -> dict[str, Any]:
    """The issue's row, all but its geometry; numbers that belong to a person are masked or sealed in it."""
    zone = decision.community.time_zone if decision.community else None
    return {
        **_located(decision),
        **ISSUE_TEXT.values(vault, report.text),
        **ISSUE_ADDRESS.values(vault, report.address),
        **REPORTER_NAME.values(vault, report.reporter_name),
        **REPORTER_PHONE.values(vault, report.reporter_phone),
        "source": report.source,
        "external_id": report.external_id,
        "reported_at": report.reported_at,
        "stage_since": report.reported_at,
        "due_at": deadlines.due_at(topic=category.topic, stage=report.status, begun=report.reported_at, zone=zone),
        "closed_at": report.closed_at,
        "status": report.status,
        "line": category.line,
        "topic": category.topic,
        "hazard": category.hazard,
        "group_id": decision.group.id if decision.group else None,
        "receipt": _with_terms(decision.receipt, category.terms),
    }


def _located(decision: Decision) -> dict[str, Any]:
    held = decision.assignment.post if decision.assignment else None
    return {
        "community_id": decision.community.id if decision.community else None,
        "building_id": decision.building.id if decision.building else None,
        "accuracy_m": decision.accuracy_m,
        "location_method": decision.method,
        "confidence": decision.confidence,
        "doubt": decision.doubt,
        "grid_id": decision.grid.id if decision.grid else None,
        "grid_version_id": decision.grid.version_id if decision.grid else None,
        "worker_id": held.worker_id if held else None,
        "post_id": held.id if held else None,
        "receipt": decision.receipt,
    }


def _with_terms(receipt: dict[str, Any], terms: Sequence[str]) -> dict[str, Any]:
    """The receipt with the words by which the topic was recognised."""
    return receipt | {"recognised": list(terms)} if terms else receipt


def _point(decision: Decision) -> ColumnElement[Any] | None:
    if decision.lon is None or decision.lat is None:
        return None
    return func.ST_SetSRID(func.ST_MakePoint(decision.lon, decision.lat), SRID)


def _find(connection: Connection, report: IssueReport) -> int | None:
    query = select(issue.c.id).where(issue.c.source == report.source, issue.c.external_id == report.external_id)
    if report.community:
        query = query.join(area, area.c.id == issue.c.community_id).where(area.c.code == report.community)
    with acting(connection, SYSTEM):
        return connection.scalar(query.order_by(issue.c.id).limit(1))


def _tellable(connection: Connection, issue_id: int, report: IssueReport) -> int:
    query = select(issue.c.text).where(issue.c.id == issue_id)
    if connection.scalar(query) is None:
        with acting(connection, SYSTEM):
            same = connection.scalar(query) == masked_words(report.text)
        if not same:
            raise Conflict(f"Another issue was reported with the id {report.external_id!r} before.")
    return issue_id


def _add_event(connection: Connection, issue_id: int, actor: Actor, kind: str, detail: dict[str, Any]) -> None:
    connection.execute(insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind=kind, detail=detail))
