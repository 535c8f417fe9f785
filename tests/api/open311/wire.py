"""The standard's two formats, read apart from the code under test (https://wiki.open311.org/GeoReport_v2)."""

from __future__ import annotations

import json
import re
from typing import Any

from defusedxml import ElementTree

FORMATS = ("xml", "json")
IN_G1 = {"lat": "29.0005", "long": "107.0005"}
W3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
REQUEST = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip


def parsed(reply) -> Any:
    """An answer as one shape, whichever format it has; the declared type and encoding are checked on the way."""
    if reply.headers["content-type"] == "application/json; charset=utf-8":
        return reply.json()
    assert reply.headers["content-type"] == "text/xml; charset=utf-8"
    assert reply.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    return spark(ElementTree.fromstring(reply.content))


def spark(element) -> Any:
    """XML as JSON by the Spark convention, written apart from the one under test."""
    plural = {
        "services", "service_requests", "errors", "attributes", "values", "endpoints", "formats",
    }  # fmt: skip
    if element.tag in plural:
        return [spark(child) for child in element]
    if len(element):
        return {child.tag: spark(child) for child in element}
    return element.text


def as_text(value: Any) -> Any:
    """JSON's numbers and booleans as XML writes them."""
    if isinstance(value, list):
        return [as_text(each) for each in value]
    if isinstance(value, dict):
        return {name: as_text(each) for name, each in value.items()}
    return value if value is None or isinstance(value, str) else json.dumps(value)


def refused(reply, status: int, *parts: str) -> None:
    assert reply.status_code == status, reply.text
    found = parsed(reply)
    assert found
    for error in found:
        assert set(error) == {"code", "description"}
    described = " ".join(error["description"] for error in found)
    for part in parts:
        assert part in described


def ids_of(reply) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [each["service_request_id"] for each in reply.json()]
