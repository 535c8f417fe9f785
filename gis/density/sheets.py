"""A sheet: matters in columns, by smallest cell, day and what they are filtered by, each combination with its number.

What matters are filtered by is told by short numbers that stand for the names in a list of the sheet's own. A sheet
has no order; the same combination may stand in it several times until `merged` puts it together, which also takes out
what has come to nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TRAITS = ("topic", "source", "status", "hazard", "level", "way", "grid_id", "group_id")
"""What matters are filtered by, as the columns of `density_change` are called."""
NUMBERS = ("x", "y", "day", "amount")
"""`x` and `y` are the cell's, -1 without a point; `day` counts from 1970-01-01."""
NO_POINT = -1

Name = str | int | bool | None
Ints = NDArray[np.int32]
Codes = NDArray[np.uint16]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of sheets: the names that each trait may have (a trait that is absent: any), and the days from
    `first` to `last`, both included."""

    traits: Mapping[str, frozenset[Name]]
    first: int | None = None
    last: int | None = None


EVERYTHING = Asked({})
_ROW_BYTES = 4 * len(NUMBERS) + 2 * len(TRAITS)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of matters: `numbers` and `codes` are columns, `names[trait][code]` is what a code stands for."""

    names: Mapping[str, Sequence[Name]]
    codes: Mapping[str, Codes]
    numbers: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.numbers["amount"])

    @property
    def size_bytes(self) -> int:
        """What its columns take in memory."""
        return len(self) * _ROW_BYTES

    def kept(self, asked: Asked) -> Mask:
        """The rows that pass."""
        mask = np.ones(len(self), dtype=bool)
        if not len(self):
            return mask
        day = self.numbers["day"]
        if asked.first is not None and asked.first > day.min():
            mask &= day >= asked.first
        if asked.last is not None and asked.last < day.max():
            mask &= day <= asked.last
        for trait, wanted in asked.traits.items():
            passing = np.array([name in wanted for name in self.names[trait]], dtype=bool)
            if not passing.all():
                mask &= passing[self.codes[trait]]
        return mask

    def packed(self) -> tuple[str, bytes, bytes]:
        """As it is stored: the names as JSON, the columns one after the other, and the digest of both."""
        names = json.dumps({trait: list(self.names[trait]) for trait in TRAITS}, ensure_ascii=False)
        columns = b"".join(
            (
                *(self.numbers[name].astype("<i4").tobytes() for name in NUMBERS),
                *(self.codes[trait].astype("<u2").tobytes() for trait in TRAITS),
            )
        )
        return names, columns, hashlib.sha256(names.encode() + columns).digest()


def unpacked(names: Mapping[str, Sequence[Name]], columns: bytes) -> Sheet:
    """What `packed` has made; it shares the memory of `columns`."""
    rows = len(columns) // _ROW_BYTES
    numbers = {name: np.frombuffer(columns, "<i4", rows, 4 * rows * at) for at, name in enumerate(NUMBERS)}
    begin = 4 * rows * len(NUMBERS)
    codes = {trait: np.frombuffer(columns, "<u2", rows, begin + 2 * rows * at) for at, trait in enumerate(TRAITS)}
    return Sheet(names, codes, numbers)


def sheet_of(groups: Iterable[tuple[Sequence[Name], bytes]]) -> Sheet:
    """A sheet of groups: the traits that their matters share, in the order of `TRAITS`, and those matters' numbers, in
    the order of `NUMBERS`, as PostgreSQL's int4send writes them."""
    listed = list(groups)
    numbers = np.frombuffer(b"".join(each for _, each in listed), ">i4").astype(np.int32).reshape(-1, len(NUMBERS))
    lengths = [len(each) // (4 * len(NUMBERS)) for _, each in listed]
    names: dict[str, list[Name]] = {}
    codes: dict[str, Codes] = {}
    for at, trait in enumerate(TRAITS):
        known: dict[Name, int] = {}
        coded = [known.setdefault(traits[at], len(known)) for traits, _ in listed]
        names[trait] = list(known)
        codes[trait] = np.repeat(np.array(coded, dtype=np.uint16), lengths)
    return Sheet(names, codes, {name: np.ascontiguousarray(numbers[:, at]) for at, name in enumerate(NUMBERS)})


def merged(sheets: Sequence[Sheet]) -> Sheet:
    """All rows of some sheets, each combination once, without those that have come to nothing."""
    names: dict[str, list[Name]] = {}
    codes: dict[str, Codes] = {}
    for trait in TRAITS:
        known: dict[Name, int] = {}
        parts = []
        for sheet in sheets:
            known_as = [known.setdefault(name, len(known)) for name in sheet.names[trait]]
            parts.append(np.array(known_as, dtype=np.uint16)[sheet.codes[trait]])
        names[trait], codes[trait] = list(known), np.concatenate(parts)
    numbers = {name: np.concatenate([sheet.numbers[name] for sheet in sheets]) for name in NUMBERS}
    firsts, amounts = _summed(names, codes, numbers)
    left = amounts != 0
    at = firsts[left]
    kept = {name: numbers[name][at] for name in NUMBERS} | {"amount": amounts[left].astype(np.int32)}
    return _without_unused(Sheet(names, {trait: codes[trait][at] for trait in TRAITS}, kept))


def _summed(names: Mapping[str, Sequence[Name]], codes: Mapping[str, Codes], numbers: Mapping[str, Ints]) -> Any:
    """Where each combination stands first, and how many matters it has in all."""
    cells = (numbers["x"].astype(np.int64) << 32) | (numbers["y"].astype(np.int64) & 0xFFFFFFFF)
    rest = numbers["day"].astype(np.int64)
    size = 2**20  # days of a thousand years
    for trait in TRAITS:
        width = max(1, len(names[trait]))
        size *= width
        if size >= 2**63:
            raise OverflowError("a month in which matters have more combinations of traits than 64 bits can tell")
        rest = rest * width + codes[trait]
    order = np.lexsort((rest, cells))
    cells, rest = cells[order], rest[order]
    begins = np.flatnonzero(np.r_[True, (cells[1:] != cells[:-1]) | (rest[1:] != rest[:-1])][: len(order)])
    amounts = (
        np.add.reduceat(numbers["amount"][order].astype(np.int64), begins) if len(begins) else np.zeros(0, np.int64)
    )
    return order[begins], amounts


def _without_unused(sheet: Sheet) -> Sheet:
    """The same without names that no row has: of topics that were renamed, grids that are gone."""
    names: dict[str, list[Name]] = {}
    codes: dict[str, Codes] = {}
    for trait in TRAITS:
        used, coded = np.unique(sheet.codes[trait], return_inverse=True)
        names[trait] = [sheet.names[trait][code] for code in used]
        codes[trait] = coded.astype(np.uint16)
    return Sheet(names, codes, sheet.numbers)
