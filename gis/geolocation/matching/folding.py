"""Names in the form in which they are compared: by their characters, and by their sound.

Folded, a name has no punctuation, small letters, and digits for Chinese numerals where a counted word
follows (朝晖七区 -> 朝晖7区; 三里亭 stays). A gazetteer's names and a message's text are folded alike, so
whatever folding gets wrong it gets wrong on both sides.
"""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from typing import NamedTuple

from gis.geolocation.address.numerals import NUMERALS, integer
from gis.geolocation.address.spelling import Spelled, spell

_COUNTED = re.compile(f"[{NUMERALS}]+(?=号楼|[栋幢座区期号单楼层室弄组巷排街#村])")
_MERGED = str.maketrans({"ü": "v"})
REMEMBERED_NAMES = 2**18
_SOUND_BASE = 0xE000
"""Sounds are written as characters that Unicode leaves to private use."""

_sounds: dict[str, str] = {}
_lock = threading.Lock()


class Folded(NamedTuple):
    """A folded text; `origin[i]` is the offset, in the text as sent, of its i-th character, `until[i]` its end."""

    text: str
    origin: list[int]
    until: list[int]


def fold(text: str) -> Folded:
    return fold_spelled(spell(text))


def fold_spelled(spelled: Spelled) -> Folded:
    source = spelled.text
    out: list[str] = []
    origin: list[int] = []
    until: list[int] = []
    last = 0
    for match in _COUNTED.finditer(source):
        _copy(spelled, last, match.start(), out, origin, until)
        digits = str(integer(match.group()))
        first, end = spelled.span(match.start(), match.end())
        out.append(digits)
        origin.extend([first] * len(digits))
        until.extend([end] * len(digits))
        last = match.end()
    _copy(spelled, last, len(source), out, origin, until)
    return Folded("".join(out), origin, until)


@lru_cache(REMEMBERED_NAMES)
def folded(name: str) -> str:
    """The folded form of a name; remembered, since a gazetteer that is built again has nearly the same names."""
    return fold(name).text


def sound(text: str) -> str:
    """The sound of a folded text, one character for each: toneless pinyin, with the sounds that southern
    speech does not tell apart (zh/z, ng/n, l/n) made one. Equal characters mean equal sounds; no more."""
    return "".join(map(_sound, text))


def _copy(spelled: Spelled, start: int, end: int, out: list[str], origin: list[int], until: list[int]) -> None:
    for i in range(start, end):
        character = spelled.text[i]
        if character.isalnum() or (character == "-" and _joins(spelled.text, i)):
            out.append(character.lower()[0])  # İ becomes two signs, of which the first is the letter
            origin.append(spelled.origin[i])
            until.append(spelled.origin[i] + 1)


def _joins(text: str, i: int) -> bool:
    """Whether the hyphen at `i` stands between two numbers or letters."""
    around = text[i - 1 : i] + text[i + 1 : i + 2]
    return len(around) == 2 and around.isascii() and around.isalnum()


@cache
def _sound(character: str) -> str:
    if character < "一" or character > "鿿":
        return character
    from pypinyin import Style, lazy_pinyin  # a quarter of a second, which not every command needs to spend

    syllable = lazy_pinyin(character, style=Style.NORMAL)[0].translate(_MERGED)
    syllable = re.sub("^([zcs])h", r"\1", syllable)
    syllable = re.sub("^n(?!$)", "l", syllable)
    syllable = re.sub("([ie])ng$", r"\1n", syllable)
    with _lock:
        return _sounds.setdefault(syllable, chr(_SOUND_BASE + len(_sounds)))
