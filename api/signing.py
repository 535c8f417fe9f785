"""Signing in and out, whichever way somebody comes."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from api.border import token_of
from gis.actor import SYSTEM
from gis.security.accounts import LONGEST_NAME, verify_password
from gis.security.sign_in import close_sign_in, open_sign_in
from gis.storage.session import transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """A token; or how long to wait before the next try is heard; or neither: name and password don't match."""

    token: str | None = None
    wait_s: int = 0


def sign_in(request: Request, username: str, password: str) -> Outcome:
    """Try a name and a password; failures are counted by name and by the address that they come from."""
    state = request.app.state
    username = username[: LONGEST_NAME + 1]  # it is remembered with its failures, and nobody has a longer one
    address = request.client.host if request.client else ""
    wait_s = state.throttle.wait_s(username, address)
    if wait_s:
        return Outcome(wait_s=wait_s)
    with transaction(state.engine, SYSTEM) as connection:
        account = verify_password(connection, username, password)
        token = open_sign_in(connection, account.id, state.settings.sign_in_hours) if account else None
    if token is None:
        state.throttle.failed(username, address)
    else:
        state.throttle.succeeded(username, address)
    return Outcome(token)


def sign_out(request: Request) -> None:
    """End the sign-in that a request was made with."""
    token = token_of(request.scope)
    if token is None:
        return
    with transaction(request.app.state.engine, SYSTEM) as connection:
        close_sign_in(connection, token)
    request.app.state.actors.forget(token)
