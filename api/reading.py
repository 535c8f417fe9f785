"""From what was sent to what the domain takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pydantic_core
from pydantic import ValidationError
from sqlalchemy import Connection

from api.errors import faults_of
from api.moments import begin_of
from api.schemas.fields import none_if_blank
from api.schemas.issues import IssueIn
from api.schemas.locating import LocatedTextOut, LocateQuery
from gis.boundaries.areas import time_zone
from gis.errors import Fault, InvalidInput, said
from gis.geolocation.clues import Clues, Knowledge, context_of, look_up
from gis.geolocation.decide import Decision, decide_with
from gis.geolocation.texts import read_text
from gis.issues.report import IssueReport
from gis.settings import Settings

_CLUES = ("building_id", "group", "community")


def read_report(connection: Connection, body: bytes, settings: Settings) -> IssueReport:
    """The report that a body of JSON makes.

    Raises InvalidInput with every fault: where the form is wrong, what is right of it is still looked up,
    so that the sender learns of a bad number and an unknown group in one answer.
    """
    try:
        given = IssueIn.model_validate_json(body)
    except ValidationError as error:
        faults = faults_of(error.errors())
        raise InvalidInput([*faults, *_faults_of_the_rest(connection, body, faults)]) from None
    now = datetime.now(UTC)
    reported_at = given.reported_at or now
    if reported_at.tzinfo is None:
        reported_at = begin_of(reported_at, time_zone(connection, given.community or settings.community or None))
    location, reporter, category = given.location, given.reporter, given.category
    return IssueReport(
        text=given.text,
        source=given.source,
        reported_at=reported_at,
        external_id=given.external_id,
        community=given.community,
        lon=location.lon if location else None,
        lat=location.lat if location else None,
        crs=(location and location.crs) or settings.source_datums.get(given.source, "wgs84"),
        accuracy_m=location.accuracy_m if location else None,
        address=given.address,
        building_id=given.building_id,
        group=given.group,
        reporter_name=reporter.name if reporter else None,
        reporter_phone=reporter.phone if reporter else None,
        line=category.line if category else None,
        topic=category.topic if category else None,
        hazard=given.hazard,
    )


def read_and_decide(connection: Connection, asked: LocateQuery, settings: Settings) -> LocatedTextOut:
    """The decision on a text, as `decide_from`, and how the text was read. Raises InvalidInput."""
    knowledge = Knowledge.current(connection)
    decision = decide_from(knowledge, asked, settings)
    at = _moment_of(asked, knowledge, settings)
    known = look_up(_clues_of(asked), knowledge, at=at, default_community=settings.community)
    read = read_text(connection, knowledge, asked.text or "", context=context_of(known, knowledge), at=at)
    return LocatedTextOut.from_both(decision, read)


def decide_from(knowledge: Knowledge, asked: LocateQuery, settings: Settings) -> Decision:
    """The decision on what was asked, for now if it names no time. Raises InvalidInput where nothing tells a place."""
    if (asked.lon is None) != (asked.lat is None):
        lacking = "lon" if asked.lon is None else "lat"
        raise InvalidInput([Fault(lacking, "missing", said("is required beside the other coordinate"))])
    if asked.lon is None and not (asked.text or asked.address or asked.building_id or asked.group):
        raise InvalidInput(
            [Fault("query", "missing", said("needs lon and lat, or text, address, building_id or group"))]
        )
    at = _moment_of(asked, knowledge, settings)
    return decide_with(knowledge, _clues_of(asked), at=at, settings=settings)


def _moment_of(asked: LocateQuery, knowledge: Knowledge, settings: Settings) -> datetime:
    zone = knowledge.boundaries.time_zone(asked.community or settings.community or None)
    return begin_of(asked.at, zone.key) if asked.at else datetime.now(UTC)


def _clues_of(asked: LocateQuery) -> Clues:
    return Clues(
        lon=asked.lon,
        lat=asked.lat,
        crs=asked.crs,
        accuracy_m=asked.accuracy_m,
        text=asked.text or "",
        address=asked.address,
        building_id=asked.building_id,
        group=asked.group,
        community=asked.community,
    )


def _faults_of_the_rest(connection: Connection, body: bytes, faults: list[Fault]) -> list[Fault]:
    faulty = {fault.where.partition(".")[0] for fault in faults}
    try:
        loose = pydantic_core.from_json(body)
    except ValueError:
        return []
    if not isinstance(loose, dict):
        return []
    sound = [name for name in _CLUES if none_if_blank(loose.get(name)) and name not in faulty]
    clues: dict[str, Any] = {name: loose[name] for name in sound}
    if loose.get("location") and "location" not in faulty:
        clues |= {"lon": loose["location"]["lon"], "lat": loose["location"]["lat"]}
    try:
        look_up(Clues(**clues), Knowledge.current(connection), at=datetime.now(UTC))
    except InvalidInput as error:
        return list(error.faults)
    return []
