"""Reports of a week or a month of a community, as they were made: figures and places, nobody's words."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from gis.storage.tables.base import filled, metadata, one_of, primary_key
from gis.storage.tables.notices import NOTICE_LANGUAGES

REPORT_PERIODS = ("week", "month")
REPORT_STATES = ("waiting", "making", "made", "failed")
REPORT_STEPS = ("figures", "hotspots", "maps", "printing")

report = Table(
    "report",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("period", Text, nullable=False),
    Column("begins", Date, nullable=False, comment="its first day, by the community's clock"),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'waiting'")),
    Column("step", Text, comment="what is being made of it"),
    Column("failure", Text),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("begun_at", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), comment="the moment of its data"),
    Column("html", LargeBinary),
    Column("pdf", LargeBinary),
    one_of("period", REPORT_PERIODS),
    one_of("language", NOTICE_LANGUAGES),
    one_of("state", REPORT_STATES),
    one_of("step", REPORT_STEPS),
    filled("asked_by"),
    CheckConstraint("state <> 'made' OR (made_at IS NOT NULL AND html IS NOT NULL AND pdf IS NOT NULL)", name="made"),
    UniqueConstraint("community_id", "period", "begins", "language"),
)
