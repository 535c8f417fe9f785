"""Errors as answers: the one place where an exception becomes a status and a text.

API clients get RFC 9457 problem details, readers of pages a page that says the same. Every fault of an
input is in `errors`, whether pydantic or the domain found it. What was not foreseen becomes a 500 with a
reference number; its text stays in the log, under the same number.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from psycopg.errors import ExclusionViolation, UniqueViolation
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api import open311
from api.reader import is_read, language_of, shell_of, wants_page
from api.schemas.fields import FORMS
from gis.errors import (
    Conflict,
    Denied,
    Fault,
    GisError,
    InvalidInput,
    NotFound,
    NotSignedIn,
    Overtaken,
    Said,
    TooMany,
    Unavailable,
    Unconditional,
    said,
)
from maps.language import N_, Words, words
from maps.pages.error import ErrorView, error_page
from maps.words import name_of, told

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[type[GisError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    Overtaken: 412,
    Unconditional: 428,
    NotSignedIn: 401,
    Denied: 403,
    TooMany: 429,
    Unavailable: 503,
}
FORESEEN = (
    GisError,
    RequestValidationError,
    HTTPException,
    IntegrityError,
    OperationalError,
    InterfaceError,
    PoolTimeout,
)
"""What a route may raise. Anything else is nobody's intention: `api.border.Failures`."""
UNAVAILABLE = said("The database does not answer now. Try again in a moment.")
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "json_invalid": "not_json",
    "string_type": "not_text",
    "string_unicode": "not_text",
    "float_type": "not_a_number",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "float_parsing": "not_a_number",
    "finite_number": "not_a_number",
    "bool_type": "not_a_boolean",
    "bool_parsing": "not_a_boolean",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "less_than": "too_large",
    "literal_error": "not_a_choice",
    "string_pattern_mismatch": "bad_form",
    "datetime_type": "not_a_time",
    "datetime_parsing": "not_a_time",
    "datetime_from_date_parsing": "not_a_time",
    "date_type": "not_a_time",
    "date_parsing": "not_a_time",
    "date_from_datetime_parsing": "not_a_time",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dict_type": "not_an_object",
}
"""Pydantic's kinds of error as codes of our own, which stay when pydantic's change."""

_DAY = N_("must be a day, such as 2023-04-01")
_OBJECT = N_("must be an object")
_NUMBER = N_("must be a number")
_MOMENT = N_("must be an ISO 8601 time, such as 2023-04-01T08:30:00+08:00")
_REASONS = {
    "missing": N_("is required"),
    "extra_forbidden": N_("is not a field of this request"),
    "json_invalid": N_("is not JSON: {error}"),
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "datetime_from_date_parsing": _DAY,
    "string_type": N_("must be text"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "int_type": N_("must be a whole number"),
    "int_parsing": N_("must be a whole number"),
    "int_from_float": N_("must be a whole number"),
    "bool_type": N_("must be true or false"),
    "bool_parsing": N_("must be true or false"),
    "string_too_short": N_("must have at least {min_length} characters"),
    "string_too_long": N_("must have at most {max_length} characters"),
    "greater_than_equal": N_("must be at least {ge:g}"),
    "greater_than": N_("must be more than {gt:g}"),
    "less_than_equal": N_("must be at most {le:g}"),
    "less_than": N_("must be less than {lt:g}"),
    "literal_error": N_("must be {expected}"),
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": N_("must be a list"),
}
"""What is wrong, by pydantic's kind of error; in `{}` what it tells beside."""

MOST_FAULTS = 500
"""More faults than this in one request are nobody's mistake, and to tell them all is work for the asking."""

_log = logging.getLogger("dualgrid.api")


class FaultOut(BaseModel):
    """One thing that is wrong with the input."""

    where: str
    code: str
    reason: str


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FaultOut] | None = None
    reference: str | None = None

    def json_bytes(self) -> bytes:
        return json.dumps(self.model_dump(exclude_none=True), ensure_ascii=False).encode("utf-8", "replace")


