"""Errors as answers: the one place where an exception becomes a status and a text.

API clients get RFC 9457 problem details, readers of pages a page that says the same. Every fault of an
input is in `errors`, whether pydantic or the domain found it. What was not foreseen becomes a 500 with a
reference number; its text stays in the log, under the same number.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
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
from api.reader import shell_of, wants_page
from gis.errors import (
    Conflict,
    Denied,
    Fault,
    GisError,
    InvalidInput,
    NotFound,
    NotSignedIn,
    Overtaken,
    TooMany,
    Unavailable,
    Unconditional,
)
from maps.pages.error import ErrorView, error_page

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
UNAVAILABLE = "The database does not answer now. Try again in a moment."
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


def problem(
    status: int, code: str, detail: str, *, faults: Sequence[Fault] | None = None, reference: str | None = None
) -> Problem:
    """A problem; its title is the status's own."""
    errors = [FaultOut(where=f.where, code=f.code, reason=f.reason) for f in faults] if faults is not None else None
    title = HTTPStatus(status).phrase
    return Problem(title=title, status=status, code=code, detail=detail, errors=errors, reference=reference)


def of_exception(error: Exception) -> Problem:
    """The problem that an exception stands for; one that nobody foresaw is logged and gets a reference."""
    match error:
        case InvalidInput():
            count = len(error.faults)
            return problem(
                422, error.code, f"{count} {'thing is' if count == 1 else 'things are'} wrong.", faults=error.faults
            )
        case RequestValidationError():
            return of_exception(InvalidInput(faults_of(error.errors())))
        case IntegrityError(orig=(UniqueViolation() | ExclusionViolation()) as refused):
            # Whoever writes looks first; what the rules of the database still refuse was written in between.
            _log.warning("overtaken: %s", refused.diag.constraint_name)
            return problem(409, Conflict.code, "Somebody has done the same at this moment. Look at it again.")
        case Unavailable() | OperationalError() | InterfaceError() | PoolTimeout():
            _log.error("unavailable: %s", getattr(error, "orig", None) or error)  # its own text holds parameters
            return problem(503, Unavailable.code, UNAVAILABLE)
        case GisError():
            return problem(STATUSES.get(type(error), 400), error.code, error.message)
        case HTTPException(status_code=400):  # so FastAPI calls a body that it cannot even parse
            return of_exception(InvalidInput([Fault("body", "unreadable", "is broken: its encoding, or its form")]))
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            return problem(error.status_code, phrase.lower().replace(" ", "_"), error.detail or phrase)
    reference = secrets.token_hex(6)
    _log.error("reference %s", reference, exc_info=error)
    return problem(
        500,
        "internal",
        "The service failed. If it happens again, report this number to its operator.",
        reference=reference,
    )


def answer(request: Request, found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as the answer to a request: Open311's own in its folder, a page for a browser, else problem details."""
    sent = dict(headers or {})
    if found.status == 401:
        sent.setdefault("WWW-Authenticate", 'Bearer realm="dualgrid"')
    if found.status == 503:
        sent.setdefault("Retry-After", "5")
    if request.scope["path"].startswith(open311.FOLDER):
        faults = [(fault.where, fault.code, fault.reason) for fault in found.errors or ()]
        detail = f"{found.detail} {found.reference or ''}".rstrip()
        return open311.refusal(request.scope["path"], found.status, detail, faults, headers=sent)
    if wants_page(request):
        details = [f"{fault.where}: {fault.reason}" for fault in found.errors or ()] or [found.detail]
        view = ErrorView(found.status, tuple(details), found.reference or "")
        return HTMLResponse(error_page(view, shell=shell_of(request)), found.status, sent)
    return Response(found.json_bytes(), found.status, sent, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have every foreseen exception of a route answered here. Others: `api.border.Failures`."""

    for kind in FORESEEN:
        app.add_exception_handler(kind, answer_to)


def answer_to(request: Request, error: Exception) -> Response:
    """What is answered to a request when an exception has ended it."""
    headers = error.headers if isinstance(error, HTTPException) else None
    if isinstance(error, TooMany):
        headers = {"Retry-After": str(error.wait_s)}
    return answer(request, of_exception(error), headers)


def faults_of(errors: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Pydantic's errors as faults: where in the sender's own words, what as a stable code."""
    return [Fault(_where(error), _CODES.get(error["type"], error["type"]), _reason(error)) for error in errors]


def _where(error: Mapping[str, Any]) -> str:
    path = list(error["loc"])
    if path and path[0] in ("body", "query", "path", "form"):
        path = path[1:]
    return "body" if error["type"] == "json_invalid" else ".".join(map(str, path)) or "body"


def _reason(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "is not a field of this request"
        case "json_invalid":
            return f"is not JSON: {error['ctx']['error']}"
        case "datetime_type" | "datetime_parsing":
            return "must be an ISO 8601 time, such as 2023-04-01T08:30:00+08:00"
        case "date_type" | "date_parsing" | "date_from_datetime_parsing" | "datetime_from_date_parsing":
            return "must be a day, such as 2023-04-01"
    message = str(error["msg"])
    for subject in ("Input ", "String ", "Value "):
        if message.startswith(f"{subject}should "):
            return "must " + message.removeprefix(f"{subject}should ")
    return message
