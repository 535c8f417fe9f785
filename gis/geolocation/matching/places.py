"""What a gazetteer holds: compounds, the buildings and other places in them, and roads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gis.geolocation.address.numerals import number
from gis.geolocation.matching.folding import REMEMBERED_NAMES, folded

Areas = tuple[tuple[str, str], ...]
"""Level and name of the areas around a place."""


@dataclass(frozen=True, slots=True)
class Building:
    """One building: `code` is the id in its owner's files; the point is EPSG:4326.

    `areas` names what it lies in; they tell places of one name apart. `accepted` are those of the aliases that
    a person has accepted for this very building: whatever else is called so, they mean it.
    """

    id: int
    community_id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    compound_id: int | None
    lon: float
    lat: float
    address: str = ""
    areas: Areas = ()
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compound:
    id: int
    community_id: int
    name: str
    aliases: tuple[str, ...]
    address: str = ""
    areas: Areas = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A known place that is no building: a gate, a kindergarten, a square. The point is EPSG:4326.

    `compound_id` is the compound that it belongs to, if it is one's own.
    """

    id: int
    community_id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    compound_id: int | None
    lon: float
    lat: float
    address: str = ""
    areas: Areas = ()


@dataclass(frozen=True, slots=True)
class Road:
    """A road as a whole: the buildings that stand on it, by their ids."""

    id: int
    community_id: int
    name: str
    building_ids: tuple[int, ...]
    aliases: tuple[str, ...] = ()
    address: str = ""
    areas: Areas = ()


Standing = Building | Place
"""What has a point of its own."""


class Named(NamedTuple):
    """A name taken apart: the folded name proper and the number at its end (金佛尚城3栋 -> 金佛尚城, 3)."""

    stem: str
    number: str


_NUMBERED = re.compile(r"(.*?)((?:[a-z]?[0-9]+(?:[a-z-][0-9a-z]*)?|[a-z]))(?:号楼|号栋|#楼|[栋幢座楼排号#])?")
_STREET = re.compile(r"(.*(?:路|街|巷|弄|道|村|里|组))([0-9]+(?:[-附][0-9]+)*)号?")


@lru_cache(REMEMBERED_NAMES)
def taken_apart(name: str) -> Named:
    """A building's name as stem and number; the number is empty where the name ends in none.

    Only a number that a building word follows, or that follows Chinese characters at the very end, counts.
    """
    plain = folded(name)
    match = _NUMBERED.fullmatch(plain)
    if match is None or (match.group(1) and match.group(1)[-1].isascii()):
        return Named(plain, "")
    return Named(match.group(1), number(match.group(2)))


def roads_of(buildings: Iterable[Building]) -> list[Road]:
    """The roads that buildings stand on, by their addresses or their names (南大街42号)."""
    found: dict[tuple[int, str], dict[int, None]] = defaultdict(dict)
    for building in buildings:
        for said in (building.address, building.name):
            street = street_number(said)
            if street is not None:
                found[building.community_id, street.stem][building.id] = None
    return [
        Road(n, community_id, name, tuple(ids)) for n, ((community_id, name), ids) in enumerate(sorted(found.items()))
    ]


@lru_cache(REMEMBERED_NAMES)
def street_number(address: str) -> Named | None:
    """Road and number, where an address is just that (金佛大道79号); else None."""
    match = _STREET.fullmatch(folded(address))
    return Named(match.group(1), number(match.group(2))) if match else None
