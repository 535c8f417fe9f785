"""Finding names in a text: as they are, in part, by their sound, and with a character wrong or missing.

Names are searched for in one pass of Aho-Corasick automata, so that the time grows with the text and not
with the gazetteer. What they leave unexplained is compared, by shared pairs of characters, with the names
most like it, and those few by edit distance.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from sys import maxsize
from typing import Literal, NamedTuple

import ahocorasick
from rapidfuzz import fuzz

from gis.geolocation.matching.folding import sound

_GENERAL = frozenset(["小区", "花园", "大厦", "公寓", "广场", "家园", "新村", "花苑", "宿舍", "家属院", "大楼", "公司"])
"""Last words of names that say nothing by themselves."""

_NO_PIECE = _GENERAL | {"社区", "街道", "幼儿园", "医院", "卫生", "中心", "服务中心", "便民", "学校", "市场", "公园"}
"""Nor do these, at either end of a name."""

_OF_AREAS = frozenset(["社区", "街道"])
"""What a resident calls the people in charge: no misspelling of a place that has it in its name."""

_TAIL = re.compile(f"(?:{'|'.join(sorted(_GENERAL))}|市场|中心|学校)$")
_MEANT_ALREADY = re.compile("我们|咱们|你们|他们|这个|那个|哪个|整个|每个|一个")
"""Words before 小区 that make it no name."""

Offsets = tuple[int, int]
How = Literal["exact", "part", "sound", "like"]

_SHARED = 6
"""A piece of a name that more names than this have in common tells nothing."""

_LONGEST_PIECE = 8
_COMMON = 500
"""A pair of characters in more names than this is not looked up."""

_COMPARED = 16
_SHORT = 6
_LEAST_LIKE = 0.6
_SOUND_WORTH = 0.93
_PART_WORTH, _WHOLE_PART = 0.55, 0.9
_OTHER_FIGURE = 0.8


class Hit(NamedTuple):
    """A name found in a folded text from `start` to `end`; `quality` is 1 for the name as it is."""

    name: int
    start: int
    end: int
    how: How
    quality: float


class Lexicon:
    """Distinct folded names, each known by its position in `names`.

    Names that are to be found `as_it_is` only, not in part and not misspelled, stand behind the others.
    """

    def __init__(self, names: Iterable[str], *, as_it_is: Iterable[str] = ()) -> None:
        tolerant = sorted({name for name in names if len(name) > 1})
        self.names = [*tolerant, *sorted({name for name in as_it_is if len(name) > 1} - set(tolerant))]
        self.position = {name: i for i, name in enumerate(self.names)}
        self._sounds = [sound(name) for name in tolerant]
        self._words = _automaton({name: (i,) for i, name in enumerate(self.names)}, _pieces(tolerant))
        alike: dict[str, list[int]] = defaultdict(list)
        for i, heard in enumerate(self._sounds):
            if len(heard) > 2:
                alike[heard].append(i)
        self._heard = _automaton({heard: tuple(them) for heard, them in alike.items()}, {})
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for i, (name, heard) in enumerate(zip(tolerant, self._sounds, strict=True)):
            for pair in _pairs(name, heard):
                self._pairs[pair].append(i)

    def find(self, text: str) -> list[Hit]:
        """Names that stand in a folded text as they are or in part, the longest of those that overlap."""
        found = []
        for last, (length, ids, complete) in self._words.iter(text):
            start, end = last + 1 - length, last + 1
            if not _cuts_number(text, start, end):
                found.append((start, end, ids, complete))
        whole = _outermost({(start, end) for start, end, _, complete in found if complete})
        free = [f for f in found if not f[3] and not _inside(f[0], f[1], whole)]
        parts = set(_outermost({(start, end) for start, end, _, _ in free}))
        hits = []
        spans = set(whole)
        for start, end, ids, complete in found:
            if complete and (start, end) in spans:
                hits.append(Hit(ids[0], start, end, "exact", 1.0))
        for start, end, ids, _ in free:
            if (start, end) in parts:
                hits += [Hit(i, start, end, "part", self._part_quality(i, end - start)) for i in ids]
        return hits

    def _part_quality(self, i: int, length: int) -> float:
        return _PART_WORTH + (_WHOLE_PART - _PART_WORTH) * length / len(self.names[i])

    def find_alike(self, text: str, start: int, end: int) -> list[Hit]:
        """Names that sound or look like something between two offsets of a folded text."""
        window = _MEANT_ALREADY.sub(lambda match: "\0" * len(match.group()), text[start:end])
        heard = sound(window)
        hits = []
        for last, (length, ids, _) in self._heard.iter(heard):
            first = last + 1 - length
            if _cuts_number(window, first, last + 1):
                continue
            for i in ids:
                if self.names[i] != window[first : last + 1]:
                    hits.append(Hit(i, start + first, start + last + 1, "sound", _SOUND_WORTH))
        votes: Counter[int] = Counter()
        for pair in _pairs(window, heard):
            known = self._pairs.get(pair)
            if known is not None and len(known) <= _COMMON:
                votes.update(known)
        ranked = sorted(votes.items(), key=lambda vote: (-vote[1] / (len(self.names[vote[0]]) + 2), vote[0]))
        for i, _ in ranked[:_COMPARED]:
            hit = self._compared(i, window, heard)
            if hit is not None:
                hits.append(hit._replace(start=start + hit.start, end=start + hit.end))
        return hits

    def _compared(self, i: int, window: str, heard: str) -> Hit | None:
        name = self.names[i]
        if len(name) < 3:
            return None
        best: Hit | None = None
        for mine, theirs, worth in ((name, window, 1.0), (self._sounds[i], heard, _SOUND_WORTH)):
            found = fuzz.partial_ratio_alignment(mine, theirs, score_cutoff=100 * _LEAST_LIKE)
            if found is None:
                continue
            start, end = _trimmed(mine, theirs, found.dest_start, found.dest_end)
            quality = fuzz.ratio(mine, theirs[start:end]) / 100 * worth
            if sum(not c.isascii() for c in theirs[start:end]) < 2 or window[start:end] in _OF_AREAS:
                continue
            if not _alike(mine, theirs[start:end], tail=_TAIL.search(name)):
                continue
            if _figures(name) - _figures(window[start:end]):
                quality *= _OTHER_FIGURE
            if _LEAST_LIKE <= quality < 1 and (best is None or quality > best.quality):
                best = Hit(i, start, end, "like", quality)
        return best


def _alike(name: str, text: str, *, tail: re.Match[str] | None) -> bool:
    """Whether what is a name's own, before its general last word, is at least half in the text."""
    if tail is None:
        return True
    head, last = name[: tail.start()], name[tail.start() :]
    rest = text.removesuffix(last)
    return 2 * sum(c in rest for c in head) >= len(head)


