"""Workers and their posts; online groups and what they cover.

A post is a dated role, in a grid (the physical one) or in an online group (the network grid). One worker
may hold several. One grid has one grid worker on a day, and may have stand-ins beside.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from gis.storage.tables.base import filled, metadata, one_of, primary_key, sealed_number

ROLES = ("grid_worker", "network_commentator", "property_manager", "group_head")


def _validity() -> tuple[Column[Any], Column[Any], CheckConstraint]:
    return (
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date),
        CheckConstraint("valid_from < valid_to", name="validity"),
    )


def _once_at_a_time(name: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    return ExcludeConstraint(
        *((column, "=") for column in columns),
        (text("daterange(valid_from, valid_to)"), "&&"),
        name=name,
        using="gist",
        where=text(where) if where else None,
    )


online_group = Table(
    "online_group",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("community_id", "code"),
    UniqueConstraint("id", "community_id"),
    filled("code", 80),
    filled("name"),
)

group_grid = Table(
    "group_grid",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, nullable=False),
    Column("group_id", BigInteger, nullable=False),
    Column("grid_id", BigInteger, nullable=False, index=True),
    *_validity(),
    ForeignKeyConstraint(["group_id", "community_id"], ["online_group.id", "online_group.community_id"]),
    ForeignKeyConstraint(["grid_id", "community_id"], ["grid.id", "grid.community_id"]),
    _once_at_a_time("group_grid_once_at_a_time", "group_id", "grid_id"),
)

group_building = Table(
    "group_building",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, nullable=False),
    Column("group_id", BigInteger, nullable=False),
    Column("building_id", BigInteger, nullable=False, index=True),
    *_validity(),
    ForeignKeyConstraint(["group_id", "community_id"], ["online_group.id", "online_group.community_id"]),
    ForeignKeyConstraint(["building_id", "community_id"], ["building.id", "building.community_id"]),
    _once_at_a_time("group_building_once_at_a_time", "group_id", "building_id"),
)

worker = Table(
    "worker",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("code", Text, nullable=False, comment="the worker's id in the employer's files"),
    Column("name", Text, nullable=False),
    *sealed_number("phone"),
    UniqueConstraint("community_id", "code"),
    UniqueConstraint("id", "community_id"),
    filled("code", 80),
    filled("name"),
)

post = Table(
    "post",
    metadata,
    primary_key(),
    Column("community_id", BigInteger, nullable=False),
    Column("worker_id", BigInteger, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("grid_id", BigInteger, index=True),
    Column("group_id", BigInteger, index=True),
    Column("stand_in", Boolean, nullable=False, server_default=text("false")),
    *_validity(),
    ForeignKeyConstraint(["worker_id", "community_id"], ["worker.id", "worker.community_id"]),
    ForeignKeyConstraint(["grid_id", "community_id"], ["grid.id", "grid.community_id"]),
    ForeignKeyConstraint(["group_id", "community_id"], ["online_group.id", "online_group.community_id"]),
    UniqueConstraint("id", "worker_id"),
    CheckConstraint("num_nonnulls(grid_id, group_id) = 1", name="grid_or_group"),
    one_of("role", ROLES),
    _once_at_a_time("post_one_grid_worker", "grid_id", where="role = 'grid_worker' AND NOT stand_in"),
    _once_at_a_time("post_once_in_grid", "worker_id", "role", "grid_id"),
    _once_at_a_time("post_once_in_group", "worker_id", "role", "group_id"),
)

leave = Table(
    "leave",
    metadata,
    primary_key(),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    *_validity(),
    _once_at_a_time("leave_once_at_a_time", "worker_id"),
)
Index("post_grid_worker_idx", post.c.grid_id, post.c.valid_from, postgresql_where=text("role = 'grid_worker'"))
