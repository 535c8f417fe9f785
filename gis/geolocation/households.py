"""Which household of a building the numbers in a text mean.

The same digits mean different things in different houses: 502 is floor 5, door 2, or a door called 502; 5-2 is
a floor and a door in Chongqing, a unit and a door elsewhere; 2-5-2 is unit, floor and door. The building's own
units, floors and doors decide: every reading that fits the words is tried against them, and one that
names a single household is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from gis.geolocation.address.parts import Kind, Part
from gis.storage.tables import household

_INSIDE: tuple[Kind, ...] = ("unit", "floor", "door")


@dataclass(frozen=True, slots=True)
class Household:
    """A door of a building. `unit` is empty where the building has none."""

    id: int
    unit: str
    floor: int
    door: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the numbers of a text may be; None where they do not say."""

    unit: str | None = None
    floor: str | None = None
    door: str | None = None

    def means(self, home: Household) -> bool:
        return (
            (self.unit is None or home.unit == "" or self.unit == home.unit.lstrip("0").upper())
            and (self.floor is None or self.floor == str(home.floor))
            and (self.door is None or self.door == _plain(home.door))
        )


def households(connection: Connection, building_id: int) -> list[Household]:
    """The households of a building, in the order of their doors."""
    columns = household.c.id, household.c.unit, household.c.floor, household.c.door
    rows = connection.execute(select(*columns).where(household.c.building_id == building_id).order_by(*columns[1:]))
    return [Household(*row) for row in rows]


def household_of(parts: Sequence[Part], homes: Iterable[Household]) -> Household | None:
    """The household that the parts of an address name, if exactly one is; `parts` stand behind its building.

    Readings are tried from the most literal on; the first that fits any household decides.
    """
    known = list(homes)
    for reading in _readings([p for p in parts if p.kind in _INSIDE]):
        meant = [home for home in known if reading.means(home)]
        if meant:
            return meant[0] if len(meant) == 1 else None
    return None


def _readings(parts: list[Part]) -> Iterator[Reading]:
    """The ways to read up to three numbers that state a door."""
    if not any(p.kind == "door" for p in parts):
        return
    said = {p.kind: p.value for p in parts}
    yield from _with_door(said.get("unit"), said.get("floor"), said["door"])
    values = [value for p in parts for value in p.value.split("-")]
    if len(values) == 3:
        yield from _with_door(values[0], values[1], values[2])
    if len(values) == 2:
        yield from _with_door(None, values[0], values[1])
        yield from _with_door(values[0], None, values[1])


def _with_door(unit: str | None, floor: str | None, door: str) -> Iterator[Reading]:
    yield Reading(unit, floor, _plain(door))
    if len(door) >= 3 and door.isdigit():
        storey, number = str(int(door[:-2])), str(int(door[-2:]))
        if floor in (None, storey):
            yield Reading(unit, storey, number)
    if "-" in door and floor is None:
        storey, _, number = door.rpartition("-")
        yield Reading(unit, storey, _plain(number))


def _plain(door: str) -> str:
    return door.upper().lstrip("0") or "0"
