"""Areas and grids.

Identity and boundary are two things. A `grid` is lasting: its code, once given, stays taken for good,
also when the grid is retired. A `grid_version` is one shape of it, for a time. What is located keeps the
version that it was located with, so that after a redraw it can still be said why it went where it went.
The idea ends where a grid is split in two: which of the halves is "the same grid" is a decision of the
planner's, not something that a version can tell.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from gis.storage.tables.base import filled, geometry, metadata, one_of, primary_key

LEVELS = ("district", "street", "community")

area = Table(
    "area",
    metadata,
    primary_key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_id", BigInteger),
    Column(
        "parent_level",
        Text,
        Computed("CASE level WHEN 'street' THEN 'district' WHEN 'community' THEN 'street' END", persisted=True),
        comment="a street lies in a district, a community in a street",
    ),
    Column("time_zone", Text, nullable=False, comment="for times that come without a zone"),
    Column("synthetic", Boolean, nullable=False, server_default=text("false"), comment="invented, for demonstration"),
    UniqueConstraint("id", "level"),
    ForeignKeyConstraint(["parent_id", "parent_level"], ["area.id", "area.level"]),
    CheckConstraint("level <> 'district' OR parent_id IS NULL", name="district_has_no_parent"),
    one_of("level", LEVELS),
    filled("code", 40),
    filled("name"),
)

grid = Table(
    "grid",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, nullable=False),
    Column("community_level", Text, Computed("'community'", persisted=True)),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    ForeignKeyConstraint(["community_id", "community_level"], ["area.id", "area.level"]),
    UniqueConstraint("community_id", "code"),
    UniqueConstraint("id", "community_id"),
    filled("code", 40),
    filled("name"),
)

grid_version = Table(
    "grid_version",
    metadata,
    primary_key(),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), nullable=False),
    geometry("MULTIPOLYGON"),
    Column("valid_from", DateTime(timezone=True), nullable=False),
    Column("valid_to", DateTime(timezone=True)),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("id", "grid_id"),
    ExcludeConstraint(
        ("grid_id", "="),
        (text("tstzrange(valid_from, valid_to)"), "&&"),
        name="grid_version_one_at_a_time",
        using="gist",
    ),
    CheckConstraint("valid_from < valid_to", name="validity"),
    CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom"),
)
Index("grid_version_geom_idx", grid_version.c.geom, postgresql_using="gist")
