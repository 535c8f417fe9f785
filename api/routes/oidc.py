"""`/sign-in/oidc`: to the identity provider, where one is set, and back."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.cookies import AWAY, cookie, drop_cookie, set_cookie
from api.oidc import Journey, NotBelieved, Provider
from api.routes.signing import own_path, sign_in_form, signed_in
from api.signing import open_for, take_turn
from gis.actor import SYSTEM
from gis.security.credentials import open_account
from gis.storage.session import transaction

AWAY_S = 600
BACK = "/sign-in/oidc/back"

router = APIRouter(include_in_schema=False)
_log = logging.getLogger("dualgrid.api")


@router.get("/sign-in/oidc")
def leave_for_provider(request: Request, next: str = "/") -> Response:
    """Send a reader to the provider, who sends them back."""
    provider: Provider = request.app.state.provider
    take_turn(request)
    try:
        address, journey = provider.begin(_back(request), next=own_path(next))
    except NotBelieved as error:
        return _refuse(request, error, next=next)
    answer = RedirectResponse(address, 303)
    set_cookie(request, answer, AWAY, journey.packed(), max_age_s=AWAY_S)
    return answer


@router.get(BACK)
def come_back(request: Request) -> Response:
    """Sign in whom the provider knows, and we too. The way there is used up, whatever comes of it."""
    provider: Provider = request.app.state.provider
    take_turn(request)
    next = "/"
    try:
        journey = Journey.unpacked(cookie(request, AWAY) or "")
        next = journey.next
        name = provider.finish(_back(request), journey, request.query_params)
    except NotBelieved as error:
        answer = _refuse(request, error, next=next)
    else:
        token = _open(request, name)
        if token is None:
            answer = sign_in_form(request, next=next, problem="not_known", status=403)
        else:
            answer = signed_in(request, token, next=next)
    drop_cookie(request, answer, AWAY)
    return answer


def _back(request: Request) -> str:
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}{BACK}"


def _open(request: Request, name: str) -> str | None:
    with transaction(request.app.state.engine, SYSTEM) as connection:
        account_id = open_account(connection, name)
        return None if account_id is None else open_for(connection, request, account_id, "provider")


def _refuse(request: Request, error: NotBelieved, *, next: str) -> Response:
    _log.warning("sign-in by the provider refused: %s", error)
    return sign_in_form(request, next=next, problem="provider_failed", status=401)
