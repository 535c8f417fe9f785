"""What a part of an address is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "province",
    "city",
    "district",
    "town",
    "community",
    "road",
    "road_number",
    "place",
    "building",
    "unit",
    "floor",
    "door",
    "other",
]

NUMBERS: frozenset[Kind] = frozenset({"road_number", "building", "unit", "floor", "door"})
"""Kinds whose value is a number or letters."""

INDOORS: tuple[Kind, ...] = ("building", "unit", "floor", "door")
"""The numbers of a building and of what is in it, from the outside in."""

NAMES: frozenset[Kind] = frozenset({"community", "road", "place"})
"""Kinds that name a spot in a town."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an address, as it was read.

    `start` and `end` are character offsets into the text as it was given, and `text` is what stands there.
    `value` is the same in normal spelling: plain digits and capital letters for numbers (三栋 -> 3).
    """

    kind: Kind
    value: str
    text: str
    start: int
    end: int
