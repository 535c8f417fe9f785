"""The wire of Open311: XML and JSON from one shape, and refusals as the standard has them.

JSON maps to XML by the Spark convention: a list is an element named in the plural, its items are elements named in
the singular. The standard knows three refusals: 404 for what does not exist, 403 for a wrong or missing key, 400 for
anything else that the sender can mend. What only the service can mend keeps its own status (500, 503), so that
a client knows to try again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import parse_qs
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Request, Response

from gis.errors import Fault, InvalidInput, said

FOLDER = "/open311/"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
Format = Literal["xml", "json"]

_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_NOT_FOUND = ("unknown_service", "unknown_jurisdiction")
_MENDABLE = range(400, 500)
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(
    root: str, body: Any, format: Format, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A body of dicts, lists and plain values, as an answer; `root` names its outermost element in XML."""
    if format == "json":
        written = json.dumps(body, ensure_ascii=False).encode()
        return Response(written, status, headers, "application/json; charset=utf-8")
    element = Element(root)
    _fill(element, body)
    written = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(element, encoding="utf-8", xml_declaration=False)
    return Response(written, status, headers, "text/xml; charset=utf-8")


def refusal(
    path: str,
    status: int,
    detail: str,
    faults: Iterable[tuple[str, str, str]] = (),
    *,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A refusal for a path below `FOLDER`; `faults` are where, code and reason of each thing that is wrong."""
    told = [(404 if code in _NOT_FOUND else 400, f"{where}: {reason}") for where, code, reason in faults]
    told = told or [(_standard(status), detail)]
    body = [{"code": code, "description": description} for code, description in told]
    return answer("errors", body, format_of(path), status=max(code for code, _ in told), headers=headers)


def format_of(path: str) -> Format:
    """The format that a path asks for by its ending; XML, which every client reads, if by none."""
    return "json" if path.endswith(".json") else "xml"


def w3(moment: datetime) -> str:
    """A time as the standard wants it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def form_of(request: Request) -> dict[str, list[str]]:
    """The form that was posted. Raises InvalidInput if it is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise InvalidInput([Fault("Content-Type", "bad_form", said("must be {form}", form=FORM))])
    return fields_of(await request.body(), "body")


def query_of(request: Request) -> dict[str, list[str]]:
    """The fields of a request's address. Raises InvalidInput if they are not UTF-8."""
    return fields_of(request.scope["query_string"], "query")


def fields_of(raw: bytes, where: str) -> dict[str, list[str]]:
    """What was given for each name; what is empty counts as not given. Raises InvalidInput for what is not UTF-8."""
    try:
        return parse_qs(raw.decode(), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        reason = said("must be URL-encoded UTF-8 of at most {most_fields} fields", most_fields=MOST_FIELDS)
        raise InvalidInput([Fault(where, "bad_form", reason)]) from None


def _standard(status: int) -> int:
    if status in (401, 403):
        return 403
    return 400 if status in _MENDABLE and status != 404 else status


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _fill(SubElement(element, _ITEMS[element.tag]), item)
    elif isinstance(value, dict):
        for name, part in value.items():
            _fill(SubElement(element, name), part)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NO_XML.sub("\ufffd", str(value))
