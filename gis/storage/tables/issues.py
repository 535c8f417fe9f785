"""Issues, what happened to them, and the words by which their topic is recognised.

An issue keeps how it was located (`receipt`, and the grid version and post that decided): the decision
stays explainable after boundaries and workers have changed.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gis.storage.tables.base import MaskedJSON, filled, geometry, metadata, one_of, primary_key, sealed, sealed_number
from gis.storage.tables.topics import TOPIC_SOURCES, topic_reference

STATUSES = ("reported", "accepted", "at_street", "at_department", "resolved", "closed", "withdrawn", "merged")
OPEN: tuple[Literal["reported", "accepted", "at_street", "at_department"], ...] = (
    "reported",
    "accepted",
    "at_street",
    "at_department",
)
LEVELS_SETTLED = ("household", "grid", "network", "street", "department")
WAYS_SETTLED = ("in_group", "online", "on_site", "by_neighbours")
URGENCIES = ("normal", "urgent", "very_urgent")
UNITS = ("working_hours", "working_days", "hours", "days")
CONFIRMATIONS = ("reporter", "check", "silence")
EVENTS = (
    "reported",
    "located",
    "status",
    "answered",
    "urgency",
    "paused",
    "resumed",
    "late",
    "topic",
    "photo_added",
    "photo_removed",
    "told",
    "added",
)
METHODS = ("building", "coordinate", "address", "group", "manual", "none")
DOUBTS = ("near_edge", "ambiguous", "unknown_datum")

issue = Table(
    "issue",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id")),
    Column("source", Text, nullable=False),
    Column("external_id", Text),
    Column("text", Text, nullable=False, comment="masked; as it was sent in text_sealed, where that differs"),
    sealed("text"),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("closed_at", DateTime(timezone=True)),
    Column("status", Text, nullable=False, server_default=text("'reported'")),
    Column("line", Text),
    Column("topic", Text, comment="the name of one in the taxonomy, or one that came with an import"),
    Column("topic_by", Text, comment="by what it has its topic; empty: none, or from before this was kept"),
    Column("topic_confidence", Float, comment="of a learned topic"),
    Column("hazard", Boolean, nullable=False, server_default=text("false")),
    Column("address", Text, comment="masked, as text is"),
    sealed("address"),
    Column("reporter_name", Text, comment="masked; as it was given in reporter_name_sealed"),
    sealed("reporter_name"),
    *sealed_number("reporter_phone"),
    Column("group_id", BigInteger, ForeignKey("online_group.id")),
    Column("building_id", BigInteger, ForeignKey("building.id"), index=True),
    geometry("POINT", nullable=True),
    Column("accuracy_m", Float),
    Column("location_method", Text, nullable=False),
    Column("confidence", Float),
    Column("doubt", Text, comment="why a person should look at the place; empty when none needs to, or one has"),
    Column("grid_id", BigInteger),
    Column("grid_version_id", BigInteger),
    Column("worker_id", BigInteger),
    Column("post_id", BigInteger),
    Column("receipt", JSONB, nullable=False),
    Column("account_id", BigInteger, ForeignKey("account.id"), index=True, comment="who entered it; empty: an import"),
    Column("version", Integer, nullable=False, server_default=text("1"), comment="counts the changes of the row"),
    Column("stage_since", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("urgency", Text, nullable=False, server_default=text("'normal'")),
    Column("due_at", DateTime(timezone=True), comment="by when the stage that it is in should end"),
    Column("paused_at", DateTime(timezone=True), comment="since when its deadline stands still"),
    Column("was_late", Boolean, nullable=False, server_default=text("false"), comment="a stage took too long"),
    Column("first_answered_at", DateTime(timezone=True), comment="when somebody first took it up"),
    Column("answer", Text, comment="what its reporter was told; masked, as text is"),
    sealed("answer"),
    Column("settled_level", Text),
    Column("settled_way", Text),
    Column("resolved_at", DateTime(timezone=True)),
    Column("resolved_by", BigInteger, ForeignKey("account.id")),
    Column("confirmation", Text, comment="by what a resolved matter was closed"),
    Column("merged_into", BigInteger, ForeignKey("issue.id"), index=True),
    Column(
        "word_pairs",
        ARRAY(Integer),
        Computed(
            r"word_pairs(text || E'\n' || coalesce(address, '') || E'\n' || coalesce(answer, ''))", persisted=True
        ),
        comment="each two neighbouring characters of the masked words, to be found by",
    ),
    ForeignKeyConstraint(["grid_id", "community_id"], ["grid.id", "grid.community_id"]),
    ForeignKeyConstraint(["grid_version_id", "grid_id"], ["grid_version.id", "grid_version.grid_id"]),
    ForeignKeyConstraint(["post_id", "worker_id"], ["post.id", "post.worker_id"]),
    one_of("status", STATUSES),
    one_of("settled_level", LEVELS_SETTLED),
    one_of("settled_way", WAYS_SETTLED),
    one_of("confirmation", CONFIRMATIONS),
    one_of("urgency", URGENCIES),
    CheckConstraint("length(answer) BETWEEN 1 AND 4000", name="answer"),
    CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name="merged"),
    CheckConstraint("merged_into <> id", name="merged_into_itself"),
    # What came closed in a file has no answer of ours; what is closed here cannot be without one.
    CheckConstraint("confirmation IS NULL OR answer IS NOT NULL", name="closed_with_answer"),
    one_of("location_method", METHODS),
    one_of("topic_by", TOPIC_SOURCES),
    CheckConstraint("topic_confidence BETWEEN 0 AND 1", name="topic_confidence"),
    one_of("doubt", DOUBTS),
    filled("text", 4000),
    filled("source", 40),
    filled("external_id", 200),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_m"),
    CheckConstraint("closed_at >= reported_at", name="closed_at"),
    CheckConstraint("(grid_id IS NULL) = (grid_version_id IS NULL)", name="grid_with_version"),
    CheckConstraint("grid_id IS NULL OR community_id IS NOT NULL", name="grid_with_community"),
    CheckConstraint("(worker_id IS NULL) = (post_id IS NULL)", name="worker_with_post"),
    CheckConstraint("worker_id IS NULL OR grid_id IS NOT NULL", name="worker_with_grid"),
)
Index("issue_geom_idx", issue.c.geom, postgresql_using="gist")
Index("issue_community_id_reported_at_idx", issue.c.community_id, issue.c.reported_at, issue.c.id)
Index("issue_grid_id_reported_at_idx", issue.c.grid_id, issue.c.reported_at)
Index("issue_worker_id_reported_at_idx", issue.c.worker_id, issue.c.reported_at)
Index(
    "issue_group_id_reported_at_idx",
    issue.c.group_id,
    issue.c.reported_at,
    postgresql_where=issue.c.group_id.is_not(None),
)
Index("issue_reported_at_idx", issue.c.reported_at, issue.c.id)
Index(
    "issue_reporter_phone_digest_idx",
    issue.c.reporter_phone_digest,
    postgresql_where=issue.c.reporter_phone_digest.is_not(None),
)
Index(
    "issue_needs_person_idx",
    issue.c.reported_at,
    issue.c.id,
    postgresql_where=text(
        "(grid_id IS NULL OR doubt IS NOT NULL) AND status IN ('reported', 'accepted', 'at_street', 'at_department')"
    ),
)
Index(
    "issue_origin_key",
    issue.c.source,
    issue.c.external_id,
    func.coalesce(issue.c.community_id, 0),
    unique=True,
    postgresql_where=issue.c.external_id.is_not(None),
)

Index("issue_word_pairs_idx", issue.c.word_pairs, postgresql_using="gin")
Index(
    "issue_open_idx",
    issue.c.community_id,
    issue.c.reported_at,
    issue.c.id,
    postgresql_where=text("status IN ('reported', 'accepted', 'at_street', 'at_department')"),
)
Index("issue_group_id_idx", issue.c.group_id)
Index("issue_external_id_idx", issue.c.external_id, postgresql_where=issue.c.external_id.is_not(None))
Index("issue_reporter_name_idx", issue.c.reporter_name, postgresql_where=issue.c.reporter_name.is_not(None))
Index("issue_due_at_idx", issue.c.due_at, postgresql_where=text("due_at IS NOT NULL"))

deadline_rule = Table(
    "deadline_rule",
    metadata,
    primary_key(),
    topic_reference(nullable=True, comment="empty: every topic that has no rule of its own"),
    Column("stage", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("amount", Float, nullable=False),
    Column("unit", Text, nullable=False),
    one_of("stage", STATUSES[:4]),
    one_of("urgency", URGENCIES),
    one_of("unit", UNITS),
    CheckConstraint("amount > 0 AND amount <= 10000", name="amount"),
)
Index(
    "deadline_rule_key",
    func.coalesce(deadline_rule.c.topic, ""),
    deadline_rule.c.stage,
    deadline_rule.c.urgency,
    unique=True,
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("worked", Boolean, nullable=False),
    Column("name", Text, nullable=False, server_default=text("''")),
    comment="days that the working calendar does not know rightly by itself",
)

issue_event = Table(
    "issue_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("issue_id", BigInteger, ForeignKey("issue.id"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", MaskedJSON, nullable=False, server_default=text("'{}'")),
    one_of("kind", EVENTS),
)

lexicon_term = Table(
    "lexicon_term",
    metadata,
    primary_key(),
    Column("term", Text, nullable=False),
    topic_reference(nullable=False),
    Column("hazard", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("term"),
    filled("term", 40),
    filled("topic", 40),
)
