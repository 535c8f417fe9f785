"""A town's compounds and buildings as of now, and what place a message means.

`find` answers for a decision: one building, or one compound, or places to ask about. How a text is
matched is told in `matching/`; the confidence that it gives is kept in the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, func, select

from gis.geolocation.boundaries import InForce
from gis.geolocation.matching.confidence import ASSIGN_FROM
from gis.geolocation.matching.context import Context
from gis.geolocation.matching.deciding import decided
from gis.geolocation.matching.index import PlaceIndex, Target
from gis.geolocation.matching.matcher import Ranked, match
from gis.geolocation.matching.places import Areas, Building, Compound
from gis.storage.memory import Remembered
from gis.storage.tables import area, building, compound

__all__ = ["Building", "Compound", "Gazetteer", "Match", "current_gazetteer"]


class Match(NamedTuple):
    """Places that a text may mean: buildings, or all buildings of one compound (`compound` set).

    `read` is the words that were read as the place, as they were sent; empty when none were. `confidence` is
    that of the building or compound, and of the likeliest where several are left.
    """

    buildings: tuple[Building, ...]
    compound: Compound | None = None
    read: str = ""
    by_group: bool = False
    confidence: float = 0.0

    @property
    def building(self) -> Building | None:
        """The one building that is meant, if it is only one and was named itself."""
        return self.buildings[0] if len(self.buildings) == 1 and self.compound is None and self._sure else None

    @property
    def _sure(self) -> bool:
        return self.confidence >= ASSIGN_FROM


_NOTHING = Match(())


class Gazetteer:
    """All compounds and buildings, by their codes and by their words."""

    def __init__(self, compounds: Iterable[Compound], buildings: Iterable[Building]) -> None:
        self.index = PlaceIndex(compounds, buildings)
        self._buildings = {b.id: b for b in self.index.buildings}
        self._by_code: dict[str, list[Building]] = defaultdict(list)
        for place in self.index.buildings:
            self._by_code[place.code].append(place)
        self._within: WeakKeyDictionary[InForce, dict[int, set[int]]] = WeakKeyDictionary()

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
            here = [b for b in self.index.buildings if b.community_id == community_id]
            for place, grid in zip(here, force.holding(here), strict=True):
                if grid is not None:
                    held[grid.id].add(place.id)
            self._within[force] = held
        return frozenset().union(*(held[id] for id in grid_ids if id in held))

    def find(self, text: str, context: Context) -> Match:
        """What place a text means, given what is known of its sender.

        A building where it can be assigned; else the compound where that much is sure; else all that come
        into question. A building whose number differs from the one in the text does not.
        """
        found = decided(match(text, self.index, context))
        if not found.ranked:
            return _NOTHING
        best = found.ranked[0]
        if found.verdict == "assigned" and isinstance(best.target, Building):
            return _match((best.target,), best, text)
        if found.compound is not None:
            return _match(self._inside(found.compound, context), found.compound, text)
        fitting = [one for one in found.ranked if one.evidence.number not in ("near", "differs")]
        if not fitting:
            return _NOTHING
        places = dict.fromkeys(place for one in fitting for place in self._inside(one, context))
        return _match(tuple(places), fitting[0], text)

    def inside(self, target: Target) -> list[Building]:
        """A building itself, or the buildings of a compound."""
        at = self.index.compound_at[target.id] if isinstance(target, Compound) else self.index.building_at[target.id]
        return self.index.buildings_at(at)

    def _inside(self, ranked: Ranked, context: Context) -> tuple[Building, ...]:
        """As `inside`; of a compound only those that the group covers, if it covers any."""
        inside = self.inside(ranked.target)
        return tuple([b for b in inside if b.id in context.covered] or inside)


def _match(buildings: tuple[Building, ...], of: Ranked, text: str) -> Match:
    evidence = of.evidence
    compound = of.target if isinstance(of.target, Compound) and of.confidence >= ASSIGN_FROM else None
    start, end = evidence.start, evidence.end
    if evidence.number_span is not None and evidence.number in ("agrees", "fits"):
        start, end = min(start, evidence.number_span[0]), max(end, evidence.number_span[1])
    return Match(buildings, compound, text[start:end], evidence.how == "number", of.confidence)


def _load(connection: Connection) -> Gazetteer:
    areas = _areas(connection)
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
        building.c.address,
    )
    return Gazetteer(
        [Compound(*row[:3], tuple(row[3]), "", areas[row[1]]) for row in connection.execute(compounds)],
        [Building(*row[:4], tuple(row[4]), *row[5:], areas[row[1]]) for row in connection.execute(buildings)],
    )


def _areas(connection: Connection) -> dict[int, Areas]:
    """The names that each community lies in, its own last."""
    street, district = area.alias(), area.alias()
    named = (
        select(area.c.id, area.c.name, street.c.name, district.c.name)
        .select_from(area)
        .outerjoin(street, street.c.id == area.c.parent_id)
        .outerjoin(district, district.c.id == street.c.parent_id)
        .where(area.c.level == "community")
    )
    levels = ("community", "town", "district")
    return {
        id: tuple((level, name) for level, name in zip(levels, names, strict=True) if name)
        for id, *names in connection.execute(named)
    }


current_gazetteer = Remembered("gazetteer", _load)
"""All compounds and buildings, as of this transaction."""
