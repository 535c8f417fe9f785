"""Residents as readers see them; in clear, to be masked before they are shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, func, select

from gis.errors import NotFound, said
from gis.population.households import HouseholdFilter, conditions
from gis.security.sealed import RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import area, building, compound, household, resident


@dataclass(frozen=True, slots=True)
class Resident:
    """One resident and where the household is; `building_id` is a code."""

    id: int
    name: str
    phone: str | None
    household_id: int
    building_id: str
    building_name: str
    unit: str
    floor: int
    door: str


def residents(
    connection: Connection,
    chosen: HouseholdFilter,
    *,
    limit: int,
    household_id: int | None = None,
    after: int | None = None,
) -> list[Resident]:
    """Residents of the households that pass a filter, by id, at most `limit`, behind the one with the id `after`.

    A telephone number narrows to those whose it is. Raises InvalidInput as `households` does.
    """
    homes = conditions(connection, replace(chosen, phone=None))
    query = _columns().where(*homes).order_by(resident.c.id).limit(limit)
    if chosen.phone is not None:
        query = query.where(RESIDENT_PHONE.equals(vault_of(connection), chosen.phone))
    if household_id is not None:
        query = query.where(resident.c.household_id == household_id)
    if after is not None:
        query = query.where(resident.c.id > after)
    return _read(connection, query)


def residents_of(connection: Connection, household_ids: Sequence[int]) -> list[Resident]:
    """Who lives in these households, by id."""
    query = _columns().where(resident.c.household_id == func.any(list(household_ids))).order_by(resident.c.id)
    return _read(connection, query) if household_ids else []


def home_of(connection: Connection, phone: str | None) -> int | None:
    """The id of the building that the owner of a phone lives in; None if it is nobody's, or several people's.

    Only of those whom the actor may see: else anybody who may report could learn where the owner of a phone lives.
    """
    return homes_of(connection, {phone}).get(phone) if phone else None


def homes_of(connection: Connection, phones: Collection[str]) -> dict[str, int]:
    """As `home_of`, for several phones; those that tell no home are left out."""
    vault = vault_of(connection) if phones else None
    digests = {phone: set(RESIDENT_PHONE.digests(vault, phone)) for phone in phones} if vault else {}
    query = (
        select(RESIDENT_PHONE.digest, household.c.building_id)
        .join(resident, resident.c.household_id == household.c.id)
        .where(RESIDENT_PHONE.digest == func.any(sorted(set().union(*digests.values()))))
    )
    found = connection.execute(query).all() if any(digests.values()) else []
    homes = {phone: [home for digest, home in found if digest in own] for phone, own in digests.items()}
    return {phone: own[0] for phone, own in homes.items() if len(own) == 1}


def numbers_of(connection: Connection, household_id: int) -> list[str]:
    """The telephone numbers of a household's residents, each once."""
    return list(dict.fromkeys(each.phone for each in residents_of(connection, [household_id]) if each.phone))


def resident_in_full(connection: Connection, resident_id: int) -> Resident:
    """One resident. Raises NotFound, also for one whom who asks may not see."""
    found = _read(connection, _columns().where(resident.c.id == resident_id))
    if not found:
        raise NotFound(said("There is no resident {resident_id}.", resident_id=resident_id))
    return found[0]


def _columns() -> Select[Any]:
    return select(
        resident.c.id,
        resident.c.name,
        RESIDENT_PHONE.sealed,
        resident.c.household_id,
        building.c.code,
        building.c.name,
        household.c.unit,
        household.c.floor,
        household.c.door,
    ).select_from(
        resident.join(household, household.c.id == resident.c.household_id)
        .join(building, building.c.id == household.c.building_id)
        .join(area, area.c.id == household.c.community_id)
        .outerjoin(compound, compound.c.id == building.c.compound_id)
    )


def _read(connection: Connection, query: Select[Any]) -> list[Resident]:
    vault = vault_of(connection)
    rows = connection.execute(query)
    return [Resident(id, name, RESIDENT_PHONE.open(vault, phone), *rest) for id, name, phone, *rest in rows]
