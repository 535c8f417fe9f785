"""Sign-ins: a random token for the one who signed in, its hash for the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import Connection, func, insert, select

from gis.actor import Actor
from gis.storage.tables import account, sign_in


def token_hash(token: str) -> bytes:
    """What is kept of a token. It is 256 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).digest()


def open_sign_in(connection: Connection, account_id: int, hours: float) -> str:
    """Open a sign-in and return its token, which is kept nowhere; sweeps out expired ones."""
    token = secrets.token_urlsafe(32)
    connection.execute(sign_in.delete().where(sign_in.c.expires_at < func.now()))
    connection.execute(
        insert(sign_in).values(
            token_hash=token_hash(token), account_id=account_id, expires_at=func.now() + timedelta(hours=hours)
        )
    )
    return token


def actor_of(connection: Connection, token: str) -> Actor | None:
    """Who a token was given to, or None when it is unknown, expired, or its account is disabled."""
    query = (
        select(account.c.username, account.c.role, account.c.id, account.c.worker_id)
        .join(sign_in, sign_in.c.account_id == account.c.id)
        .where(sign_in.c.token_hash == token_hash(token))
        .where(sign_in.c.expires_at > func.now(), account.c.disabled_at.is_(None))
    )
    found = connection.execute(query).first()
    return Actor(*found) if found else None


def close_sign_in(connection: Connection, token: str) -> None:
    """End a sign-in; one that is not there is ended already."""
    connection.execute(sign_in.delete().where(sign_in.c.token_hash == token_hash(token)))
