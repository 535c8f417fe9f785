"""How often a kind of data has changed, so that a process can tell whether what it holds is still true."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from gis.storage.tables.base import metadata

data_version = Table(
    "data_version",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
