"""Refusals as OGC API wants them: what is wrong with a request is 400, and told as everywhere here."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.types import Scope
from tipg.errors import NotFound as NoSuchThing
from tipg.errors import TiPgError

from api import errors
from gis.errors import InvalidInput, NotFound, said
from maps.language import words


def refuse(scope: Scope, error: Exception) -> Response:
    """The answer to a request that an exception has ended."""
    if isinstance(error, NoSuchThing):
        error = NotFound(said("There is no such collection."))
    if not isinstance(error, (InvalidInput, RequestValidationError)):
        return errors.answer(Request(scope), error)
    bad = HTTPStatus.BAD_REQUEST
    found = errors.of_exception(error, words("en")).model_copy(update={"status": int(bad), "title": bad.phrase})
    return Response(found.json_bytes(), bad, media_type=errors.MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have every foreseen exception of the resources answered so."""

    def answered(request: Request, error: Exception) -> Response:
        return refuse(request.scope, error)

    for kind in (*errors.FORESEEN, TiPgError):
        app.add_exception_handler(kind, answered)
