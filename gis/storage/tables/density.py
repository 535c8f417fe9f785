"""Matters counted by square cell, kept ready for maps: the sheets, and what has changed since they were written.

Neither has foreign keys: they would be asked for each report of the intake, and what they name may go at the same time.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from gis.storage.tables.base import metadata, primary_key

density_sheet = Table(
    "density_sheet",
    metadata,
    primary_key(),
    Column("community_id", BigInteger),
    Column("month", Date, nullable=False),
    Column("names", JSONB, nullable=False),
    Column("columns", LargeBinary, nullable=False),
    Column(
        "digest",
        LargeBinary,
        nullable=False,
        comment="of names and columns: who holds them in memory need not read them",
    ),
    comment="matters of a month by cell, day and what they are filtered by, see gis/density/sheets.py",
)
Index("density_sheet_key", func.coalesce(density_sheet.c.community_id, 0), density_sheet.c.month, unique=True)

density_change = Table(
    "density_change",
    metadata,
    Column("community_id", BigInteger),
    Column("day", Date, nullable=False),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("topic", Text),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("hazard", Boolean, nullable=False),
    Column("level", Text),
    Column("way", Text),
    Column("grid_id", BigInteger),
    Column("group_id", BigInteger),
    comment="what has changed since the sheets were written: a matter more or less",
)
