"""A town's compounds, buildings, places and roads as of now, and what place a message means.

`find` answers for a decision: one building or place, or one compound or road, or places to ask about. How a text is
matched is told in `matching/`; the confidence that it gives is kept in the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, func, select

from gis.geolocation.boundaries import InForce
from gis.geolocation.matching.confidence import ASSIGN_FROM
from gis.geolocation.matching.context import Context
from gis.geolocation.matching.deciding import decided
from gis.geolocation.matching.index import PlaceIndex, Target
from gis.geolocation.matching.matcher import Ranked, match
from gis.geolocation.matching.places import Areas, Building, Compound, Place, Road, Standing, roads_of
from gis.storage.memory import Remembered
from gis.storage.tables import alias_proposal, area, building, compound, place

__all__ = ["Building", "Compound", "Gazetteer", "Match", "Place", "Road", "Standing", "current_gazetteer"]


class Match(NamedTuple):
    """Places that a text may mean: buildings and other places, or all buildings of one compound or road (`whole`).

    `read` is the words that were read as the place, as they were sent; empty when none were. `by` says what
    of the sender decided, where the words alone do not name the place. `missing` is the building that the text
    states and the compound does not have (99栋), `near` those of it that are a digit off. `by_grid` says that
    the question is only in which grid: that of a road, or of a building that is not known. `adrift` says that
    nothing tells which compound's 幼儿园 is meant. `confidence` is that of the place or the whole, and of the
    likeliest where several are left.
    """

    places: tuple[Standing, ...]
    whole: Compound | Road | None = None
    read: str = ""
    by: Literal["group", "home"] | None = None
    confidence: float = 0.0
    missing: str = ""
    near: tuple[Standing, ...] = ()
    by_grid: bool = False
    adrift: bool = False

    @property
    def one(self) -> Standing | None:
        """The one building or place that is meant, if it is only one and was named itself."""
        sure = self.confidence >= ASSIGN_FROM
        return self.places[0] if len(self.places) == 1 and self.whole is None and sure else None


_NOTHING = Match(())
_BY: dict[str, Literal["group", "home"]] = {"number": "group", "home": "home"}


class Gazetteer:
    """All compounds, buildings, places and roads, by their codes and by their words."""

    def __init__(
        self, compounds: Iterable[Compound], buildings: Iterable[Building], places: Iterable[Place] = ()
    ) -> None:
        held = tuple(buildings)
        self.index = PlaceIndex(compounds, held, places, roads_of(held))
        self._buildings = {b.id: b for b in held}
        self._by_code: dict[str, list[Building]] = defaultdict(list)
        for one in held:
            self._by_code[one.code].append(one)
        self._places_by_code: dict[str, list[Place]] = defaultdict(list)
        self._places_of: dict[int, list[Place]] = defaultdict(list)
        for other in self.index.places:
            self._places_by_code[other.code].append(other)
            if other.compound_id is not None:
                self._places_of[other.compound_id].append(other)
        self._within: WeakKeyDictionary[InForce, dict[int, list[Standing]]] = WeakKeyDictionary()

    def building(self, code: str, community_id: int | None = None) -> list[Building]:
        """The buildings with this code, in one community or in any."""
        return [b for b in self._by_code.get(code, []) if community_id in (None, b.community_id)]

    def place(self, code: str, community_id: int | None = None) -> list[Place]:
        """The other places with this code, in one community or in any."""
        return [p for p in self._places_by_code.get(code, []) if community_id in (None, p.community_id)]

    def buildings(self, ids: Set[int]) -> list[Building]:
        """The buildings with these ids, by id; unknown ids are passed over."""
        return [self._buildings[id] for id in sorted(ids & self._buildings.keys())]

    def places_of(self, compound_ids: Set[int]) -> list[Place]:
        """The other places that belong to compounds."""
        return [place for id in compound_ids for place in self._places_of.get(id, ())]

    def within(self, grid_ids: Set[int], force: InForce, community_id: int) -> list[Standing]:
        """A community's buildings and places that lie in some of its grids; worked out once for `force`."""
        held = self._within.get(force)
        if held is None:
            held = defaultdict(list)
            standing: list[Standing] = [*self.index.buildings, *self.index.places]
            here = [one for one in standing if one.community_id == community_id]
            for one, grid in zip(here, force.holding(here), strict=True):
                if grid is not None:
                    held[grid.id].append(one)
            self._within[force] = held
        return [one for id in grid_ids for one in held.get(id, ())]

    def find(self, text: str, context: Context) -> Match:
        """What place a text means, given what is known of its sender.

        A building or place where it can be assigned; else the compound or road where that much is sure; else
        all that come into question. A building whose number differs from the one in the text does not.
        """
        found = decided(match(text, self.index, context))
        if not found.ranked:
            return _NOTHING
        best = found.ranked[0]
        if found.verdict == "assigned" and not isinstance(best.target, Compound):
            return _match(self._inside(best, context), best, text)
        if found.compound is not None:
            return self._whole(found.compound, found.ranked, context, text)
        fitting = [one for one in found.ranked if one.evidence.number not in ("near", "differs")]
        if not fitting:
            return _NOTHING
        places = dict.fromkeys(place for one in fitting for place in self._inside(one, context))
        return _match(tuple(places), fitting[0], text)

    def _whole(self, compound: Ranked, ranked: Sequence[Ranked], context: Context, text: str) -> Match:
        """A compound; where it lacks the building that the text states, those that are a digit off may be meant."""
        inside = self._inside(compound, context)
        whole = _match(inside, compound, text)
        if not whole.missing:
            return whole
        off = {one.target for one in ranked if one.evidence.number == "near"}
        near = tuple(place for place in inside if place in off)
        return whole._replace(near=near, by_grid=not near)

    def inside(self, target: Target) -> list[Standing]:
        """A building or place itself, or the buildings of a compound or road."""
        return self.index.standing_at(self.index.at(target))

    def _inside(self, ranked: Ranked, context: Context) -> tuple[Standing, ...]:
        """As `inside`; of a compound or road only those that the group covers, if it covers any."""
        inside = self.inside(ranked.target)
        return tuple([place for place in inside if context.covers(place)] or inside)


