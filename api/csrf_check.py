"""Refuses a change that a browser sends with its cookie and without the page's token (`api/csrf.py`)."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.cookies import DOOR, SESSION, cookie
from api.csrf import fits
from api.reader import header
from gis.errors import Denied, said

HEADER = "x-csrf-token"
SIGN_IN = "/sign-in"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PEEKED_BYTES = 2048
_FIRST_FIELD = re.compile(
    rb"\A(?:csrf_token=|--[^\r\n]{1,200}\r\ncontent-disposition: form-data; name=\"csrf_token\"\r\n\r\n)"
    rb"([\w-]{1,200})(?:&|\r\n|\Z)",
    re.IGNORECASE,
)


class CsrfCheck:
    """Refuses a change by cookie without its token; tells pages the secret in `request.state.csrf_secret`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        at_the_door = scope["path"] == SIGN_IN
        by_cookie = scope["state"]["actor"] is not None and not header(scope, b"authorization")
        if not (at_the_door or by_cookie):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        secret = request.state.csrf_secret = cookie(request, DOOR if at_the_door else SESSION)
        if request.method in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        read: list[Message] = []
        token = request.headers.get(HEADER) or await _first_field(receive, read)
        if not (secret and token and fits(token, secret)):
            stale = Denied(said("This page is no longer current. Load it again and repeat what you did."))
            await errors.answer(request, stale)(scope, receive, send)
            return
        read.reverse()

        async def again() -> Message:
            return read.pop() if read else await receive()

        await self.app(scope, again, send)


async def _first_field(receive: Receive, read: list[Message]) -> str | None:
    """The token, if a form's first field is one. `read` takes what was read of the body to find out."""
    begun = b""
    while len(begun) < _PEEKED_BYTES:
        message = await receive()
        read.append(message)
        begun += message.get("body", b"")
        if not message.get("more_body"):
            break
    found = _FIRST_FIELD.match(begun)
    return found[1].decode() if found else None
