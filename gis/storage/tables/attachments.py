"""Photos of a matter: what is told of each. The pictures themselves are sealed in `gis.files.store`.

`digest` tells the same photo of the same matter again; `picture` and `thumbnail` are names in the store, which are
the hashes of what is stored there. Where a camera said that it was is kept until somebody has decided on it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
)

from gis.storage.tables.base import metadata, one_of, primary_key, sealed

attachment = Table(
    "attachment",
    metadata,
    primary_key(),
    Column("issue_id", BigInteger, ForeignKey("issue.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="keyed hash of the picture"),
    Column("media_type", Text, nullable=False),
    Column("width_px", Integer, nullable=False),
    Column("height_px", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("taken_at", DateTime(timezone=True), comment="by the camera's clock"),
    Column("hint_lon", Float, comment="where the camera says that it was, until somebody has decided on it"),
    Column("hint_lat", Float),
    Column("hint_datum", Text, comment="empty: the camera did not say"),
    Column("account_id", BigInteger, ForeignKey("account.id"), index=True, comment="who added it"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    sealed("key"),
    Column("picture", Text, nullable=False),
    Column("thumbnail", Text, nullable=False),
    UniqueConstraint("issue_id", "digest"),
    UniqueConstraint("picture"),
    UniqueConstraint("thumbnail"),
    one_of("media_type", ("image/jpeg",)),
    one_of("hint_datum", ("wgs84", "gcj02", "cgcs2000")),
    CheckConstraint("width_px BETWEEN 1 AND 2048 AND height_px BETWEEN 1 AND 2048", name="size"),
    CheckConstraint("(hint_lon IS NULL) = (hint_lat IS NULL)", name="hint"),
    CheckConstraint("hint_datum IS NULL OR hint_lon IS NOT NULL", name="hint_datum_of_hint"),
)
