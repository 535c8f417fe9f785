"""What a route asks for: the settings, who acts, and a transaction to act in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import Connection

from api.cookies import SESSION
from gis.actor import Actor
from gis.files.store import Store
from gis.security.permissions import Action, demand
from gis.settings import Settings
from gis.storage.session import transaction


# Asynchronous, though they wait for nothing: FastAPI gives each plain function a thread, which takes longer
# than what they do.
async def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


async def _photos(request: Request) -> Store:
    found: Store = request.app.state.photos
    return found


async def _actor(request: Request) -> Actor:
    found: Actor = request.state.actor
    return found


async def _begin(request: Request) -> Callable[[], AbstractContextManager[Connection]]:
    return partial(transaction, request.app.state.engine, request.state.actor)


SettingsNow = Annotated[Settings, Depends(_settings)]
PhotoStore = Annotated[Store, Depends(_photos)]
Acting = Annotated[Actor, Depends(_actor)]
Begin = Annotated[Callable[[], AbstractContextManager[Connection]], Depends(_begin)]
"""Begins the request's one transaction: `with begin() as connection`.

A route opens it in its own body rather than getting it open from a dependency. It is committed before
there is an answer, a commit that fails is an error answer, and no request holds a connection while it
waits for a thread: with more requests than threads, those would wait for each other.
"""


def requires(action: Action) -> Any:
    """A route's (or router's) dependency: the actor's role must allow this."""

    async def check(actor: Acting) -> None:
        demand(actor, action)

    return Depends(check)


SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
"""How to sign in for a path that is not open, for its description. The gate is what asks for it."""
WAYS_TO_SIGN_IN = {
    "bearer": {"type": "oauth2", "flows": {"password": {"scopes": {}, "tokenUrl": "/api/token"}}},
    "cookie": {"type": "apiKey", "in": "cookie", "name": SESSION},
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors that a route may answer with, for its description."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANING[status], "content": content} for status in statuses}


def described_refusals(*, has_body: bool) -> dict[str, dict[str, Any]]:
    """What the border answers, whatever the route, for the description."""
    statuses = (403, 408, 413, 414, 431, 503) if has_body else (403, 414, 431, 503)
    return {str(status): described for status, described in problems(*statuses).items()}


_MEANING = {
    401: "Nobody has signed in",
    403: "The account may not do this",
    404: "There is no such thing",
    408: "The body took too long to arrive",
    409: "The request is ambiguous, or overtaken",
    412: "Somebody has changed it since",
    413: "The body is too large",
    414: "The address is too long",
    422: "The request has faults; all are listed",
    428: "The change does not say what it relies on (If-Match)",
    429: "Too many failures; wait",
    431: "The headers are too long",
    503: "The database does not answer",
}
