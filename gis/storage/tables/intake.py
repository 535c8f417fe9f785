"""What the intake room keeps: the services that Open311 offers, the messages that matters came by, and for a day the
conversations that are pasted until they are confirmed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gis.storage.tables.base import filled, metadata, one_of, primary_key, sealed
from gis.storage.tables.topics import topic_reference

MESSAGE_KINDS = ("text", "image", "location", "word")
"""`word`: its sender confirmed a matter, or objected."""

service = Table(
    "service",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    topic_reference(nullable=True, comment="the service without one takes every matter that has no other"),
    Column("description", Text, nullable=False, server_default=text("''")),
    Column("attributes", JSONB, nullable=False, server_default=text("'[]'"), comment="questions, in their order"),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("topic"),
    CheckConstraint("code ~ '^[A-Za-z0-9_-]{1,40}$'", name="code"),
    filled("name"),
    filled("topic", 40),
)
_without_topic = service.c.topic.is_(None)
Index("service_without_topic_key", _without_topic, unique=True, postgresql_where=_without_topic)

message = Table(
    "message",
    metadata,
    primary_key(),
    Column("issue_id", BigInteger, ForeignKey("issue.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("external_id", Text, comment="by which its sender's system knows it; sent again, it is not taken again"),
    Column("kind", Text, nullable=False),
    Column("sender_digest", LargeBinary, comment="keyed: tells that two messages are one person's, not whose"),
    Column("media", Text, comment="address or id of what came with it; never fetched"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("source", "external_id"),
    one_of("kind", MESSAGE_KINDS),
    filled("source", 40),
    filled("external_id", 200),
    filled("media", 1000),
    comment="what a matter came by, beyond its report",
)
Index(
    "message_sender_digest_at_idx",
    message.c.sender_digest,
    message.c.at,
    postgresql_where=message.c.sender_digest.is_not(None),
)

conversation = Table(
    "conversation",
    metadata,
    primary_key(),
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("group_id", BigInteger, ForeignKey("online_group.id", ondelete="CASCADE"), nullable=False, index=True),
    sealed("text"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("recorded", JSONB, comment="the lines of each matter and its id, once it is confirmed; no words"),
    CheckConstraint("(confirmed_at IS NULL) = (text_sealed IS NOT NULL)", name="text_until_confirmed"),
    CheckConstraint("(confirmed_at IS NULL) = (recorded IS NULL)", name="recorded"),
    comment="a chat that was pasted; seen by who pasted it",
)
