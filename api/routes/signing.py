"""`/sign-in` and `/sign-out`: the browser's way in, and everybody's way out."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.cookies import DOOR, SESSION, cookie, drop_cookie, set_cookie
from api.reader import page, shell_of, wants_page
from api.signing import sign_in, sign_out
from gis.actor import SYSTEM
from gis.boundaries.areas import communities
from gis.settings import Settings
from gis.storage.session import transaction
from maps.pages.sign_in import SignInProblem, SignInView, sign_in_page

DOOR_OPEN_S = 24 * 3600

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:
    """The form."""
    return sign_in_form(request, next=next)


@router.post("/sign-in")
def take_sign_in(
    request: Request,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in and go to where the reader wanted to go."""
    token = sign_in(request, username, password)
    if token is None:
        return sign_in_form(request, next=next, username=username[:80], problem="mismatch", status=401)
    return signed_in(request, token, next=next)


@router.post("/sign-out")
def take_sign_out(request: Request) -> Response:
    """Sign out; the token is worth nothing from now on."""
    sign_out(request)
    answer = RedirectResponse("/sign-in", 303) if wants_page(request) else Response(status_code=204)
    drop_cookie(request, answer, SESSION)
    return answer


def signed_in(request: Request, token: str, *, next: str) -> Response:
    """Send a browser on its way with its sign-in."""
    settings: Settings = request.app.state.settings
    answer = RedirectResponse(own_path(next), 303)
    set_cookie(request, answer, SESSION, token, max_age_s=int(settings.sign_in_hours * 3600))
    drop_cookie(request, answer, DOOR)
    return answer


def sign_in_form(
    request: Request, *, next: str, username: str = "", problem: SignInProblem | None = None, status: int = 200
) -> Response:
    """The form with what it is bound to, and what was wrong the last time."""
    settings: Settings = request.app.state.settings
    held = cookie(request, DOOR)
    door = held or secrets.token_urlsafe(32)
    request.state.csrf_secret = door
    with transaction(request.app.state.engine, SYSTEM) as connection:
        known = communities(connection)
    view = SignInView(
        next=own_path(next),
        username=username,
        problem=problem,
        provider=settings.oidc_name if settings.oidc_issuer else "",
    )
    answer = page(request, sign_in_page(view, shell=shell_of(request, communities=known)), status)
    if held is None:
        set_cookie(request, answer, DOOR, door, max_age_s=DOOR_OPEN_S)
    return answer


def own_path(given: str) -> str:
    """A path of this service, or `/`: an address elsewhere is not followed after signing in."""
    own = given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if own and given.isprintable() and "\\" not in given else "/"
