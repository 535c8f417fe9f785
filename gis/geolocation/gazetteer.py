"""From the words of a message to a building or a compound.

The gazetteer knows every compound and building by its normal spelling (`normal.py`), aliases included. A
text is searched in one pass; the longest name wins. A compound followed by a building number means that
building. A number alone (3号楼) means a building only where the online group of the message covers just one
of that number. Where several places fit, nothing is chosen: they are all returned, for a person.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import ahocorasick
from sqlalchemy import Connection, func, select

from gis.geolocation.boundaries import InForce
from gis.geolocation.normal import normal
from gis.storage.memory import Remembered
from gis.storage.tables import building, compound

_NUMBER = re.compile(r"(?<![\da-z-])(\d{1,3}[a-d]?)栋")

_REACH = 12
"""How many characters after a compound's name its building number may stand (尚城小区的3栋)."""


@dataclass(frozen=True, slots=True)
class Building:
    """One building: `code` is the id in its owner's files; the point is EPSG:4326."""

    id: int
    community_id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    compound_id: int | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Compound:
    id: int
    community_id: int
    name: str
    aliases: tuple[str, ...]


class Match(NamedTuple):
    """Places that a text may mean: buildings, or all buildings of one compound (`compound` set).

    `read` is the words, in normal spelling, that were read as the place; empty when none were.
    """

    buildings: tuple[Building, ...]
    compound: Compound | None = None
    read: str = ""
    by_group: bool = False

    @property
    def building(self) -> Building | None:
        """The one building that is meant, if it is only one and was named itself."""
        return self.buildings[0] if len(self.buildings) == 1 and self.compound is None else None


_NOTHING = Match(())


