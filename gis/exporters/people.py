"""Households with who lives there, and workers with their posts, as the imports take them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, RowMapping, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis.security.masking import masked_door, masked_id_number, masked_name, masked_phone, masked_plate
from gis.security.sealed import RESIDENT_ID_NUMBER, RESIDENT_PHONE, WORKER_PHONE
from gis.security.vault import Vault
from gis.storage.tables import area, building, grid, household, online_group, post, resident, vehicle, worker


def households() -> tuple[Select[Any], str]:
    """Households by building and door, at their building's place; residents and vehicles as lists."""
    query = (
        select(
            building.c.code.label("building_id"),
            household.c.unit,
            household.c.floor,
            household.c.door,
            _all(resident.c.name).label("residents"),
            _all(vehicle.c.plate).label("vehicles"),
            _all(RESIDENT_PHONE.sealed).label("_phones"),
            _all(RESIDENT_ID_NUMBER.sealed).label("_id_numbers"),
            household.c.resident_count.label("_count"),
            func.ST_AsBinary(building.c.geom).label("geom"),
        )
        .join(building, building.c.id == household.c.building_id)
        .join(area, area.c.id == building.c.community_id)
        .order_by(area.c.code, building.c.code, household.c.unit, household.c.floor, household.c.door)
    )
    return query, "Point"


def household_told(row: RowMapping, vault: Vault, *, clear: bool) -> dict[str, Any]:
    """Residents as `name phone identity-number` each, or how many they are where no names are known."""
    people = []
    for name, phone, number in zip(row["residents"] or (), row["_phones"] or (), row["_id_numbers"] or (), strict=True):
        parts = (name, RESIDENT_PHONE.open(vault, phone), RESIDENT_ID_NUMBER.open(vault, number))
        if not clear:
            parts = (masked_name(parts[0]) or "", masked_phone(parts[1]), masked_id_number(parts[2]))
        people.append(" ".join(filter(None, parts)))
    plates = row["vehicles"] or []
    told: dict[str, Any] = {"residents": people or row["_count"], "vehicles": plates}
    if not clear:
        told |= {"door": masked_door(row["door"]), "vehicles": [masked_plate(plate) for plate in plates]}
    return told


def workers() -> tuple[Select[Any], str]:
    """Workers by id, a row for each of their posts."""
    query = (
        select(
            worker.c.code.label("id"),
            worker.c.name,
            WORKER_PHONE.sealed.label("phone"),
            post.c.role,
            grid.c.code.label("grid_code"),
            online_group.c.code.label("group_code"),
            post.c.valid_from,
            post.c.valid_to,
            post.c.stand_in,
        )
        .join(area, area.c.id == worker.c.community_id)
        .outerjoin(post, post.c.worker_id == worker.c.id)
        .outerjoin(grid, grid.c.id == post.c.grid_id)
        .outerjoin(online_group, online_group.c.id == post.c.group_id)
        .order_by(area.c.code, worker.c.code, post.c.id)
    )
    return query, ""


def worker_told(row: RowMapping, vault: Vault, *, clear: bool) -> dict[str, Any]:
    """The phone; names of workers are no secret."""
    phone = WORKER_PHONE.open(vault, row["phone"])
    return {"phone": phone if clear else masked_phone(phone)}


def _all(column: Column[Any]) -> ColumnElement[Any]:
    """The values of a household's residents or vehicles, in one order for all columns."""
    table = column.table
    gathered = select(func.array_agg(aggregate_order_by(column, table.c.id)))
    return gathered.where(table.c.household_id == household.c.id).correlate(household).scalar_subquery()
