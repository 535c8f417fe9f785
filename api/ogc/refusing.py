"""Refusals as OGC API wants them: what is wrong with a request is 400, and told as everywhere here."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from starlette.types import Scope
from tipg.errors import NotFound as NoSuchThing
from tipg.errors import TiPgError

from api import errors
from gis.errors import NotFound


def refuse(scope: Scope, error: Exception) -> Response:
    """The answer to a request that an exception has ended."""
    if isinstance(error, NoSuchThing):
        error = NotFound("There is no such thing.")
    found = errors.of_exception(error)
    if found.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        found = found.model_copy(update={"status": 400, "title": HTTPStatus.BAD_REQUEST.phrase})
    return errors.answer(Request(scope), found)


def install(app: FastAPI) -> None:
    """Have every foreseen exception of the resources answered so."""

    def answered(request: Request, error: Exception) -> Response:
        return refuse(request.scope, error)

    for kind in (*errors.FORESEEN, TiPgError):
        app.add_exception_handler(kind, answered)
