"""A text laid open for matching: its parts, its folded form, and the gazetteer's names found in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from gis.geolocation.address.numerals import number
from gis.geolocation.address.parser import parts_of
from gis.geolocation.address.parts import INDOORS, NAMES, NUMBERS, Part
from gis.geolocation.address.spelling import spell
from gis.geolocation.matching.evidence import Evidence
from gis.geolocation.matching.folding import Folded, fold_spelled
from gis.geolocation.matching.lexicon import Hit

_GAP = 5
"""How many characters may stand between a name and the number that belongs to it (尚城小区的3栋)."""

_SHORT = 40
"""A text up to this long is an address as a whole: all of it is searched for misspelled names."""

_MARGIN = 2
_SOON = 6
_ASIDE = 0.34
"""What a name that has nothing to do with a place weighs against it: a message may name a second place."""

_SAID_INDOORS = re.compile(r"单元|(?<![号#＃])楼$|[层室fF户房铺店]$")
_HOUSE = re.compile(r"([a-z]?[0-9]+(?:-[0-9]+)*[a-z]?|[a-z])(号楼|[栋幢座号]|(?=[^0-9a-z]|$))")

_BESIDE = re.compile("(?:大门口?|[东南西北后前侧]门口?|门口|路边|路面|路上|街上|旁边?|对面|楼下|附近)$")
"""Words behind a name that tell where at the place, and are no part of its name."""

Offsets = tuple[int, int]
_start = attrgetter("start")


class House(NamedTuple):
    """A house number in a text; `said` where a word or its place in the address says that it is one."""

    value: str
    said: bool
    span: Offsets


@dataclass(slots=True)
class Reading:
    """One text while it is being matched. Spans are offsets into the text as sent."""

    text: str
    parts: Sequence[Part]
    folded: Folded
    buildings: list[House]
    """All building numbers, wherever they stand."""
    hits: list[Hit] = field(default_factory=list)
    _claimed: tuple[int, dict[Offsets, set[int]]] | None = None

    @classmethod
    def of(cls, text: str) -> Reading:
        spelled = spell(text)
        parts = parts_of(spelled, text)
        buildings = [House(p.value, True, (p.start, p.end)) for p in parts if p.kind == "building"]
        return cls(text, parts, fold_spelled(spelled), buildings)

    def span(self, hit: Hit) -> Offsets:
        return self.folded.origin[hit.start], self.folded.until[hit.end - 1]

    def houses_after(self, hit: Hit) -> list[House]:
        """The house numbers behind a name, in their order; empty where what follows is none."""
        _, end = self.span(hit)
        found: list[House] = []
        for part in self.parts[bisect_left(self.parts, end, key=_start) :]:
            if part.start < end:
                continue
            if part.start > end + _GAP or part.kind in NAMES:
                break
            if part.kind in NUMBERS:
                if _SAID_INDOORS.search(part.text):
                    return found
                said = part.kind in ("building", "road_number")
                found.append(House(part.value, said, (part.start, part.end)))
                end = part.end
        match = None if found else _HOUSE.match(self.folded.text, hit.end)
        if match is None:
            return found
        first, last = self.folded.origin[match.start()], self.folded.until[match.end() - 1]
        return [House(number(match.group(1)), bool(match.group(2)), (first, last))]

    def buildings_free_of(self, hit: Hit) -> list[House]:
        """Building numbers, wherever they stand, but for those that follow another name."""
        if self._claimed is None or self._claimed[0] != len(self.hits):
            self._claimed = len(self.hits), self._claims()
        claims = self._claimed[1]
        return [house for house in self.buildings if not claims.get(house.span, set()) - {hit.name}]

    def _claims(self) -> dict[Offsets, set[int]]:
        """For each house number that directly follows a name, the names that it follows."""
        claims: dict[Offsets, set[int]] = defaultdict(set)
        for hit in self.hits:
            houses = self.houses_after(hit) if hit.how == "exact" and self.buildings else []
            if houses:
                claims[houses[0].span].add(hit.name)
        return claims

    def unexplained(self, explained: list[Offsets]) -> float:
        """The share of the names in the text that these spans leave uncovered."""
        total = left = 0.0
        spans = set(explained)
        for part in self.parts:
            if part.kind not in NAMES:
                continue
            covered = sum(max(0, min(end, part.end) - max(start, part.start)) for start, end in spans)
            weight = 1.0 if covered else _ASIDE
            size = max(len(_BESIDE.sub("", part.text)), covered)
            total += weight * size
            left += weight * max(0, size - covered)
        return left / total if total else 0.0

    def states_another_building(self, evidence: Evidence, numbers: frozenset[str]) -> bool:
        """Whether the text states the number of a building that is not among a place's `numbers`."""
        return any(
            house.value not in numbers
            and house.span != evidence.number_span
            and not (evidence.start <= house.span[0] and house.span[1] <= evidence.end)
            for house in self.buildings
        )

    def states_no_number(self, evidence: Evidence) -> bool:
        """Whether the text has no number of a building or in one, and none of any kind soon after a name."""
        text, origin, _ = self.folded
        after = text[bisect_left(origin, evidence.end) : bisect_left(origin, evidence.end + _SOON)]
        return not any(c.isascii() for c in after) and not any(p.kind in INDOORS for p in self.parts)

    def windows(self) -> list[Offsets]:
        """Where misspelled names are looked for, as offsets into the folded text: around the parts that name."""
        origin = self.folded.origin
        if len(origin) <= _SHORT:
            return [(0, len(origin))] if origin else []
        windows: list[Offsets] = []
        for part in self.parts:
            first, last = bisect_left(origin, part.start), bisect_left(origin, part.end)
            if part.kind not in NAMES or first == last:
                continue
            start, end = max(0, first - _MARGIN), min(len(origin), last + _MARGIN)
            if windows and start <= windows[-1][1]:
                windows[-1] = (windows[-1][0], end)
            else:
                windows.append((start, end))
        return windows
