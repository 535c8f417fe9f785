"""The keys that files which leave the service are signed with. Of a retired one only the public half is kept."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, DateTime, LargeBinary, Table, func

from gis.storage.tables.base import metadata, primary_key, sealed

signing_key = Table(
    "signing_key",
    metadata,
    primary_key(),
    Column("public", LargeBinary, nullable=False, unique=True, comment="Ed25519, 32 bytes"),
    sealed("secret"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("retired_at", DateTime(timezone=True)),
    CheckConstraint("length(public) = 32", name="public"),
    CheckConstraint("(secret_sealed IS NULL) = (retired_at IS NOT NULL)", name="secret"),
)
