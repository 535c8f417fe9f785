"""Sign-ins: a random token for the one who signed in, its hash for the database.

Two ends, whichever comes first: the moment that was set when it was opened, and, for what is not a named API
token, a time without a request. A token that has ended, was revoked, or whose account is disabled is nobody's.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from gis.actor import Actor
from gis.errors import Fault, InvalidInput, NotFound, said
from gis.storage.tables import account, sign_in

Method = Literal["password", "provider", "token"]
LONGEST_NAME = 80
MOST_API_TOKENS = 20
_LONGEST_CLIENT = 200


@dataclass(frozen=True, slots=True)
class Known:
    """Who a token belongs to, for how long at most, and whether a new password has to come first.

    That is asked of those only who came with the one that somebody else has chosen.
    """

    actor: Actor
    expires_in_s: float
    must_change_password: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in as its owner sees it. An API token has a name; `present` is the one that asks."""

    id: int
    method: Method
    name: str | None
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    client: str
    present: bool = False


def token_hash(token: str) -> bytes:
    """What is kept of a token. It is 256 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def open_sign_in(
    connection: Connection,
    account_id: int,
    hours: float,
    *,
    idle_minutes: float | None = None,
    address: str = "",
    client: str = "",
    method: Method = "password",
    name: str | None = None,
) -> str:
    """Open a sign-in and return its token, which is kept nowhere; sweeps out ended ones.

    `address` and `client` (what the browser calls itself) are for its owner, to tell his sign-ins apart.
    """
    token = secrets.token_urlsafe(32)
    ended = select(sign_in.c.token_hash).where(~_lasts()).limit(1000).with_for_update(skip_locked=True)
    connection.execute(sign_in.delete().where(sign_in.c.token_hash.in_(ended)))
    connection.execute(
        insert(sign_in).values(
            token_hash=token_hash(token),
            account_id=account_id,
            expires_at=func.now() + timedelta(hours=hours),
            idle_s=None if idle_minutes is None else max(1, round(idle_minutes * 60)),
            address=address[:_LONGEST_CLIENT],
            client="".join(letter for letter in client if letter.isprintable())[:_LONGEST_CLIENT],
            method=method,
            name=name,
        )
    )
    return token


def create_api_token(connection: Connection, account_id: int, *, name: str, days: int, most_days: int) -> str:
    """A token for a program, with a name for its owner; it has the account's rights and is shown this once.

    Raises InvalidInput for a name that is empty, too long or taken, a time that is too long, or too many tokens.
    """
    faults = []
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        faults.append(
            Fault(
                "name", "bad_name", said("must be 1 to {longest_name} printable characters", longest_name=LONGEST_NAME)
            )
        )
    if not 1 <= days <= most_days:
        faults.append(Fault("days", "bad_days", said("must be 1 to {most_days}", most_days=most_days)))
    known = [each.name for each in sign_ins(connection, account_id) if each.name is not None]
    if name in known:
        faults.append(Fault("name", "name_taken", said("there is a token {name!r} already", name=name)))
    if len(known) >= MOST_API_TOKENS:
        faults.append(
            Fault(
                "name",
                "too_many_tokens",
                said("there are {most_api_tokens} tokens already: revoke one", most_api_tokens=MOST_API_TOKENS),
            )
        )
    if faults:
        raise InvalidInput(faults)
    return open_sign_in(connection, account_id, days * 24, method="token", name=name)


def find_sign_in(connection: Connection, token: str) -> Known | None:
    """Who a token belongs to, noting that it is used now; None when it has ended or is unknown."""
    used = (
        update(sign_in)
        .where(sign_in.c.token_hash == token_hash(token), _lasts())
        .where(sign_in.c.account_id == account.c.id, account.c.disabled_at.is_(None))
        .values(last_seen_at=func.now())
        .returning(
            account.c.username,
            account.c.role,
            account.c.id,
            account.c.worker_id,
            func.extract("epoch", sign_in.c.expires_at - func.now()).label("expires_in_s"),
            (account.c.must_change_password & (sign_in.c.method == "password")).label("must_change_password"),
        )
    )
    found = connection.execute(used).first()
    if found is None:
        return None
    actor = Actor(found.username, found.role, found.id, found.worker_id)
    return Known(actor, float(found.expires_in_s), found.must_change_password)


def sign_ins(connection: Connection, account_id: int, *, token: str | None = None) -> list[SignIn]:
    """The sign-ins of an account that have not ended, last used first; `token` is the one that asks."""
    query = (
        select(
            sign_in.c.id,
            sign_in.c.method,
            sign_in.c.name,
            sign_in.c.created_at,
            sign_in.c.last_seen_at,
            sign_in.c.expires_at,
            sign_in.c.address,
            sign_in.c.client,
            (sign_in.c.token_hash == token_hash(token or "")).label("present"),
        )
        .where(sign_in.c.account_id == account_id, _lasts())
        .order_by(sign_in.c.last_seen_at.desc(), sign_in.c.id.desc())
    )
    return [SignIn(*row) for row in connection.execute(query)]


def close_sign_in(connection: Connection, token: str) -> None:
    """End a sign-in; one that is not there is ended already."""
    connection.execute(sign_in.delete().where(sign_in.c.token_hash == token_hash(token)))


def revoke_sign_in(connection: Connection, account_id: int, sign_in_id: int) -> None:
    """End one sign-in of an account. Raises NotFound, also for one of another account."""
    ended = sign_in.delete().where(sign_in.c.id == sign_in_id, sign_in.c.account_id == account_id)
    if not connection.execute(ended).rowcount:
        raise NotFound(said("There is no such sign-in."))


def end_sign_ins(connection: Connection, account_id: int, *, but: str | None = None) -> None:
    """End every sign-in of an account, and its API tokens, but for the one whose token is `but`."""
    ended = sign_in.delete().where(sign_in.c.account_id == account_id)
    if but is not None:
        ended = ended.where(sign_in.c.token_hash != token_hash(but))
    connection.execute(ended)


def _lasts() -> ColumnElement[bool]:
    idle_end = sign_in.c.last_seen_at + func.make_interval(0, 0, 0, 0, 0, 0, sign_in.c.idle_s)
    return (sign_in.c.expires_at > func.now()) & or_(sign_in.c.idle_s.is_(None), idle_end > func.now())
