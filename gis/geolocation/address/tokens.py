"""The tokens of an address: a run of digits, or one character. And the shapes of its numbers.

Most of what a number in an address means is told by the numbers and words around it: in 8-3-602 the first
is the building, the second the unit. `Item` is one such number with the word after it; a `chain` is a row
of items that follow each other at once.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gis.geolocation.address.numerals import NUMERALS

_TOKEN = re.compile(r"[0-9]+|.", re.DOTALL)
_COUNTED = frozenset("栋幢号单元楼层室座弄排组期区#房街门")
_JOINT = frozenset("-_/、,，.")


class Tokens(NamedTuple):
    """Words as a model sees them (digits by their count, letters small) and the kind of each; with offsets."""

    words: list[str]
    kinds: list[str]
    starts: list[int]


class Item(NamedTuple):
    """A number: tokens `first` to before `last`, its shape (D3号) and the word after it (号)."""

    first: int
    last: int
    shape: str
    after: str


def tokenize(text: str) -> Tokens:
    words, kinds, starts = [], [], []
    for match in _TOKEN.finditer(text):
        token = match.group()
        starts.append(match.start())
        if token[0] in "0123456789":
            size = str(min(len(token), 6))
            words.append("0" * min(len(token), 6))
            kinds.append("D" + size)
        else:
            words.append(token.lower())
            kinds.append(_kind(token))
    return Tokens(words, kinds, starts)


def items(tokens: Tokens) -> list[Item]:
    """The numbers in the tokens: digits, letters, and Chinese numerals that a unit word follows."""
    words, kinds, _ = tokens
    count, found, i = len(words), [], 0
    while i < count:
        if not _counts(words, kinds, i):
            i += 1
            continue
        first = i
        while i < count and (kinds[i][0] in "DL" or kinds[i] == kinds[first] == "C"):
            i += 1
        size = max((kind for kind in kinds[first:i] if kind[0] == "D"), default=kinds[first])
        head = "L" if kinds[first] == "L" and size[0] == "D" else ""
        after = _after(words, kinds, i)
        found.append(Item(first, i, head + size + after, after))
    return found


def chains(found: list[Item]) -> list[int]:
    """For each item, the number of the chain that it is in."""
    numbers, chain = [], 0
    for before, item in zip([None, *found], found, strict=False):
        if before is not None and item.first - before.last > len(before.after):
            chain += 1
        numbers.append(chain)
    return numbers


def _counts(words: list[str], kinds: list[str], i: int) -> bool:
    if kinds[i][0] in "DL":
        return True
    if kinds[i] != "C":
        return False
    while i < len(words) and kinds[i] == "C":
        i += 1
    return i < len(words) and words[i] in _COUNTED


def _after(words: list[str], kinds: list[str], i: int) -> str:
    if i == len(words):
        return "$"
    two = words[i] + (words[i + 1] if i + 1 < len(words) else "")
    if two in ("号楼", "号门", "单元", "楼层", "#楼", "号室", "号铺", "号店"):
        return two
    return words[i] if kinds[i] in ("H", "P") else kinds[i]


def _kind(token: str) -> str:
    if token.isascii() and token.isalpha():
        return "L"
    if token in NUMERALS:
        return "C"
    return "P" if token in _JOINT else "H"
