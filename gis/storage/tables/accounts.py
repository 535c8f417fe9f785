"""Accounts and sign-ins. A sign-in is one token, kept only as its hash; a browser's cookie and an API
client's bearer token are the same thing, but that a lasting one of an API client has a name and no idle end."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    func,
)

from gis.storage.tables.base import filled, metadata, one_of, primary_key

POST_OF_ROLE = {
    "worker": "grid_worker",
    "network_commentator": "network_commentator",
    "property_manager": "property_manager",
    "group_head": "group_head",
}
"""Account roles that are a person's, and the role of the posts that such an account acts for."""
AREA_ROLES = ("official", "planner")
ACCOUNT_ROLES = ("admin", "dispatcher", *AREA_ROLES, *POST_OF_ROLE, "intake")

account = Table(
    "account",
    metadata,
    primary_key(),
    Column("username", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), unique=True),
    Column("disabled_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("must_change_password", Boolean, nullable=False, server_default=false()),
    one_of("role", ACCOUNT_ROLES),
    filled("username", 80),
)

account_area = Table(
    "account_area",
    metadata,
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigInteger, ForeignKey("area.id"), primary_key=True),
    comment="what officials and planners see: these areas and all below them",
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    Column("id", BigInteger, Identity(always=False), nullable=False, unique=True),
    Column("method", Text, nullable=False, server_default="password"),
    Column("name", Text),
    Column("last_seen_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("idle_s", Integer),
    Column("address", Text, nullable=False, server_default=""),
    Column("client", Text, nullable=False, server_default=""),
    one_of("method", ("password", "provider", "token")),
    filled("name", 80),
    CheckConstraint("length(client) <= 200", name="client"),
    CheckConstraint("idle_s > 0", name="idle_s"),
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("key_hash", LargeBinary, primary_key=True),
    Column("failures", Double, nullable=False, server_default="0"),
    Column("failed_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    Column("waits_until", DateTime(timezone=True)),
    one_of("subject", ("name", "address")),
)