def of_exception(error: Exception, words: Words) -> Problem:
    """The problem that an exception stands for, in these words; one that nobody foresaw is logged, with a reference."""

    def problem(status: int, code: str, detail: Said, **known: Any) -> Problem:
        return Problem(title=HTTPStatus(status).phrase, status=status, code=code, detail=told(detail, words), **known)

    match error:
        case InvalidInput(faults=faults):
            return problem(422, error.code, _how_many(len(faults)), errors=_told(faults[:MOST_FAULTS], words))
        case RequestValidationError():
            found = error.errors()
            errors = _told(faults_of(found[:MOST_FAULTS]), words)
            return problem(422, InvalidInput.code, _how_many(len(found)), errors=errors)
        case IntegrityError(orig=(UniqueViolation() | ExclusionViolation()) as refused):
            # Whoever writes looks first; what the rules of the database still refuse was written in between.
            _log.warning("overtaken: %s", refused.diag.constraint_name)
            return problem(409, Conflict.code, said("Somebody has done the same at this moment. Look at it again."))
        case Unavailable() | OperationalError() | InterfaceError() | PoolTimeout():
            _log.error("unavailable: %s", getattr(error, "orig", None) or error)  # its own text holds parameters
            return problem(503, Unavailable.code, UNAVAILABLE)
        case GisError():
            return problem(STATUSES.get(type(error), 400), error.code, error.message)
        case HTTPException(status_code=400):  # so FastAPI calls a body that it cannot even parse
            broken = Fault("body", "unreadable", said("is broken: its encoding, or its form"))
            return of_exception(InvalidInput([broken]), words)
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            return problem(error.status_code, phrase.lower().replace(" ", "_"), Said(error.detail or phrase))
    reference = secrets.token_hex(6)
    _log.error("reference %s", reference, exc_info=error)
    detail = said("The service failed. If it happens again, report this number to its operator.")
    return problem(500, "internal", detail, reference=reference)


def _how_many(faults: int) -> Said:
    if faults > MOST_FAULTS:
        return said("{count} things are wrong, of which the first {told} are told.", count=faults, told=MOST_FAULTS)
    return said("One thing is wrong.") if faults == 1 else said("{count} things are wrong.", count=faults)


def _told(faults: Iterable[Fault], words: Words) -> list[FaultOut]:
    return [FaultOut(where=fault.where, code=fault.code, reason=told(fault.reason, words)) for fault in faults]


def answer(request: Request, error: Exception) -> Response:
    """What is answered to a request that an exception has ended: Open311's own in its folder, a page for a browser,
    else problem details.

    Who reads a page is told in its language, also where its script asks; programs are told in English.
    """
    spoken = words(language_of(request) if is_read(request) else "en")
    found = of_exception(error, spoken)
    sent = dict((isinstance(error, HTTPException) and error.headers) or {})
    if isinstance(error, TooMany):
        sent["Retry-After"] = str(error.wait_s)
    if found.status == 401:
        sent.setdefault("WWW-Authenticate", 'Bearer realm="dualgrid"')
    if found.status == 503:
        sent.setdefault("Retry-After", "5")
    if request.scope["path"].startswith(open311.FOLDER):
        faults = [(fault.where, fault.code, fault.reason) for fault in found.errors or ()]
        detail = f"{found.detail} {found.reference or ''}".rstrip()
        return open311.refusal(request.scope["path"], found.status, detail, faults, headers=sent)
    if wants_page(request):
        parts = ((name_of("field", fault.where, spoken), fault.reason) for fault in found.errors or ())
        details = [spoken.gettext(": ").join(each) for each in parts] or [found.detail]
        if details == [found.title]:  # the standard's phrase says less than the page's own words
            details = []
        plain = request.url.path if found.status == 422 and request.method == "GET" and request.url.query else ""
        view = ErrorView(found.status, tuple(details), found.reference or "", plain)
        return HTMLResponse(error_page(view, shell=shell_of(request)), found.status, sent)
    return Response(found.json_bytes(), found.status, sent, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have every foreseen exception of a route answered here. Others: `api.border.Failures`."""
    for kind in FORESEEN:
        app.add_exception_handler(kind, answer)


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Pydantic's errors as faults: where in the sender's own words, what as a stable code."""
    return [Fault(_where(error), _CODES.get(error["type"], error["type"]), _reason(error)) for error in errors]


def _where(error: Mapping[str, Any]) -> str:
    path = list(error["loc"])
    if path and path[0] in ("body", "query", "path", "form"):
        path = path[1:]
    return "body" if error["type"] == "json_invalid" else ".".join(map(str, path)) or "body"


def _reason(error: Mapping[str, Any]) -> Said:
    """Why, in a sentence that a catalogue knows; pydantic's own where there is none."""
    known = error.get("ctx", {})
    reason = known.get("said") or FORMS.get(known.get("pattern"))
    if isinstance(reason, Said):
        return reason
    template = _REASONS.get(error["type"])
    return said(template, **known) if template else Said(error["msg"])
