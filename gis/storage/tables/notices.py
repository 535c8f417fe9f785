"""Notices to people and systems: what waits to be told, by which ways, in which words, and requests to move a car.

The outbox holds the numbers of events of matters that nobody has looked at yet; a trigger fills it in the event's
own transaction. A notice is what one address is told of one event. It names the channel, the webhook, the household
or the matter whose reporter it is for: addresses are looked up when it is sent. A request to move a car keeps whose
car it is as a household too: the one who asked reads the request, not the household.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from gis.storage.tables.base import filled, metadata, one_of, primary_key, sealed, sealed_number

NOTICE_STATES = ("waiting", "sending", "sent", "failed", "dropped")
NOTICE_REASONS = ("gave_up", "unsure", "refused", "no_address", "off")
CHANNEL_SCOPES = ("worker", "group", "stage", "area")
NOTICE_LANGUAGES = ("zh", "en")

outbox = Table(
    "outbox",
    metadata,
    # No foreign key: it would be asked for each event of the intake.
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
)

channel = Table(
    "channel",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), index=True),
    Column("group_id", BigInteger, ForeignKey("online_group.id"), index=True),
    Column("stage", Text),
    Column("area_id", BigInteger, ForeignKey("area.id"), index=True, comment="it hears of this area and all below it"),
    Column("kind", Text, nullable=False, comment="the part of the address before ://"),
    *sealed_number("address"),
    Column("language", Text, nullable=False, server_default=text("'zh'")),
    Column("events", ARRAY(Text), nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("scope", CHANNEL_SCOPES),
    one_of("stage", ("at_street", "at_department")),
    one_of("language", NOTICE_LANGUAGES),
    CheckConstraint("(scope = 'worker') = (worker_id IS NOT NULL)", name="worker"),
    CheckConstraint("(scope = 'group') = (group_id IS NOT NULL)", name="group"),
    CheckConstraint("(scope = 'stage') = (stage IS NOT NULL)", name="stage_scope"),
    CheckConstraint("(scope IN ('stage', 'area')) = (area_id IS NOT NULL)", name="area"),
    CheckConstraint("address_sealed IS NOT NULL AND address_digest IS NOT NULL", name="address"),
    CheckConstraint("cardinality(events) > 0", name="events"),
    filled("name", 80),
    filled("kind", 40),
)

webhook = Table(
    "webhook",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    Column("area_id", BigInteger, ForeignKey("area.id"), index=True, comment="empty: matters of everywhere"),
    *sealed_number("url"),
    sealed("secret"),
    sealed("old_secret"),
    Column("old_secret_until", DateTime(timezone=True), comment="until when messages are signed with both"),
    Column("events", ARRAY(Text), nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=text("true")),
    Column("created_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("url_sealed IS NOT NULL AND url_digest IS NOT NULL AND secret_sealed IS NOT NULL", name="sealed"),
    CheckConstraint("(old_secret_sealed IS NULL) = (old_secret_until IS NULL)", name="old_secret"),
    CheckConstraint("cardinality(events) > 0", name="events"),
    filled("name", 80),
)

notice_template = Table(
    "notice_template",
    metadata,
    Column("event", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    one_of("language", NOTICE_LANGUAGES),
    filled("subject"),
    filled("body", 2000),
    comment="words that an operator has written instead of those that come with the product",
)

notice = Table(
    "notice",
    metadata,
    primary_key(),
    Column("event", Text, nullable=False),
    Column("event_id", BigInteger, ForeignKey("issue_event.id", ondelete="CASCADE"), comment="what it tells of"),
    Column("household_id", BigInteger, ForeignKey("household.id", ondelete="CASCADE"), index=True),
    Column("channel_id", BigInteger, ForeignKey("channel.id", ondelete="CASCADE"), index=True),
    Column("webhook_id", BigInteger, ForeignKey("webhook.id", ondelete="CASCADE"), index=True),
    Column("to_reporter", Boolean, nullable=False, server_default=text("false"), comment="of the matter of its event"),
    Column("address_digest", LargeBinary, comment="keyed hash, so that one address is told of one event once"),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, comment="why it has failed"),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("next_try_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    Column("sent_at", DateTime(timezone=True)),
    UniqueConstraint("event_id", "address_digest"),
    one_of("state", NOTICE_STATES),
    one_of("reason", NOTICE_REASONS),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    CheckConstraint("num_nonnulls(household_id, channel_id, webhook_id) + to_reporter::int = 1", name="recipient"),
    CheckConstraint("household_id IS NOT NULL OR (event_id IS NOT NULL) = (event <> 'test')", name="event"),
    filled("subject"),
    filled("body", 8000),
)
Index("notice_open_idx", notice.c.id, postgresql_where=text("state IN ('waiting', 'sending')"))
Index("notice_failed_idx", notice.c.id, postgresql_where=text("state = 'failed'"))

move_request = Table(
    "move_request",
    metadata,
    primary_key(),
    Column("issue_id", BigInteger, ForeignKey("issue.id"), nullable=False, index=True),
    Column("account_id", BigInteger, ForeignKey("account.id"), comment="who asked"),
    Column("household_id", BigInteger, ForeignKey("household.id"), index=True, comment="empty: the plate is unknown"),
    Column("plate_masked", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("notice_id", BigInteger, ForeignKey("notice.id", ondelete="SET NULL"), index=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("answer", Text),
    Column("answered_at", DateTime(timezone=True)),
    filled("message", 400),
    filled("answer", 400),
    CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
    CheckConstraint("answer IS NULL OR household_id IS NOT NULL", name="answerer"),
)
Index("move_request_account_id_created_at_idx", move_request.c.account_id, move_request.c.created_at)
