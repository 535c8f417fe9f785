"""The keys that personal data in this database is sealed with, by their ids: enough to miss one that is lost."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, LargeBinary, Table, func

from gis.storage.tables.base import metadata

data_key = Table(
    "data_key",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("first_used_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
