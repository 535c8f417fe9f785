"""Open311 GeoReport v2: a request that is posted, as the matter that it reports.

What a field holds is the standard's (https://wiki.open311.org/GeoReport_v2): WGS84 in `lat` and `long`, or
`address_string`, or `address_id`, which is a building's id here; `jurisdiction_id` is a community's code. Who
reports may be named; their e-mail, device and account elsewhere are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert

from gis.actor import Actor
from gis.crs import coordinate_faults
from gis.errors import Fault, InvalidInput, said
from gis.intake.services import Service, Services, answers
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.settings import Settings
from gis.storage.tables import message

SOURCE = "open311"
LONGEST_TEXT, LONGEST_FIELD, LONGEST_URL = 4000, 200, 1000
HAZARD = "HAZARD"
"""The attribute that says whether a matter is a hazard, by `yes` and `no`."""

Fields = Mapping[str, Sequence[str]]
"""A form or query: what was given for each name, nothing empty."""

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,40})\](?:\[[^\[\]]*\])?")
_ANSWERED = {"building_id": "address_id", "community": "jurisdiction_id", "location": "lat, long"}
"""What the domain's names for clues are in the standard."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted request: the report, and the address of an image or page that came with it."""

    report: IssueReport
    media_url: str | None


def read_request(sent: Fields, services: Services, communities: set[str], *, at: datetime) -> Posted:
    """What a posted request reports. Raises InvalidInput with every fault, each by the standard's name of its field."""
    faults: list[Fault] = []
    fields = {name: _single(sent, name, faults) for name in _SINGLE}
    offered = _service(fields["service_code"], services, faults)
    jurisdiction = fields["jurisdiction_id"]
    if jurisdiction is not None and jurisdiction not in communities:
        faults.append(
            Fault(
                "jurisdiction_id",
                "unknown_jurisdiction",
                said("there is no {jurisdiction!r} here", jurisdiction=jurisdiction),
            )
        )
    lon, lat = _point(fields, faults)
    if lon is None and not (fields["lat"] or fields["long"] or fields["address_string"] or fields["address_id"]):
        faults.append(Fault("lat, long", "missing", said("is required, or address_string, or address_id")))
    answered: dict[str, list[str]] = {}
    if offered is not None:
        answered, wrong = answers(offered, _attributes(sent, faults))
        faults += wrong
    text = _text(fields["description"], offered, answered)
    if len(text) > LONGEST_TEXT:
        faults.append(
            Fault(
                "description",
                "too_long",
                said("must have at most {longest_text:,} characters, answers included", longest_text=LONGEST_TEXT),
            )
        )
    media_url = fields["media_url"]
    if media_url is not None and not _is_address(media_url):
        faults.append(Fault("media_url", "bad_form", said("must be an http or https address")))
    if faults:
        raise InvalidInput(faults)
    assert offered is not None
    hazard = {"yes": True, "no": False}.get(answered.get(HAZARD, [""])[0])
    report = IssueReport(
        text=text,
        source=SOURCE,
        reported_at=at,
        community=jurisdiction,
        lon=lon,
        lat=lat,
        address=fields["address_string"],
        building_id=fields["address_id"],
        reporter_name=_full_name(fields["first_name"], fields["last_name"]),
        reporter_phone=fields["phone"],
        topic=offered.topic,
        line=offered.line,
        hazard=hazard,
    )
    return Posted(report, media_url)


def take_request(connection: Connection, posted: Posted, *, settings: Settings, actor: Actor) -> int:
    """Record a posted request; its id. Raises InvalidInput, by the standard's names."""
    try:
        issue_id, _ = record(connection, posted.report, settings=settings, actor=actor)
    except InvalidInput as error:
        named = [Fault(_ANSWERED.get(f.where, f.where), f.code, f.reason) for f in error.faults]
        raise InvalidInput(named) from None
    came = {"issue_id": issue_id, "source": SOURCE, "kind": "text", "media": posted.media_url}
    connection.execute(insert(message).values(**came))
    return issue_id


_SINGLE = {
    "jurisdiction_id": LONGEST_FIELD,
    "service_code": LONGEST_FIELD,
    "lat": LONGEST_FIELD,
    "long": LONGEST_FIELD,
    "address_string": LONGEST_FIELD,
    "address_id": LONGEST_FIELD,
    "first_name": 100,
    "last_name": 99,
    "phone": LONGEST_FIELD,
    "description": LONGEST_TEXT,
    "media_url": LONGEST_URL,
}
"""The fields that are given once, and how many characters each may have."""


def _single(sent: Fields, name: str, faults: list[Fault]) -> str | None:
    """What was given for a name that is given once; blank is the same as not given."""
    values = [value.strip() for value in sent.get(name, ()) if value.strip()]
    if not values:
        return None
    if len(values) > 1:
        faults.append(Fault(name, "too_many", said("may be given once")))
    if len(values[0]) > _SINGLE[name]:
        faults.append(Fault(name, "too_long", said("must have at most {most:,} characters", most=_SINGLE[name])))
    if "\x00" in values[0]:
        faults.append(Fault(name, "nul_character", said("must not hold a NUL character")))
    return values[0]


def _service(code: str | None, services: Services, faults: list[Fault]) -> Service | None:
    if code is None:
        faults.append(Fault("service_code", "missing", said("was not provided")))
        return None
    found = services.find(code)
    if found is None:
        faults.append(
            Fault("service_code", "unknown_service", said("{code!r} was not found", code=code[:LONGEST_FIELD]))
        )
    return found


def _point(fields: Mapping[str, str | None], faults: list[Fault]) -> tuple[float | None, float | None]:
    read: dict[str, float] = {}
    for name in ("lat", "long"):
        value = fields[name]
        if value is not None:
            try:
                read[name] = float(value)
            except ValueError:
                faults.append(Fault(name, "not_a_number", said("must be a number of degrees")))
    for name, other in (("lat", "long"), ("long", "lat")):
        if fields[name] is None and fields[other] is not None:
            faults.append(Fault(name, "missing", said("is required beside {other}", other=other)))
    if len(read) < 2:
        return None, None
    faults += coordinate_faults(lon=read["long"], lat=read["lat"], where="lat, long")
    return read["long"], read["lat"]


def _attributes(sent: Fields, faults: list[Fault]) -> dict[str, list[str]]:
    """The answers, by attribute code: `attribute[code]` or, with several values, `attribute[code][]`."""
    given: dict[str, list[str]] = {}
    for name, values in sent.items():
        found = _ATTRIBUTE.fullmatch(name)
        if found is None:
            continue
        kept = [value.strip() for value in values if value.strip()]
        if any(len(value) > LONGEST_FIELD or "\x00" in value for value in kept):
            faults.append(
                Fault(
                    name,
                    "too_long",
                    said("must have at most {longest_field} characters, none of them NUL", longest_field=LONGEST_FIELD),
                )
            )
        given.setdefault(found[1], []).extend(kept)
    return given


def _text(description: str | None, offered: Service | None, answered: Mapping[str, list[str]]) -> str:
    """What people read: the description, and each answer as a line; the service's name where nothing was said."""
    lines = [description or (offered.name if offered else "")]
    for asked in offered.attributes if offered else ():
        if asked.code in answered:
            lines.append(f"{asked.description} {'、'.join(asked.values.get(v, v) for v in answered[asked.code])}")
    return "\n".join(lines)


def _full_name(first: str | None, last: str | None) -> str | None:
    """Family name first and joined in Chinese, last and apart elsewhere."""
    if first and last:
        return f"{first} {last}" if (first + last).isascii() else last + first
    return first or last


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        return False
