"""What a gazetteer holds: buildings and other places, and the compounds that they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from gis.geolocation.address.numerals import number
from gis.geolocation.matching.folding import folded

Areas = tuple[tuple[str, str], ...]
"""Level and name of the areas around a place."""


@dataclass(frozen=True, slots=True)
class Building:
    """One building or place: `code` is the id in its owner's files; the point is EPSG:4326.

    `areas` names what it lies in; they tell places of one name apart.
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


@dataclass(frozen=True, slots=True)
class Compound:
    id: int
    community_id: int
    name: str
    aliases: tuple[str, ...]
    address: str = ""
    areas: Areas = ()


class Named(NamedTuple):
    """A name taken apart: the folded name proper and the number at its end (金佛尚城3栋 -> 金佛尚城, 3)."""

    stem: str
    number: str


_NUMBERED = re.compile(r"(.*?)((?:[a-z]?[0-9]+(?:[a-z-][0-9a-z]*)?|[a-z]))(?:号楼|号栋|#楼|[栋幢座楼排号#])?")
_STREET = re.compile(r"(.*(?:路|街|巷|弄|道|村|里|组))([0-9]+(?:[-附][0-9]+)*)号?")


def taken_apart(name: str) -> Named:
    """A building's name as stem and number; the number is empty where the name ends in none.

    Only a number that a building word follows, or that follows Chinese characters at the very end, counts.
    """
    plain = folded(name)
    match = _NUMBERED.fullmatch(plain)
    if match is None or (match.group(1) and match.group(1)[-1].isascii()):
        return Named(plain, "")
    return Named(match.group(1), number(match.group(2)))


def street_number(address: str) -> Named | None:
    """Road and number, where an address is just that (金佛大道79号); else None."""
    match = _STREET.fullmatch(folded(address))
    return Named(match.group(1), number(match.group(2))) if match else None
