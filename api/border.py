"""The border of the service: what holds for every request, whatever answers it.

Plain ASGI, outermost first: `Headers` puts the security headers on every answer, `HeadAsGet` lets whatever can be
fetched be asked about, `Failures` turns what nobody caught into a 500, `HeadLimit` (`api/limits.py`) and `BodyLimit`
refuse what is too long, `Gate` lets nobody in who has not signed in, `CsrfCheck` (`api/csrf_check.py`) no change that
another site made a browser ask for. A new route, a mounted application or a missing page cannot escape them. Every
request pays for what they do, so they read its headers as they came and make a `Request` only where they must.
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors, open311
from api.actors import Actors
from api.cookies import SESSION, cookie
from api.csrf_check import SAFE_METHODS, SIGN_IN
from api.reader import carries, header, wants_page
from gis.errors import Denied, NotSignedIn, said
from maps.page import content_security_policy

LARGEST_BODY_BYTES = 1_000_000
SLOWEST_BODY_S = 30.0
PHOTOS = re.compile("/api/issues/[0-9]{1,19}/attachments")
LARGEST_PHOTOS_BYTES = 45_000_000
SLOWEST_PHOTOS_S = 180.0
"""Where photos come in: nine of them, or one that is large, from a phone in a cellar."""
CALLBACKS = frozenset({"/wechat/callback", "/wecom/callback"})
"""What asks for a signature instead of an account."""
SIGNING_KEYS = "/.well-known/dualgrid-keys.json"
"""What a file that has left the service is checked with."""
OPEN_PATHS = CALLBACKS | {"/health", SIGNING_KEYS, SIGN_IN, "/sign-in/oidc", "/sign-in/oidc/back", "/api/token"}
OPEN_FOLDER = "/static/"
MAP_PROGRAMS = "/ogc/"
"""Where QGIS and its like ask, with a token in either form."""
NOTHING_RUNS = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of whatever is no page."""
ONLY_TLS = (b"strict-transport-security", b"max-age=31536000")
"""Of answers over TLS: a browser comes so for a year, also where somebody takes the TLS away."""
FIXED_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    (b"cache-control", b"no-store"),
)
PASSWORD_FORM = "/account/password"  # noqa: S105 (an address)
WITH_FOREIGN_PASSWORD = frozenset({PASSWORD_FORM, "/api/account/password", "/sign-out"})
"""What somebody may do whose password was chosen by another: change it, or leave."""


class Headers:
    """Puts the security headers on every answer: the policy of a page allows its nonce, any other answer nothing.

    `api.reader.nonce_of` gives a request its nonce, and that makes its answer a page.
    """

    def __init__(self, app: ASGIApp, tile_hosts: tuple[str, ...] = ()) -> None:
        self.app = app
        self.tile_hosts = tile_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                present = {name.lower() for name, _ in headers}
                policy = NOTHING_RUNS
                if "nonce" in state:
                    policy = content_security_policy(state["nonce"], self.tile_hosts).encode()
                fixed = FIXED_HEADERS if scope["scheme"] == "http" else (*FIXED_HEADERS, ONLY_TLS)
                given = (b"content-security-policy", policy), *fixed
                headers.extend([each for each in given if each[0] not in present])
            await send(message)

        await self.app(scope, receive, sent)


class HeadAsGet:
    """Answers HEAD as GET: what can be fetched can be asked about. The server itself leaves out the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self.app(scope, receive, send)


class Failures:
    """Answers what nobody foresaw with a 500 and a reference number, and logs it under the same."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            request = Request(scope)
            await errors.answer(request, error)(scope, receive, send)


