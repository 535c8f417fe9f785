"""`/sign-in` and `/sign-out`: the browser's way in, and everybody's way out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api import errors
from api.border import COOKIE
from api.deps import SettingsNow
from api.reader import page, shell_of, wants_page
from api.signing import sign_in, sign_out
from gis.actor import SYSTEM
from gis.boundaries.areas import communities
from gis.storage.session import transaction
from maps.pages.sign_in import SignInView, sign_in_page

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> HTMLResponse:
    """The form."""
    return _form(request, SignInView(next=_own_path(next)))


@router.post("/sign-in")
def take_sign_in(
    request: Request,
    settings: SettingsNow,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in and go to where the reader wanted to go."""
    outcome = sign_in(request, username, password)
    if outcome.wait_s:
        return errors.answer(request, *errors.too_many(outcome.wait_s))
    if outcome.token is None:
        return _form(request, SignInView(next=_own_path(next), username=username[:80], failed=True), status=401)
    answer = RedirectResponse(_own_path(next), 303)
    answer.set_cookie(
        COOKIE,
        outcome.token,
        max_age=int(settings.sign_in_hours * 3600),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out")
def take_sign_out(request: Request) -> Response:
    """Sign out; the token is worth nothing from now on."""
    sign_out(request)
    answer = RedirectResponse("/sign-in", 303) if wants_page(request) else Response(status_code=204)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return answer


def _form(request: Request, view: SignInView, status: int = 200) -> HTMLResponse:
    with transaction(request.app.state.engine, SYSTEM) as connection:
        known = communities(connection)
    return page(request, sign_in_page(view, shell=shell_of(request, communities=known)), status)


def _own_path(given: str) -> str:
    """A path of this service, or `/`: an address elsewhere is not followed after signing in."""
    own = given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if own and given.isprintable() and "\\" not in given else "/"
