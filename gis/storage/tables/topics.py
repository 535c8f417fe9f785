"""What matters are about: lines, the topics in them, and what has been learned of telling topics apart.

`topic` is the one list: lexicon terms, deadlines and Open311's services name a topic of it, and follow when it is
renamed. Matters do not have to: an import may bring topics of its own, which stay as they came until a person
chooses one. A trigger renames matters with their topic and line (`storage/sql/topics.sql`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from gis.storage.tables.base import filled, metadata, primary_key

TOPIC_SOURCES = ("given", "words", "learned", "person")
"""By what a matter has its topic: its report, the lexicon, the model, somebody's choice."""


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default=text("1"), comment="counts the changes of the row")


def topic_reference(*, nullable: bool, **options: Any) -> Column[str]:
    """A topic by its name, which follows when it is renamed."""
    return Column("topic", Text, ForeignKey("topic.name", onupdate="CASCADE"), nullable=nullable, **options)


line = Table(
    "line",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False, server_default=text("0")),
    _version(),
    UniqueConstraint("name"),
    filled("name", 40),
    comment="综治, 信访, 应急, 舆情",
)

topic = Table(
    "topic",
    metadata,
    primary_key(),
    Column("name", Text, nullable=False),
    Column("line", Text, ForeignKey("line.name", onupdate="CASCADE")),
    Column("description", Text, nullable=False, server_default=text("''")),
    Column("hazard", Boolean, nullable=False, server_default=text("false"), comment="its matters are hazards"),
    Column("event_class", Text, comment="the class of GB/T 30428.2 that is nearest, by name"),
    Column("position", Integer, nullable=False, server_default=text("0")),
    Column("retired", Boolean, nullable=False, server_default=text("false"), comment="no new matter is of it"),
    _version(),
    UniqueConstraint("name"),
    filled("name", 40),
    filled("event_class", 40),
    CheckConstraint("length(description) <= 400", name="description"),
)

topic_model = Table(
    "topic_model",
    metadata,
    Column("only", Boolean, primary_key=True, server_default=text("true")),
    Column("trained_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("examples", Integer, nullable=False),
    Column("macro_f1", Float, nullable=False, comment="of 5-fold cross-validation over the examples"),
    Column("sure", Float, nullable=False, comment="share of answers that are sure"),
    Column("right_when_sure", Float, nullable=False, comment="share of the sure ones that are right"),
    Column("weights", LargeBinary, nullable=False, comment="arrays, see gis/issues/classifier.py"),
    CheckConstraint('"only"', name="only"),
)
