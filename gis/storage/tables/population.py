"""Compounds, buildings and who lives in them, and the other places that people know."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from gis.storage.tables.base import filled, geometry, metadata, one_of, primary_key, sealed_number, text_list

compound = Table(
    "compound",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("name", Text, nullable=False),
    text_list("aliases"),
    UniqueConstraint("community_id", "name"),
    UniqueConstraint("id", "community_id"),
    filled("name"),
)

building = Table(
    "building",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("code", Text, nullable=False, comment="the building's id in its owner's files"),
    Column("name", Text, nullable=False),
    text_list("aliases"),
    Column("compound_id", BigInteger),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("floors", SmallInteger),
    Column("units", SmallInteger),
    Column("built_year", SmallInteger),
    geometry("POINT"),
    geometry("MULTIPOLYGON", nullable=True, name="footprint"),
    UniqueConstraint("community_id", "code"),
    UniqueConstraint("id", "community_id"),
    ForeignKeyConstraint(["compound_id", "community_id"], ["compound.id", "compound.community_id"]),
    CheckConstraint("floors BETWEEN 1 AND 200", name="floors"),
    CheckConstraint("units BETWEEN 1 AND 200", name="units"),
    CheckConstraint("built_year BETWEEN 1000 AND 2100", name="built_year"),
    filled("code", 80),
    filled("name"),
)
Index("building_geom_idx", building.c.geom, postgresql_using="gist")
Index("building_footprint_idx", building.c.footprint, postgresql_using="gist")
Index("building_compound_id_idx", building.c.compound_id)

place = Table(
    "place",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("code", Text, nullable=False, comment="the place's id in its owner's files"),
    Column("name", Text, nullable=False),
    text_list("aliases"),
    Column("kind", Text, nullable=False, server_default=text("''")),
    Column("compound_id", BigInteger, comment="the compound that it belongs to, if it is one's own"),
    geometry("POINT"),
    UniqueConstraint("community_id", "code"),
    ForeignKeyConstraint(["compound_id", "community_id"], ["compound.id", "compound.community_id"]),
    filled("code", 80),
    filled("name"),
)
Index("place_geom_idx", place.c.geom, postgresql_using="gist")
Index("place_compound_id_idx", place.c.compound_id)

alias_proposal = Table(
    "alias_proposal",
    metadata,
    primary_key(),
    Column("words", Text, nullable=False, comment="as a resident wrote them"),
    Column(
        "building_id", BigInteger, ForeignKey("building.id"), nullable=False, comment="what a person said they mean"
    ),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("state", Text, nullable=False, server_default=text("'proposed'")),
    Column("settled_by", Text),
    Column("settled_at", DateTime(timezone=True)),
    UniqueConstraint("building_id", "words"),
    filled("words", 80),
    one_of("state", ("proposed", "accepted", "rejected")),
    CheckConstraint("(state = 'proposed') = (settled_at IS NULL)", name="settled"),
)

household = Table(
    "household",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, nullable=False, index=True),
    Column("building_id", BigInteger, nullable=False),
    Column("unit", Text, nullable=False, server_default=text("''"), comment="empty where a building has no units"),
    Column("floor", SmallInteger, nullable=False),
    Column("door", Text, nullable=False),
    Column(
        "resident_count",
        SmallInteger,
        CheckConstraint("resident_count >= 0", name="resident_count"),
        comment="as declared; residents may be known by number only",
    ),
    UniqueConstraint("building_id", "unit", "floor", "door"),
    ForeignKeyConstraint(["building_id", "community_id"], ["building.id", "building.community_id"]),
    filled("door", 20),
)

resident = Table(
    "resident",
    metadata,
    primary_key(),
    Column("household_id", BigInteger, ForeignKey("household.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    *sealed_number("phone"),
    *sealed_number("id_number"),
    filled("name"),
)
Index("resident_phone_digest_idx", resident.c.phone_digest)
Index("resident_id_number_digest_idx", resident.c.id_number_digest)

vehicle = Table(
    "vehicle",
    metadata,
    primary_key(),
    Column("household_id", BigInteger, ForeignKey("household.id"), nullable=False, index=True),
    Column("plate", Text, nullable=False, unique=True),
    Column(
        "plain_plate",
        Text,
        Computed("regexp_replace(upper(normalize(plate, NFKC)), '[^0-9A-Z一-鿿]', '', 'g')", persisted=True),
        index=True,
        comment="the plate without what stands between its signs",
    ),
    filled("plate", 20),
)
