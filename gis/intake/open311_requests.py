"""Open311 GeoReport v2: matters as the standard's service requests, asked for by its parameters.

Whoever asks sees what is in their scope, and nobody a reporter: words are stored masked, and no name, phone or
worker is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select

from gis.boundaries.areas import community_id
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.intake.open311 import SOURCE, Fields
from gis.intake.services import Service, Services
from gis.storage.tables import LARGEST_ID, OPEN, area, building, grid, issue, message

LONGEST_SPAN = timedelta(days=90)
MOST_REQUESTS = 1000
STATUSES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which requests: these ids, whatever else is named; or by service, time (both ends included) and status."""

    since: datetime
    until: datetime
    ids: tuple[int, ...] | None = None
    services: tuple[Service, ...] = ()
    statuses: tuple[str, ...] = STATUSES
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One matter in the standard's terms; `stage` is our own, `status` what the standard knows of it."""

    id: int
    status: str
    stage: str
    answer: str | None
    merged_into: int | None
    service: Service | None
    text: str
    agency: str | None
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    address: str | None
    address_id: str | None
    lon: float | None
    lat: float | None
    media_url: str | None


def read_query(sent: Fields, services: Services, communities: set[str], *, now: datetime) -> Asked:
    """What a query asks for. Raises InvalidInput with every fault."""
    faults: list[Fault] = []
    jurisdiction = next(iter(sent.get("jurisdiction_id", ())), None)
    if jurisdiction is not None and jurisdiction not in communities:
        faults.append(
            Fault(
                "jurisdiction_id",
                "unknown_jurisdiction",
                said("there is no {jurisdiction!r} here", jurisdiction=jurisdiction),
            )
        )
    codes, statuses = _listed(sent, "service_code"), _listed(sent, "status")
    chosen = [services.find(code) for code in codes]
    for code, found in zip(codes, chosen, strict=True):
        if found is None:
            faults.append(Fault("service_code", "unknown_service", said("{code!r} was not found", code=code[:40])))
    if not set(statuses) <= set(STATUSES):
        faults.append(Fault("status", "not_a_choice", said("must be open or closed")))
    since, until = _span(sent, now, faults)
    if faults:
        raise InvalidInput(faults)
    ids = _listed(sent, "service_request_id")
    if len(ids) > MOST_REQUESTS:
        raise InvalidInput(
            [
                Fault(
                    "service_request_id",
                    "too_many",
                    said("may name at most {most_requests:,} requests", most_requests=MOST_REQUESTS),
                )
            ]
        )
    return Asked(
        since=since,
        until=until,
        ids=tuple(n for n in map(_number, ids) if n is not None) if ids else None,
        services=tuple(each for each in chosen if each is not None),
        statuses=tuple(statuses) or STATUSES,
        jurisdiction=jurisdiction,
    )


def service_requests(connection: Connection, asked: Asked, services: Services) -> list[ServiceRequest]:
    """The requests that are asked for and in scope, latest first, at most `MOST_REQUESTS`."""
    if asked.ids is not None:
        where: list[ColumnElement[bool]] = [issue.c.id == func.any(list(asked.ids))]
    else:
        where = [issue.c.reported_at.between(asked.since, asked.until)]
        if asked.services:
            where.append(or_(*(_of_service(each, services) for each in asked.services)))
        if set(asked.statuses) != set(STATUSES):
            is_open = issue.c.status.in_(OPEN)
            where.append(is_open if "open" in asked.statuses else ~is_open)
    if asked.jurisdiction is not None:
        where.append(issue.c.community_id == community_id(connection, asked.jurisdiction))
    return _found(connection, where, services)


def service_request(connection: Connection, given: str, services: Services) -> ServiceRequest:
    """One request, by what its sender knows as its id. Raises NotFound."""
    number = _number(given)
    found = _found(connection, [issue.c.id == number], services) if number is not None else []
    if not found:
        raise NotFound(
            said("There is no service_request_id {given!r}, or none that this key may see.", given=given[:40])
        )
    return found[0]


def _found(connection: Connection, where: Sequence[ColumnElement[bool]], services: Services) -> list[ServiceRequest]:
    community, street = area.alias("community"), area.alias("street")
    came = select(message.c.media).where(message.c.issue_id == issue.c.id, message.c.source == SOURCE).limit(1)
    query = (
        select(
            issue,
            func.ST_X(issue.c.geom).label("lon"),
            func.ST_Y(issue.c.geom).label("lat"),
            building.c.code.label("building_code"),
            building.c.name.label("building_name"),
            grid.c.name.label("grid_name"),
            street.c.name.label("street_name"),
            came.scalar_subquery().label("media"),
        )
        .outerjoin(building, building.c.id == issue.c.building_id)
        .outerjoin(grid, grid.c.id == issue.c.grid_id)
        .outerjoin(community, community.c.id == issue.c.community_id)
        .outerjoin(street, street.c.id == community.c.parent_id)
        .where(*where)
        .order_by(issue.c.reported_at.desc(), issue.c.id.desc())
        .limit(MOST_REQUESTS)
    )
    return [
        ServiceRequest(
            id=row.id,
            status="open" if row.status in OPEN else "closed",
            stage=row.status,
            answer=row.answer,
            merged_into=row.merged_into,
            service=services.of_topic(row.topic),
            text=row.text,
            agency={"at_street": row.street_name, "at_department": None}.get(row.status, row.grid_name),
            requested_at=row.reported_at,
            updated_at=row.closed_at or row.stage_since,
            expected_at=row.due_at,
            address=row.address or row.building_name,
            address_id=row.building_code,
            lon=row.lon,
            lat=row.lat,
            media_url=row.media,
        )
        for row in connection.execute(query)
    ]


def _of_service(chosen: Service, services: Services) -> ColumnElement[bool]:
    if chosen.topic is not None:
        return issue.c.topic == chosen.topic
    return issue.c.topic.is_(None) | issue.c.topic.not_in(services.topics)


def _listed(sent: Fields, name: str) -> list[str]:
    """What was named, apart by commas or given several times, each once."""
    parts = (part.strip() for value in sent.get(name, ()) for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _number(given: str) -> int | None:
    return int(given) if re.fullmatch("[0-9]{1,19}", given) and 0 < int(given) <= LARGEST_ID else None


def _span(sent: Fields, now: datetime, faults: list[Fault]) -> tuple[datetime, datetime]:
    since, until = (_moment(sent, name, faults) for name in ("start_date", "end_date"))
    try:
        if since is None:
            until = until or now
            return until - LONGEST_SPAN, until
        if until is None:
            return since, since + LONGEST_SPAN
    except OverflowError:
        faults.append(Fault("start_date", "impossible_time", said("must be a time that can be reckoned with")))
        return now, now
    if until < since:
        faults.append(Fault("end_date", "before_start", said("must not be before start_date")))
    if until - since > LONGEST_SPAN:
        faults.append(
            Fault("end_date", "too_long", said("must be at most {days} days after start_date", days=LONGEST_SPAN.days))
        )
    return since, until


def _moment(sent: Fields, name: str, faults: list[Fault]) -> datetime | None:
    """A time with its zone; a plus that was sent unescaped, and so arrives as a space, is put back."""
    given = next(iter(sent.get(name, ())), None)
    if given is None:
        return None
    mended = re.sub(r" (?=\d\d:\d\d$)", "+", given.strip())
    try:
        found = datetime.fromisoformat(mended)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        faults.append(Fault(name, "not_a_time", said("must be a time with its zone, such as 2010-01-01T00:00:00Z")))
        return None
    return found
