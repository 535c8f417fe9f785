"""Who reads: the language of the answer, whether it is a page, and the shell around it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.types import Scope

from api.cookies import SESSION, cookie
from api.csrf import csrf_token
from gis.boundaries.areas import DEFAULT_TIME_ZONE, Community
from gis.security.permissions import may
from maps.filters import Choice
from maps.language import LANGUAGES, Language
from maps.page import LANGUAGE_COOKIE, Account, Shell

A_YEAR_S = 365 * 24 * 3600


def carries(scope: Scope, name: bytes) -> bool:
    """Whether a request has a header (its name in lower case), be it empty."""
    return any(given == name for given, _ in scope["headers"])


def header(scope: Scope, name: bytes) -> str:
    """A header of a request (its name in lower case), empty if it has none: what `Request` would say, without one."""
    for given, value in scope["headers"]:
        if given == name:
            return str(value, "latin-1")
    return ""


def nonce_of(request: Request) -> str:
    """The nonce that scripts and styles of the answer carry: one for each answer, and only for pages."""
    state: dict[str, str] = request.scope["state"]
    return state.setdefault("nonce", secrets.token_urlsafe(16))


def wants_page(request: Request) -> bool:
    """Whether it is a browser that wants to show something."""
    return "text/html" in request.headers.get("accept", "")


def is_read(request: Request) -> bool:
    """Whether somebody at a browser will read the answer: as a page, or told by a script of one."""
    return wants_page(request) or cookie(request, SESSION) is not None


def language_of(request: Request) -> Language:
    """The language that the reader has chosen: now, before, or, without a choice, the operator."""
    default: Language = request.app.state.settings.language
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return next((language for language in LANGUAGES if language == chosen), default)


def page(request: Request, html: str, status: int = 200) -> HTMLResponse:
    """A page as an answer; a language that was chosen in the address is remembered."""
    answer = HTMLResponse(html, status)
    if "lang" in request.query_params:
        answer.set_cookie(LANGUAGE_COOKIE, language_of(request), max_age=A_YEAR_S, samesite="lax", httponly=True)
    return answer


def shell_of(request: Request, *, community: str = "", communities: Sequence[Community] = ()) -> Shell:
    """What every page needs to know of this request."""
    actor = getattr(request.state, "actor", None)
    secret = getattr(request.state, "csrf_secret", None)
    zone = next((each.time_zone for each in communities if each.code == community), DEFAULT_TIME_ZONE)
    return Shell(
        language=language_of(request),
        nonce=nonce_of(request),
        path=request.scope["path"],
        query=request.scope["query_string"].decode("latin-1"),
        tiles=request.app.state.base_tiles,
        csrf_token=csrf_token(secret) if secret else "",
        account=Account(actor.name, actor.role, may(actor, "paste_chat")) if actor else None,
        community=community,
        communities=tuple(Choice(each.code, each.name) for each in communities),
        time_zone=ZoneInfo(zone),
        synthetic=any(each.synthetic for each in communities if not community or each.code == community),
    )


def shell_of_paper(language: Language, *, community: str, communities: Sequence[Community]) -> Shell:
    """What a page needs that nobody looks at in a browser of theirs: it has no reader, and answers no request."""
    zone = next((each.time_zone for each in communities if each.code == community), DEFAULT_TIME_ZONE)
    return Shell(
        language=language,
        nonce="",
        community=community,
        communities=tuple(Choice(each.code, each.name) for each in communities),
        time_zone=ZoneInfo(zone),
        synthetic=any(each.synthetic for each in communities if not community or each.code == community),
    )


def here(request: Request, **changes: str) -> str:
    """The address of this request, path and query, with some parameters changed."""
    if not changes:
        query = request.scope["query_string"].decode("latin-1")
        return f"{request.scope['path']}?{query}" if query else str(request.scope["path"])
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    return f"{request.scope['path']}?{urlencode([*kept, *changes.items()])}"
