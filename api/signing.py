"""Signing in and out, whichever way somebody comes."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Connection

from api.border import address_of, token_of
from gis.actor import SYSTEM
from gis.security.accounts import LONGEST_NAME
from gis.security.credentials import record_failure, verify_password
from gis.security.lockout import Patience, begin_try, network_of, take_back
from gis.security.sign_in import Method, close_sign_in, open_sign_in
from gis.settings import Settings
from gis.storage.session import transaction


@dataclass(frozen=True, slots=True)
class Outcome:
    """A token; or how long to wait before the next try is heard; or neither: name and password don't match."""

    token: str | None = None
    wait_s: int = 0


def sign_in(request: Request, username: str, password: str) -> Outcome:
    """Try a name and a password; failures are counted by name and by the address that they come from."""
    state, address = request.app.state, address_of(request)
    username = username[: LONGEST_NAME + 1]  # nobody has a longer one
    wait_s: int = state.throttle.wait_s(network_of(address))
    if not wait_s:
        with transaction(state.engine, SYSTEM) as connection:
            wait_s = begin_try(connection, username, address, Patience.of(state.settings))
    if wait_s:
        return Outcome(wait_s=wait_s)
    with transaction(state.engine, SYSTEM) as connection:
        account_id = verify_password(connection, username, password)
        if account_id is None:
            record_failure(connection, username, address)
            return Outcome()
        take_back(connection, username, address)
        return Outcome(open_for(connection, request, account_id))


def open_for(connection: Connection, request: Request, account_id: int, method: Method = "password") -> str:
    """Open a sign-in for who asks, as long as the settings allow, and return its token."""
    settings: Settings = request.app.state.settings
    return open_sign_in(
        connection,
        account_id,
        settings.sign_in_hours,
        idle_minutes=settings.sign_in_idle_minutes,
        address=address_of(request),
        client=request.headers.get("user-agent", ""),
        method=method,
    )


def sign_out(request: Request) -> None:
    """End the sign-in that a request was made with."""
    token = token_of(request.scope)
    if token is None:
        return
    with transaction(request.app.state.engine, SYSTEM) as connection:
        close_sign_in(connection, token)
    request.app.state.actors.forget_all()