class BodyLimit:
    """Refuses a body that is larger than any request of this service needs to be, or takes longer to arrive."""

    def __init__(self, app: ASGIApp, most_bytes: int = LARGEST_BODY_BYTES, slowest_s: float = SLOWEST_BODY_S) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.slowest_s = slowest_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most_bytes, slowest_s = self.most_bytes, self.slowest_s
        if scope["method"] == "POST" and PHOTOS.fullmatch(scope["path"]):
            most_bytes, slowest_s = LARGEST_PHOTOS_BYTES, SLOWEST_PHOTOS_S
        declared = header(scope, b"content-length")
        if declared.isdecimal() and (len(declared) > 18 or int(declared) > most_bytes):
            await errors.answer(Request(scope), _too_large(most_bytes))(scope, receive, send)
            return
        read, whole = 0, False
        until = asyncio.get_running_loop().time() + slowest_s

        async def received() -> Message:
            nonlocal read, whole
            if whole:  # what comes now is the news that the sender has gone
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, f"The body took longer than {slowest_s:g} seconds.") from None
            whole = not message.get("more_body", False)
            read += len(message.get("body", b""))
            if read > most_bytes:
                raise _too_large(most_bytes)
            return message

        await self.app(scope, received, send)


class Gate:
    """Lets in who has signed in, by bearer token or by cookie, and says who it is in `request.state.actor`.

    Open311's folder lets through whoever asks, because its key may be in a form: `api.routes.open311` asks for it.
    What a browser sends by itself (a cookie) does not count for a change that another site asked for. The
    path is the one that routes are found by, not the one of the address: that one is made with the Host
    header, which the sender chooses.
    """

    def __init__(self, app: ASGIApp, actors: Callable[[], Actors]) -> None:
        self.app = app
        self.actors = actors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            refusal = await self._refusal(scope)
            await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        if _comes_from_elsewhere(scope):
            return errors.answer(Request(scope), Denied(said("The request comes from another site.")))
        path: str = scope["path"]
        state = scope["state"]
        state["actor"] = None
        if path in OPEN_PATHS or path.startswith(OPEN_FOLDER):
            return None
        token = token_of(scope)
        if token:
            known = await self.actors().find(token)
            if known is not None:
                state["actor"] = known.actor
                return _password_first(Request(scope)) if known.must_change_password else None
        if path.startswith(open311.FOLDER):
            return None
        request = Request(scope)
        if request.method == "GET" and wants_page(request):
            query = scope["query_string"].decode("latin-1")
            asked = f"{path}?{query}" if query else path
            return RedirectResponse("/sign-in" if asked == "/" else f"/sign-in?{urlencode({'next': asked})}", 303)
        return errors.answer(request, NotSignedIn(said("Sign in first.")))


def token_of(scope: Scope) -> str | None:
    """The token that a request carries. A bearer token, also a wrong one, goes before the cookie.

    Many map programs know no bearer tokens: what they only read takes one as the password of HTTP Basic too.
    """
    scheme, _, value = header(scope, b"authorization").partition(" ")
    # QGIS begins at the folder itself, without the slash behind it.
    for_map_program = f"{scope['path']}/".startswith(MAP_PROGRAMS) and scope["method"] in SAFE_METHODS
    if scheme.lower() == "basic" and for_map_program:
        return _basic_password(value.strip())
    if scheme:
        return value.strip() if scheme.lower() == "bearer" else None
    return cookie(Request(scope), SESSION)


def _basic_password(given: str) -> str | None:
    try:
        return base64.b64decode(given, validate=True).decode("ascii").partition(":")[2]
    except ValueError:
        return None


def address_of(request: Request) -> str:
    """The address that a request comes from; behind a proxy that is trusted, the one that it tells."""
    return request.client.host if request.client else ""


def _too_large(most_bytes: int) -> HTTPException:
    return HTTPException(413, f"The body is larger than {most_bytes:,} bytes.")


def _password_first(request: Request) -> Response | None:
    if request.scope["path"] in WITH_FOREIGN_PASSWORD:
        return None
    if request.method == "GET" and wants_page(request):
        return RedirectResponse(PASSWORD_FORM, 303)
    return errors.answer(request, Denied(said("Change your password first.")))


def _comes_from_elsewhere(scope: Scope) -> bool:
    """Whether a browser says that another site makes it ask for a change.

    Every browser of these years sends one of the two headers with a POST, and no other site can forge
    them. A client that sends neither is no browser, and carries no cookie that it does not mean to.
    """
    if scope["method"] in SAFE_METHODS:
        return False
    if carries(scope, b"authorization"):
        return False
    if carries(scope, b"sec-fetch-site"):
        return header(scope, b"sec-fetch-site") not in ("same-origin", "none")
    return carries(scope, b"origin") and header(scope, b"origin").partition("://")[2] != header(scope, b"host")
