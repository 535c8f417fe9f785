"""From running text to the parts of the addresses in it.

A conditional random field (Lafferty, McCallum and Pereira 2001; CRFsuite) labels the tokens. It was trained
on annotated addresses, alone and inside sentences, by `train.py`, and is the small file beside this one.
It knows no gazetteer: what 502 or 5-2 means in a building whose floors and doors are known is for
`gis/geolocation/matching/` to say.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pycrfsuite

from gis.geolocation.address.features import features
from gis.geolocation.address.naming import locating
from gis.geolocation.address.numerals import NUMERALS, level, number
from gis.geolocation.address.parts import NAMES, NUMBERS, Kind, Part
from gis.geolocation.address.spelling import Spelled, spell
from gis.geolocation.address.tokens import tokenize

MODEL = Path(__file__).with_name("model.crf.gz")

OUTSIDE = "O"
"""The label of tokens that belong to no address."""

JOINT = "J"
"""The mark of a hyphen behind a number. Its label is that number's kind, so that the next number is read by it."""

_FLOOR_AND_DOOR = re.compile(r"(-?\d{1,2})-(\d{1,2})(?:号|室)?")

_FLOOR = re.compile(rf"(?:[0-9]+|[{NUMERALS}]+)[楼层]")

_GATES = frozenset("大东南西北前后侧正")

_ours = threading.local()


def parse(text: str) -> list[Part]:
    """The parts of the addresses in a text, in their order; empty where it names no place.

    Offsets are into `text` as given. Number forms are normalised: Arabic, full-width, circled and Chinese
    numerals to digits, letters to capitals.
    """
    return parts_of(spell(text), text)


def parts_of(spelled: Spelled, text: str) -> list[Part]:
    """As `parse`, for a text that has been spelled already."""
    parts = []
    found = locating(spelled.text, labelled(spelled.text))
    for kind, start, end in _with_floors(spelled.text, _named(spelled.text, found)):
        words = spelled.text[start:end]
        first, last = spelled.span(start, end)
        parts.append(Part(kind, _value(kind, words), text[first:last], first, last))
    return parts


def labelled(text: str) -> list[tuple[Kind, int, int]]:
    """Kind, start and end of each part of a text in normal spelling."""
    if not text:
        return []
    tokens = tokenize(text)
    tags = _tagger().tag(features(text, tokens))
    found: list[tuple[Kind, int, int]] = []
    ends = [*tokens.starts[1:], len(text)]
    previous = OUTSIDE
    for tag, start, end in zip(tags, tokens.starts, ends, strict=True):
        mark, _, kind = tag.partition("-")
        if mark == JOINT:
            kind = "other"
        if kind:
            if mark == "I" and previous == kind:
                found[-1] = (kind, found[-1][1], end)
            else:
                found.append((kind, start, end))
        previous = kind
    return found


def _named(text: str, found: Iterable[tuple[Kind, int, int]]) -> Iterable[tuple[Kind, int, int]]:
    """Without the first half of 大门 at the end of a name, and without names of one character.

    The first half of 负一楼 goes to the floor.
    """
    for kind, start, end in found:
        if kind == "floor" and text[:start].endswith("负"):
            start -= 1
        elif (text[end - 1] == "负" and _FLOOR.match(text, end)) or (
            kind in NAMES and text[end : end + 1] == "门" and text[end - 1] in _GATES
        ):
            end -= 1
        if end - start > (kind in NAMES):
            yield kind, start, end


def _with_floors(text: str, found: Iterable[tuple[Kind, int, int]]) -> Iterable[tuple[Kind, int, int]]:
    """5-2 after a unit is floor 5, door 2, also where it was read as one number."""
    before: Kind = "other"
    for kind, start, end in found:
        match = _FLOOR_AND_DOOR.fullmatch(text, start, end) if kind == "door" and before == "unit" else None
        if match:
            yield "floor", start, match.end(1)
            yield "door", match.start(2), end
        else:
            yield kind, start, end
        if text[start:end] != "-":
            before = kind


def _value(kind: Kind, words: str) -> str:
    if kind == "floor":
        return level(words)
    return number(words) if kind in NUMBERS else words


def _tagger() -> pycrfsuite.Tagger:
    """This thread's tagger: one tagger must not be used by two threads at once."""
    tagger = getattr(_ours, "tagger", None)
    if tagger is None:
        tagger = pycrfsuite.Tagger()
        tagger.open_inmemory(_model())
        _ours.tagger = tagger
    return tagger


@cache
def _model() -> bytes:
    return gzip.decompress(MODEL.read_bytes())
