"""Residents, found by what is known of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from gis.security.sealed import RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import resident


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident of a household. `name` is in full: mask it before showing it."""

    id: int
    household_id: int
    name: str


def residents_by_phone(connection: Connection, phone: str) -> list[Resident]:
    """Those whose number this is, however it is spelt; of those whom the actor may see."""
    found = RESIDENT_PHONE.equals(vault_of(connection), phone)
    query = select(resident.c.id, resident.c.household_id, resident.c.name).where(found).order_by(resident.c.id)
    return [Resident(*row) for row in connection.execute(query)]
