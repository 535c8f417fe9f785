"""Who looked at whom: the audit log, and for how long somebody sees a subject in clear.

The log is added to and never changed: the application's role has no right to, and each entry's `chain` is the hash
of the entry and of all before it. Number, time and chain are the database's own
(`sql/audit.sql`). Subjects are named by kind and id, without foreign keys: an entry
outlives what it is about.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    FetchedValue,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gis.storage.tables.base import filled, metadata, one_of, primary_key

SUBJECTS = ("resident", "household", "vehicle", "issue")
RETENTION_ACTIONS = ("delete", "anonymise")

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, FetchedValue(), primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), FetchedValue(), nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("account_id", BigInteger, comment="empty: the service itself, or nobody known"),
    Column("action", Text, nullable=False),
    Column("subject_kind", Text),
    Column("subject_id", BigInteger),
    Column("issue_id", BigInteger),
    Column("purpose", Text),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
    Column("chain", LargeBinary, FetchedValue(), nullable=False),
    CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject"),
    filled("actor"),
    filled("action", 40),
)
Index("audit_log_subject_idx", audit_log.c.subject_kind, audit_log.c.subject_id)
Index("audit_log_detail_idx", audit_log.c.detail, postgresql_using="gin", postgresql_ops={"detail": "jsonb_path_ops"})

audit_head = Table(
    "audit_head",
    metadata,
    Column("only", Boolean, primary_key=True, server_default=text("true")),
    Column("entries", BigInteger, nullable=False, comment="how many there have been: the number of the latest"),
    Column("chain", LargeBinary, nullable=False, comment="that of the latest entry"),
    CheckConstraint('"only"', name="only"),
)

unmasking = Table(
    "unmasking",
    metadata,
    primary_key(),
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("issue_id", BigInteger, ForeignKey("issue.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("begun_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False, index=True),
    one_of("subject_kind", SUBJECTS),
    filled("purpose"),
)
Index("unmasking_account_id_expires_at_idx", unmasking.c.account_id, unmasking.c.expires_at)

retention_rule = Table(
    "retention_rule",
    metadata,
    Column("what", Text, primary_key=True),
    Column("days", Integer, nullable=False),
    Column("action", Text, nullable=False),
    one_of("action", RETENTION_ACTIONS),
    CheckConstraint("days >= 0", name="days"),
    CheckConstraint("what <> 'audit_log' OR days >= 183", name="audit_log"),
)
