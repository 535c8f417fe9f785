"""Notices to people, and requests to move a car.

A notice is written in the transaction of what it tells of, and sent after it. It names the household that it is for;
telephone numbers are looked up when it is sent. A request to move a car keeps whose car it is as a household too: the
one who asked reads the request, not the household.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)

from gis.storage.tables.base import filled, metadata, one_of, primary_key

NOTICE_STATES = ("waiting", "sent", "failed")

notice = Table(
    "notice",
    metadata,
    primary_key(),
    Column("event", Text, nullable=False),
    Column("household_id", BigInteger, ForeignKey("household.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("next_try_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    Column("sent_at", DateTime(timezone=True)),
    one_of("state", NOTICE_STATES),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    filled("subject"),
    filled("body", 2000),
)
Index("notice_waiting_idx", notice.c.next_try_at, postgresql_where=text("state = 'waiting'"))

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
