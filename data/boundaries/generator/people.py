"""Who lives where: a household behind most doors, with names, some phones and some cars."""

from __future__ import annotations

from dataclasses import dataclass

from .buildings import Building
from .names import Numbers, full_name, surname
from .random_source import Random, stream

OCCUPIED = {"tower": 0.86, "lift": 0.9, "slab": 0.95, "old": 0.91, "house": 0.97}
SIZES = {1: 18, 2: 29, 3: 29, 4: 15, 5: 6, 6: 3}
CARS = {"tower": 0.62, "lift": 0.55, "slab": 0.36, "old": 0.2, "house": 0.3}


@dataclass(frozen=True, slots=True)
class Household:
    building: Building
    unit: str
    floor: int
    door: int
    residents: tuple[tuple[str, str], ...]
    vehicles: tuple[str, ...]


def settle(buildings: list[Building], numbers: Numbers) -> list[Household]:
    """Households by building, unit, floor and door; a house has no units."""
    rng = stream("people")
    households = []
    for building in buildings:
        for unit in range(1, building.units + 1):
            for floor in range(1, building.floors + 1):
                for door in range(1, building.doors + 1):
                    if rng.random() < OCCUPIED[building.kind]:
                        name = "" if building.kind == "house" else str(unit)
                        households.append(_household(building, name, floor, door, numbers, rng))
    return households


def _household(building: Building, unit: str, floor: int, door: int, numbers: Numbers, rng: Random) -> Household:
    size = rng.choices(list(SIZES), list(SIZES.values()))[0]
    residents = [(name, _phone(age, numbers, rng)) for name, age in _family(size, building.kind, rng)]
    cars = sum(rng.random() < CARS[building.kind] * share for share in (1, 0.15))
    return Household(building, unit, floor, door, tuple(residents), tuple(numbers.plate() for _ in range(cars)))


def _family(size: int, kind: str, rng: Random) -> list[tuple[str, str]]:
    """Names and ages: a couple, then children with the family's name, then a grandparent or two."""
    family = surname(rng)
    elderly = rng.random() < (0.45 if kind in ("old", "house") else 0.2)
    age = "elder" if elderly and size <= 2 else "adult"
    first_is_woman = rng.random() < 0.35
    members = [(full_name(rng, age=age, woman=first_is_woman, family=family), age)]
    if size >= 2:
        members.append((full_name(rng, age=age, woman=not first_is_woman), age))
    children = min(size - 2, rng.choice([1, 1, 2])) if size >= 3 else 0
    for _ in range(children):
        members.append((full_name(rng, age="child", woman=False, family=family), "child"))
    while len(members) < size:
        woman = rng.random() < 0.6
        members.append((full_name(rng, age="elder", woman=woman, family="" if woman else family), "elder"))
    return members


def _phone(age: str, numbers: Numbers, rng: Random) -> str:
    known = {"adult": 0.86, "elder": 0.6, "child": 0.0}[age]
    return numbers.phone() if rng.random() < known else ""
