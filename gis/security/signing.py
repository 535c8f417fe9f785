"""Signs what leaves the service as a file, so that it can be told later whether it is ours, and as it was.

Ed25519 (RFC 8032). The secret half lies sealed in the database, so that every process signs alike and a rotation of the
vault's keys takes it along; the public half is published. Of a retired key the secret is deleted and the public half
kept: what it signed stays ours. A key that was stolen is distrusted, and all that it signed with it: a thief can put
any date into a file.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from gis.actor import SYSTEM
from gis.security.sealed import SIGNING_SECRET
from gis.security.vault import vault_of
from gis.storage.session import acting
from gis.storage.tables import signing_key

FOR = b"dualgrid file 1\n"
"""What a signature is for stands before what is signed: it is good for nothing else."""
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('dualgrid.signing_key', 0))")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that checks. `public` are its 32 bytes; `retired_at` is None for the one that signs."""

    public: bytes
    made_at: datetime
    retired_at: datetime | None = None

    @property
    def id(self) -> str:
        return key_id(self.public)

    def holds(self, signature: bytes, content: bytes) -> bool:
        """Whether this key made this signature over this content."""
        return holds(self.public, signature, content)


def key_id(public: bytes) -> str:
    """What a key is called: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def holds(public: bytes, signature: bytes, content: bytes) -> bool:
    """Whether the key with this public half made this signature over this content."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, FOR + content)
    except InvalidSignature:
        return False
    return True


def sign(connection: Connection, content: bytes) -> tuple[str, bytes]:
    """The id of the key that signs now, and its signature. The key is made the first time that one is needed."""
    with acting(connection, SYSTEM):  # whoever takes something along has the service's signature on it
        row = _in_use(connection)
        if row is None:
            connection.execute(_ONE_AT_A_TIME)
            row = _in_use(connection) or _make(connection)
    secret = SIGNING_SECRET.open(vault_of(connection), row.secret_sealed)
    assert secret is not None
    return key_id(row.public), Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret)).sign(FOR + content)


def public_keys(connection: Connection) -> list[PublicKey]:
    """All keys that this service has signed with and stands by, the latest first."""
    query = select(signing_key.c.public, signing_key.c.made_at, signing_key.c.retired_at)
    with acting(connection, SYSTEM):  # the public halves are everybody's
        return [PublicKey(*row) for row in connection.execute(query.order_by(signing_key.c.id.desc()))]


def renew(connection: Connection, *, distrust: bool = False) -> PublicKey:
    """Retire the key that signs and make another. With `distrust` it is forgotten: what it signed is no longer ours."""
    with acting(connection, SYSTEM):
        connection.execute(_ONE_AT_A_TIME)
        in_use = signing_key.c.retired_at.is_(None)
        if distrust:
            connection.execute(delete(signing_key).where(in_use))
        else:
            connection.execute(update(signing_key).where(in_use).values(retired_at=func.now(), secret_sealed=None))
        made = _make(connection)
    return PublicKey(made.public, made.made_at)


def _in_use(connection: Connection) -> Row[Any, Any, Any] | None:
    columns = (signing_key.c.public, signing_key.c.secret_sealed, signing_key.c.made_at)
    query = select(*columns).where(signing_key.c.retired_at.is_(None))
    return connection.execute(query.order_by(signing_key.c.id.desc()).limit(1)).one_or_none()


def _make(connection: Connection) -> Row[Any, Any, Any]:
    secret = Ed25519PrivateKey.generate()
    sealed = SIGNING_SECRET.values(vault_of(connection), base64.b64encode(secret.private_bytes_raw()).decode())
    made = insert(signing_key).values(public=secret.public_key().public_bytes_raw(), **sealed)
    columns = (signing_key.c.public, signing_key.c.secret_sealed, signing_key.c.made_at)
    return connection.execute(made.returning(*columns)).one()
