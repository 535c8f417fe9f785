"""Signing in and out, whichever way somebody comes."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import Connection

from api.border import address_of, token_of
from gis.actor import SYSTEM
from gis.errors import TooMany, said
from gis.security.accounts import LONGEST_NAME
from gis.security.credentials import record_failure, verify_password
from gis.security.lockout import Patience, begin_try, network_of, take_back
from gis.security.sign_in import Method, close_sign_in, open_sign_in
from gis.settings import Settings
from gis.storage.session import transaction


def sign_in(request: Request, username: str, password: str) -> str | None:
    """A token for a name and a password; None if they do not match.

    Failures are counted by name and by the address that they come from. Raises TooMany.
    """
    state, address = request.app.state, address_of(request)
    username = username[: LONGEST_NAME + 1]  # nobody has a longer one
    take_turn(request)
    with transaction(state.engine, SYSTEM) as connection:
        wait_s = begin_try(connection, username, address, Patience.of(state.settings))
    if wait_s:
        raise _too_many(wait_s)
    with transaction(state.engine, SYSTEM) as connection:
        account_id = verify_password(connection, username, password)
        if account_id is None:
            record_failure(connection, username, address)
            return None
        take_back(connection, username, address)
        return open_for(connection, request, account_id)


def take_turn(request: Request) -> None:
    """Count a try to sign in, in whatever way, of the address that it comes from. Raises TooMany."""
    wait_s: int = request.app.state.throttle.wait_s(network_of(address_of(request)))
    if wait_s:
        raise _too_many(wait_s)


def _too_many(wait_s: int) -> TooMany:
    return TooMany(said("Too many failures. Try again in {wait_s} seconds.", wait_s=wait_s), wait_s=wait_s)


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
