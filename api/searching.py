"""What a person types to find a household: an address, a telephone number or a number plate."""

from __future__ import annotations

import re
from dataclasses import replace

from gis.geolocation.address.parser import parse
from gis.population.households import Door, HouseholdFilter
from gis.population.plates import is_plate, plain_plate

_PHONE = re.compile(r"\+?[0-9][0-9() -]{5,19}")
_INSIDE = ("building", "unit", "floor", "door")
_NUMBER = re.compile(r"[0-9A-Z]{1,4}")


def narrowed(chosen: HouseholdFilter, words: str | None) -> HouseholdFilter:
    """A filter narrowed to what the words say, as far as they say it (`3栋2单元5楼`, `梨园 502`)."""
    said = (words or "").strip()
    if not said:
        return chosen
    if _PHONE.fullmatch(said):
        return replace(chosen, phone=said)
    if is_plate(said):
        return replace(chosen, plate=plain_plate(said))
    parts = [part for part in parse(said) if part.kind in _INSIDE]
    values = {part.kind: part.value for part in parts}
    rest = said
    for part in reversed(parts):
        rest = f"{rest[: part.start]} {rest[part.end :]}"
    number, floor, door = values.get("building", ""), values.get("floor", ""), values.get("door", "")
    if any(map(str.isalpha, door)) or not re.fullmatch(r"(-?[0-9]{1,3})?", floor):
        return replace(chosen, words=tuple(said.split()))
    return replace(
        chosen,
        words=tuple(word for word in rest.split() if any(map(str.isalnum, word))),
        number=number if _NUMBER.fullmatch(number) else None,
        unit=values.get("unit"),
        floor=int(floor) if floor else None,
        doors=_readings(door),
    )


def names_a_person(chosen: HouseholdFilter) -> bool:
    """Whether a filter asks for more than a building: for who lives behind a door, has a number or a car."""
    inside = chosen.unit, chosen.floor, chosen.phone, chosen.plate
    return bool(chosen.doors) or any(each is not None for each in inside)


def _readings(door: str) -> tuple[Door, ...]:
    """A door as it may be meant: by its name, or as floor and door (`502`, `5-2`)."""
    if not door:
        return ()
    found = [Door(door.lstrip("0") or "0")]
    floor, dash, name = door.rpartition("-")
    if not dash and door.isdigit() and len(door) >= 3:
        floor, name = door[:-2], door[-2:]
    if floor.isdigit() and name.isdigit():
        found.append(Door(name.lstrip("0") or "0", int(floor)))
    return tuple(found)