def _trimmed(name: str, text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of text without what at its ends does not occur in the name."""
    while start < end and text[start] not in name:
        start += 1
    while end > start and text[end - 1] not in name:
        end -= 1
    return start, end


def _figures(name: str) -> set[str]:
    """Digits and letters of a name: 4区 is not a misspelled 2区."""
    return {c for c in name if c.isascii()}


def _pieces(names: list[str]) -> dict[str, tuple[int, ...]]:
    """Beginnings and endings of names, two characters or longer, and the few names that have each."""
    found: dict[str, list[int]] = defaultdict(list)
    for i, name in enumerate(names):
        sizes = range(2, min(len(name) - 1, _LONGEST_PIECE) + 1)
        for piece in {name[:n] for n in sizes} | {name[-n:] for n in sizes}:
            if not piece.isascii() and piece not in _NO_PIECE and len(found[piece]) <= _SHARED:
                found[piece].append(i)
    return {piece: tuple(ids) for piece, ids in found.items() if len(ids) <= _SHARED}


def _automaton(whole: dict[str, tuple[int, ...]], pieces: dict[str, tuple[int, ...]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for piece, ids in pieces.items():
        automaton.add_word(piece, (len(piece), ids, False))
    for name, ids in whole.items():
        automaton.add_word(name, (len(name), ids, True))
    if not len(automaton):
        automaton.add_word("\0", (1, (), False))
    automaton.make_automaton()
    return automaton


def _pairs(name: str, heard: str) -> set[str]:
    """Neighbouring characters, also once the one between them is wrong or gone, and neighbouring sounds."""
    near = {name[i : i + 2] for i in range(len(name) - 1)}
    far = {name[i] + "*" + name[i + 2] for i in range(len(name) - 2)}
    gone = {name[i] + name[i + 2] for i in range(len(name) - 2)} if len(name) < _SHORT else set()
    return near | far | gone | {heard[i : i + 2] for i in range(len(heard) - 1)}


def _outermost(spans: set[Offsets]) -> list[Offsets]:
    """Spans that lie in no other one, in their order; their ends are in order as well."""
    kept: list[Offsets] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def _inside(start: int, end: int, spans: list[Offsets]) -> bool:
    """Whether a span lies in one of the outermost."""
    at = bisect_right(spans, (start, maxsize)) - 1
    return at >= 0 and end <= spans[at][1]


def _cuts_number(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends inside a number (3栋 in 13栋)."""
    head = start > 0 and text[start - 1].isdigit() and text[start].isdigit()
    tail = end < len(text) and text[end].isdigit() and text[end - 1].isdigit()
    return head or tail