def _match(places: tuple[Standing, ...], of: Ranked, text: str) -> Match:
    evidence = of.evidence
    whole = of.target if isinstance(of.target, Compound | Road) and of.confidence >= ASSIGN_FROM else None
    start, end = evidence.start, evidence.end
    number = evidence.number_span if evidence.number in ("agrees", "fits") else evidence.unknown_span
    if number is not None:
        start, end = min(start, number[0]), max(end, number[1])
    unknown = evidence.unknown_span if whole is not None and evidence.number == "unknown" else None
    return Match(
        places,
        whole,
        text[start:end],
        _BY.get(evidence.how),
        of.confidence,
        missing=text[slice(*unknown)] if unknown else "",
        by_grid=isinstance(of.target, Road),
        adrift=evidence.adrift,
    )


def _load(connection: Connection) -> Gazetteer:
    areas = _areas(connection)
    compounds = select(compound.c.id, compound.c.community_id, compound.c.name, compound.c.aliases)
    accepted = (
        select(func.array_agg(alias_proposal.c.words))
        .where(
            alias_proposal.c.building_id == building.c.id,
            alias_proposal.c.state == "accepted",
            alias_proposal.c.words == func.any(building.c.aliases),
        )
        .scalar_subquery()
    )
    places = select(
        place.c.id,
        place.c.community_id,
        place.c.code,
        place.c.name,
        place.c.aliases,
        place.c.kind,
        place.c.compound_id,
        func.ST_X(place.c.geom),
        func.ST_Y(place.c.geom),
    )
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
        accepted,
    )
    return Gazetteer(
        [Compound(*row[:3], tuple(row[3]), "", areas[row[1]]) for row in connection.execute(compounds)],
        [
            Building(*row[:4], tuple(row[4]), *row[5:9], areas[row[1]], tuple(row[9] or ()))
            for row in connection.execute(buildings)
        ],
        [Place(*row[:4], tuple(row[4]), *row[5:9], areas=areas[row[1]]) for row in connection.execute(places)],
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
"""All that is known by name, as of this transaction."""
