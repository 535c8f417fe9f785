"""Recording issues: decide where each belongs, recognise what it is about, and store it once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from gis.actor import SYSTEM, Actor
from gis.crs import Datum
from gis.errors import Conflict, GisError, NotFound, Overtaken, Term, said
from gis.geolocation.clues import Clues, Knowledge
from gis.geolocation.decide import Decision, decide_with
from gis.issues.deadlines import Deadlines, current_deadlines
from gis.issues.known import known_before
from gis.issues.report import Answer, IssueReport, Origin, Recorded
from gis.issues.storing import store, wkb_point
from gis.issues.taking_back import held_place
from gis.issues.topics import Category, current_recogniser
from gis.population.aliases import propose_alias
from gis.population.residents import homes_of
from gis.security.sealed import ISSUE_ADDRESS, ISSUE_TEXT, REPORTER_NAME, REPORTER_PHONE
from gis.security.vault import Vault, vault_of
from gis.settings import Settings
from gis.storage.memory import versions
from gis.storage.session import acting
from gis.storage.tables import SRID, area, attachment, issue, issue_event


def record(connection: Connection, report: IssueReport, *, settings: Settings, actor: Actor) -> Recorded:
    """The id of the report's issue, and whether it is new.

    A report that was recorded before, by its source and external id (and community, where it names one), is
    answered with the first issue and changes nothing. Raises `InvalidInput` with every fault of the report,
    and `Conflict` if the first issue says something else and is one that the actor may not see.
    """
    [answer] = record_many(connection, [report], settings=settings, actor=actor)
    if isinstance(answer, GisError):
        raise answer
    return answer


def record_many(
    connection: Connection, reports: Sequence[IssueReport], *, settings: Settings, actor: Actor
) -> list[Answer]:
    """As `record` for one after the other, in as many statements as for one; the answers, in their order.

    What `record` would raise for a report is its answer, and is nothing to the others.
    """
    answers = known_before(connection, reports)
    fresh: dict[int, IssueReport] = {}
    again: list[int] = []
    origins: set[Origin | None] = set()
    for at, report in enumerate(reports):
        if at in answers:
            continue
        if report.origin is not None and report.origin in origins:
            again.append(at)
        else:
            origins.add(report.origin)
            fresh[at] = report
    if fresh:
        answers |= _record_new(connection, fresh, settings, actor)
    if again:  # what is twice among them is asked for once more, now that the first is recorded
        rest = record_many(connection, [reports[at] for at in again], settings=settings, actor=actor)
        answers |= zip(again, rest, strict=True)
    return [answers[at] for at in range(len(reports))]


def _record_new(
    connection: Connection, reports: Mapping[int, IssueReport], settings: Settings, actor: Actor
) -> dict[int, Answer]:
    """Record reports of different origins, of which none is known; the answers by what the reports stand under."""
    counted = versions(connection)
    knowledge = Knowledge.current(connection, counted)
    recogniser, deadlines = current_recogniser(connection, counted), current_deadlines(connection, counted)
    vault = vault_of(connection)
    homes = homes_of(connection, {each.reporter_phone for each in reports.values() if each.reporter_phone})
    answers: dict[int, Answer] = {}
    rows: dict[int, dict[str, Any]] = {}
    categories = recogniser.recognise(list(reports.values()))
    for (at, report), category in zip(reports.items(), categories, strict=True):
        clues = clues_of(report, homes.get(report.reporter_phone or ""))
        try:
            decision = decide_with(knowledge, clues, at=report.reported_at, settings=settings)
        except GisError as error:
            answers[at] = error
        else:
            row = columns(report, decision, category, deadlines, vault)
            rows[at] = row | {"account_id": actor.account_id}
    for at, issue_id in zip(rows, store(connection, list(rows.values()), actor, skip_taken=True), strict=True):
        if issue_id is not None:
            answers[at] = issue_id, True
        else:  # an import takes no locks: one that committed while we waited has recorded it first
            answers[at] = known_before(connection, [reports[at]])[0]
    return answers


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
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    if version is not None and version != row.version:
        raise Overtaken(
            said(
                "Issue {issue_id} is now {status}: somebody has changed it. Look at it again.",
                issue_id=issue_id,
                status=Term("status", row.status),
            )
        )
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
    receipt = decision.receipt | {key: row.receipt[key] for key in ("recognised", "may_be") if key in row.receipt}
    if by_hand:
        receipt |= {"pinned": {"by": actor.name, "at": datetime.now(UTC).isoformat()}}
    located = _located(decision) | {"receipt": receipt}
    if decision.community is None:
        located["community_id"] = row.community_id
    _refuse_twin(connection, row, located["community_id"])
    connection.execute(update(issue).where(issue.c.id == row.id).values(**located, geom=_point(decision)))
    drop_hints(connection, row.id)
    detail = {"before": row.receipt, "after": receipt, "held": held_place(row)} | ({"why": why} if why else {})
    _add_event(connection, row.id, actor, "located", detail)


def drop_hints(connection: Connection, issue_id: int) -> None:
    """Forget where an issue's photos were taken: its place is decided, or no longer asked for."""
    hinted = (attachment.c.issue_id == issue_id, attachment.c.hint_lon.is_not(None))
    connection.execute(update(attachment).where(*hinted).values(hint_lon=None, hint_lat=None, hint_datum=None))


def _refuse_twin(connection: Connection, row: Row[Any], community_id: int | None) -> None:
    """A community holds one issue of an origin: another that bears its id cannot be moved there."""
    if row.external_id is None or community_id == row.community_id:
        return
    twin = select(issue.c.id).where(
        issue.c.source == row.source, issue.c.external_id == row.external_id, issue.c.community_id == community_id
    )
    known = connection.scalar(twin)
    if known is not None:
        raise Conflict(
            said(
                "That community has an issue {source} {external_id} already: {known}.",
                source=row.source,
                external_id=row.external_id,
                known=known,
            )
        )


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


def columns(
    report: IssueReport, decision: Decision, category: Category, deadlines: Deadlines, vault: Vault
) -> dict[str, Any]:
    """The issue's row for `store`; numbers that belong to a person are masked or sealed in it."""
    zone = decision.community.time_zone if decision.community else None
    return {
        **_located(decision),
        "geom": wkb_point(decision.lon, decision.lat),
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
        "first_answered_at": report.first_answered_at,
        "settled_level": report.settled_level,
        "settled_way": report.settled_way,
        "status": report.status,
        "line": category.line,
        "topic": category.topic,
        "topic_by": category.by,
        "topic_confidence": category.confidence,
        "hazard": category.hazard,
        "group_id": decision.group.id if decision.group else None,
        "receipt": decision.receipt | _recognised(category),
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


def _recognised(category: Category) -> dict[str, Any]:
    """What a receipt tells of the topic: the words by which it was recognised, and what it may be."""
    told: dict[str, Any] = {}
    if category.terms:
        told["recognised"] = list(category.terms)
    if category.may_be:
        told["may_be"] = [{"topic": guess.topic, "confidence": guess.confidence} for guess in category.may_be]
    return told


def _point(decision: Decision) -> ColumnElement[Any] | None:
    if decision.lon is None or decision.lat is None:
        return None
    return func.ST_SetSRID(func.ST_MakePoint(decision.lon, decision.lat), SRID)


def _add_event(connection: Connection, issue_id: int, actor: Actor, kind: str, detail: dict[str, Any]) -> None:
    connection.execute(insert(issue_event).values(issue_id=issue_id, actor=actor.name, kind=kind, detail=detail))