class Gazetteer:
    """All compounds and buildings, searchable by their words."""

    def __init__(self, compounds: Iterable[Compound], buildings: Iterable[Building]) -> None:
        self._buildings = {b.id: b for b in buildings}
        self._compounds = {c.id: c for c in compounds}
        self._by_code: dict[str, list[Building]] = defaultdict(list)
        self._by_name: dict[str, list[Building]] = defaultdict(list)
        self._compounds_by_name: dict[str, list[Compound]] = defaultdict(list)
        self._of_compound: dict[int, list[Building]] = defaultdict(list)
        self._numbered: dict[tuple[int, str], list[Building]] = defaultdict(list)
        for known in self._compounds.values():
            for name in _names(known.name, *known.aliases):
                self._compounds_by_name[name].append(known)
        for place in self._buildings.values():
            self._by_code[place.code].append(place)
            for name in _names(place.name, *place.aliases):
                self._by_name[name].append(place)
            if place.compound_id is not None:
                self._of_compound[place.compound_id].append(place)
                for number in sorted(_numbers(place)):
                    self._numbered[place.compound_id, number].append(place)
        self._within: WeakKeyDictionary[InForce, dict[int, set[int]]] = WeakKeyDictionary()
        self._automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
        for name in self._by_name.keys() | self._compounds_by_name.keys():
            self._automaton.add_word(name)
        self._automaton.make_automaton()

    def building(self, code: str, community_id: int | None = None) -> list[Building]:
        """The buildings with this code, in one community or in any."""
        return [b for b in self._by_code.get(code, []) if community_id in (None, b.community_id)]

    def buildings(self, ids: Set[int]) -> list[Building]:
        """The buildings with these ids, by id; unknown ids are passed over."""
        return [self._buildings[id] for id in sorted(ids & self._buildings.keys())]

    def within(self, grid_ids: Set[int], force: InForce, community_id: int) -> frozenset[int]:
        """The ids of a community's buildings that lie in some of its grids; worked out once for `force`."""
        held = self._within.get(force)
        if held is None:
            held = defaultdict(set)
            here = [b for b in self._buildings.values() if b.community_id == community_id]
            for place, grid in zip(here, force.holding(here), strict=True):
                if grid is not None:
                    held[grid.id].add(place.id)
            self._within[force] = held
        return frozenset().union(*(held[id] for id in grid_ids if id in held))

    def find(self, text: str, *, community_id: int | None = None, covered: Set[int] = frozenset()) -> Match:
        """What place a text means.

        `covered` is the ids of the buildings that the message's online group covers: they decide between
        places of the same name, and what a bare number means.
        """
        spelled = normal(text)
        match = self._named(spelled, community_id, covered)
        if match.buildings or not covered:
            return match
        numbers = set(_NUMBER.findall(spelled))
        if len(numbers) != 1:
            return _NOTHING
        number = numbers.pop()
        fitting = tuple(place for place in self.buildings(covered) if number in _numbers(place))
        return Match(fitting, read=f"{number}栋", by_group=True) if fitting else _NOTHING

    def _named(self, spelled: str, community_id: int | None, covered: Set[int]) -> Match:
        best = _NOTHING
        spans = self._spans(spelled)
        nexts = [start for start, _ in spans[1:]] + [len(spelled)]
        for (start, end), following in zip(spans, nexts, strict=False):
            name = spelled[start:end]
            fitting = [b for b in self._by_name.get(name, []) if community_id in (None, b.community_id)]
            known = [c for c in self._compounds_by_name.get(name, []) if community_id in (None, c.community_id)]
            match = _NOTHING
            if fitting:
                match = Match(tuple(_preferred(fitting, covered)), read=name)
            elif known:
                match = self._in_compound(known, name, spelled[end : min(following, end + _REACH)], covered)
            if (bool(match.building), len(match.read)) > (bool(best.building), len(best.read)):
                best = match
        return best

    def _in_compound(self, known: list[Compound], name: str, rest: str, covered: Set[int]) -> Match:
        number = _NUMBER.search(rest)
        if number:
            numbered = [b for c in known for b in self._numbered.get((c.id, number.group(1)), [])]
            if numbered:
                return Match(tuple(_preferred(numbered, covered)), read=name + number.group())
        buildings = [b for c in known for b in self._of_compound[c.id]]
        preferred = tuple(_preferred(buildings, covered))
        meant = [c for c in known if any(b.compound_id == c.id for b in preferred)]
        return Match(preferred, compound=meant[0] if len(meant) == 1 else None, read=name)

    def _spans(self, spelled: str) -> list[tuple[int, int]]:
        if not len(self._automaton):
            return []
        spans = [(last + 1 - length, last + 1) for last, length in self._automaton.iter_long(spelled)]
        return [span for span in spans if not _cuts_number(spelled, *span)]


def _load(connection: Connection) -> Gazetteer:
    compounds = select(compound.c.id, compound.c.community_id, compound.c.name, compound.c.aliases)
    buildings = select(
        building.c.id,
        building.c.community_id,
        building.c.code,
        building.c.name,
        building.c.aliases,
        building.c.compound_id,
        func.ST_X(building.c.geom),
        func.ST_Y(building.c.geom),
    )
    return Gazetteer(
        [Compound(*row[:3], tuple(row[3])) for row in connection.execute(compounds)],
        [Building(*row[:4], tuple(row[4]), *row[5:]) for row in connection.execute(buildings)],
    )


current_gazetteer = Remembered("gazetteer", _load)
"""All compounds and buildings, as of this transaction."""


def _names(*written: str) -> set[str]:
    return {name for name in map(normal, written) if len(name) >= 2}


def _numbers(place: Building) -> set[str]:
    return {n for name in (place.name, *place.aliases) for n in _NUMBER.findall(normal(name))}


def _preferred(places: list[Building], covered: Set[int]) -> list[Building]:
    """Those that the group covers, or all when it covers none of them."""
    return [b for b in places if b.id in covered] or places


def _cuts_number(spelled: str, start: int, end: int) -> bool:
    """Whether a span begins or ends inside a number (42号 in 142号, 栋3 in 栋32)."""
    head = start > 0 and spelled[start - 1].isdigit() and spelled[start].isdigit()
    tail = end < len(spelled) and spelled[end].isdigit() and spelled[end - 1].isdigit()
    return head or tail
