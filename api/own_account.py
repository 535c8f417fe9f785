"""What somebody does with the own account, by page or by API."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import Connection

from api.border import token_of
from gis.actor import Actor
from gis.errors import Denied, said
from gis.security import credentials
from gis.security import sign_in as kept
from gis.security.administration import note
from gis.security.sign_in import SignIn


def account_id_of(actor: Actor) -> int:
    """The account that acts. Whoever comes through the gate has one."""
    assert actor.account_id is not None
    return actor.account_id


def own_sign_ins(connection: Connection, request: Request) -> list[SignIn]:
    """Where the one who asks is signed in, and the API tokens."""
    return kept.sign_ins(connection, account_id_of(request.state.actor), token=token_of(request.scope))


def change_password(connection: Connection, request: Request, *, present: str, new: str) -> None:
    """Change the own password; every other sign-in and token ends. Raises InvalidInput."""
    actor: Actor = request.state.actor
    account_id = account_id_of(actor)
    credentials.change_password(connection, account_id, present=present, new=new, token=token_of(request.scope) or "")
    note(connection, actor, "change_password", account_id)


def create_token(connection: Connection, request: Request, *, name: str, days: int) -> str:
    """A new API token. Raises InvalidInput, and Denied to a token: one that was stolen must not outlive itself."""
    actor: Actor = request.state.actor
    account_id = account_id_of(actor)
    if any(each.present and each.method == "token" for each in own_sign_ins(connection, request)):
        raise Denied(said("A token makes no tokens: sign in to make one."))
    most_days = request.app.state.settings.api_token_days
    token = kept.create_api_token(connection, account_id, name=name, days=days, most_days=most_days)
    note(connection, actor, "create_token", account_id, name=name, days=days)
    return token


def revoke(connection: Connection, request: Request, sign_in_id: int) -> None:
    """End one of the own sign-ins or tokens. Raises NotFound."""
    actor: Actor = request.state.actor
    kept.revoke_sign_in(connection, account_id_of(actor), sign_in_id)
    note(connection, actor, "revoke_sign_in", account_id_of(actor), sign_in=sign_in_id)


def sign_out_elsewhere(connection: Connection, request: Request) -> None:
    """End all own sign-ins and tokens but the one that asks."""
    actor: Actor = request.state.actor
    kept.end_sign_ins(connection, account_id_of(actor), but=token_of(request.scope))
    note(connection, actor, "end_sign_ins", account_id_of(actor))
