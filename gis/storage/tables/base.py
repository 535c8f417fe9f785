"""What all tables share: one metadata, constraint names, and a few column shapes.

Everything lives in the schema `dualgrid`; sessions have it first in their search path, so that names
stand bare here and in SQL. Validity is half-open: from `valid_from` up to, not including, `valid_to`;
an empty `valid_to` means "still so".
"""

from __future__ import annotations

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    Identity,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gis.security.masking import masked_throughout

SRID = 4326
LARGEST_ID = 2**63 - 1
"""An id above this is none that a column could hold."""
SCHEMA = "dualgrid"

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def primary_key() -> Column[int]:
    return Column("id", BigInteger, Identity(always=False), primary_key=True)


def geometry(kind: str, *, nullable: bool = False, name: str = "geom") -> Column[Any]:
    """A geometry column in EPSG:4326; its GiST index is declared beside the table, by name."""
    return Column(name, Geometry(kind, srid=SRID, spatial_index=False), nullable=nullable)


def sealed(name: str) -> Column[Any]:
    """A value that only the vault opens (`gis.security.sealed`)."""
    return Column(f"{name}_sealed", LargeBinary, comment="encrypted, see gis/security/vault.py")


def sealed_number(name: str) -> tuple[Column[Any], Column[Any]]:
    """A sealed value, with the keyed hash by which it is found."""
    return sealed(name), Column(f"{name}_digest", LargeBinary)


class MaskedJSON(TypeDecorator[Any]):
    """JSON in whose texts numbers of persons are masked, whoever writes it."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (the base class gives it)
        return masked_throughout(value)


def text_list(name: str) -> Column[Any]:
    return Column(name, ARRAY(Text), nullable=False, server_default=text("'{}'"))


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def filled(column: str, most: int = 200) -> CheckConstraint:
    return CheckConstraint(f"length({column}) BETWEEN 1 AND {most}", name=column)
