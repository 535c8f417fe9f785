"""Residents, found by what is known of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from gis.security.sealed import RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import household, resident


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


def home_of(connection: Connection, phone: str | None) -> int | None:
    """The id of the building that the owner of a phone lives in; None if it is nobody's, or several people's.

    Only of those whom the actor may see: else anybody who may report could learn where the owner of a phone lives.
    """
    found = residents_by_phone(connection, phone) if phone else []
    if len(found) != 1:
        return None
    home: int | None = connection.scalar(select(household.c.building_id).where(household.c.id == found[0].household_id))
    return home


def homes_of(connection: Connection, phones: Collection[str]) -> dict[str, int]:
    """As `home_of`, for several phones; those that tell no home are left out."""
    homes = {phone: home_of(connection, phone) for phone in phones}
    return {phone: home for phone, home in homes.items() if home is not None}
