"""What is known of an issue's place, before and after its codes have been looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from gis.crs import Datum, GivenDatum, coordinate_faults, to_wgs84
from gis.errors import Fault, InvalidInput, Term, said
from gis.geolocation.boundaries import Boundaries, Community, GridRef, current_boundaries
from gis.geolocation.gazetteer import Building, Gazetteer, Place, current_gazetteer
from gis.geolocation.matching.context import Context
from gis.storage.memory import Versions, versions
from gis.workforce.covers import Groups, OnlineGroup, current_groups
from gis.workforce.posts import Posts, current_posts

T = TypeVar("T")

MAY_BE_MEANT: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")
"""The datums in which coordinates of an unknown one may be; CGCS2000 is WGS84 to well under a metre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What a sender said of a place: coordinates in their own datum, words, and codes.

    `grid` and `place` are codes too, and only a person who decides by hand names them. `home_id` is no code but
    the id of the building that the sender is known to live in.
    """

    lon: float | None = None
    lat: float | None = None
    crs: GivenDatum = "wgs84"
    accuracy_m: float | None = None
    text: str = ""
    address: str | None = None
    building_id: str | None = None
    group: str | None = None
    community: str | None = None
    grid: str | None = None
    place: str | None = None
    home_id: int | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that a location is decided from, as of one transaction."""

    boundaries: Boundaries
    gazetteer: Gazetteer
    groups: Groups
    posts: Posts

    @classmethod
    def current(cls, connection: Connection, counted: Versions | None = None) -> Knowledge:
        """As of this transaction; `counted` spares the query where the caller has just made it."""
        if counted is None:
            counted = versions(connection)
        return cls(
            current_boundaries(connection, counted),
            current_gazetteer(connection, counted),
            current_groups(connection, counted),
            current_posts(connection, counted),
        )

    def group_grids(self, group: OnlineGroup, community: Community, at: datetime) -> list[GridRef]:
        """The grids that a group covers: those it is set to, or else those of the buildings it is set to."""
        day = community.day(at)
        covered = group.grid_ids(day)
        grids = [g for g in self.boundaries.in_force(at, community.id).grids if g.id in covered]
        if not grids:
            buildings = self.gazetteer.buildings(group.building_ids(day))
            grids = sorted(self.boundaries.grids_of(buildings, at), key=lambda g: g.code)
        return grids

    def group_covers(
        self, group: OnlineGroup, community: Community, at: datetime
    ) -> tuple[frozenset[int], frozenset[int]]:
        """The ids of the buildings and of the other places that a group covers.

        Buildings are those it is set to, or else those of its grids. Places are those of the compounds that
        these stand in, and in its grids those that belong to none.
        """
        grids = frozenset(g.id for g in self.group_grids(group, community, at))
        inside = self.gazetteer.within(grids, self.boundaries.in_force(at, community.id), community.id)
        listed = group.building_ids(community.day(at))
        buildings = self.gazetteer.buildings(listed) or [b for b in inside if isinstance(b, Building)]
        places = [p for p in inside if isinstance(p, Place) and p.compound_id is None]
        places += self.gazetteer.places_of({b.compound_id for b in buildings if b.compound_id is not None})
        return listed or frozenset(b.id for b in buildings), frozenset(p.id for p in places)


@dataclass(frozen=True, slots=True)
class KnownClues:
    """Clues whose codes have been looked up and whose coordinates are WGS84.

    Coordinates of an unknown datum are no point but `readings`: the WGS84 point for each datum that they may be in.
    """

    given: Clues
    at: datetime
    community: Community | None
    point: tuple[float, float] | None
    building: Building | None
    place: Place | None
    group: OnlineGroup | None
    readings: tuple[tuple[Datum, tuple[float, float]], ...] = ()

    def in_force(self, knowledge: Knowledge) -> list[GridRef]:
        """The grids at the moment of the clues: of their community, or of all when it is not known."""
        every = knowledge.boundaries.communities.values()
        among = [self.community] if self.community else list(every)
        return [grid for community in among for grid in knowledge.boundaries.in_force(self.at, community.id).grids]


def look_up(
    clues: Clues,
    knowledge: Knowledge,
    *,
    at: datetime,
    default_community: str = "",
    point: tuple[float, float] | None = None,
) -> KnownClues:
    """Look up the codes in `clues` and bring its coordinates to WGS84.

    The community is the one named, else the group's, else the building's; None when neither says, which is
    no fault: coordinates can still tell. `default_community` decides only what nothing else does. `point`
    spares the conversion where the caller has made it.
    Raises `InvalidInput` with all faults: unknown or ambiguous codes, impossible coordinates.
    """
    faults: list[Fault] = []
    community = None
    if clues.community:
        community = knowledge.boundaries.communities.get(clues.community)
        if community is None:
            faults.append(_unknown("community", "community", clues.community))
    within = community.id if community else None

    group = building = place = None
    if clues.group:
        group = _only("group", "online group", clues.group, knowledge.groups.find(clues.group, within), faults)
        within = within or (group.community_id if group else None)
    if clues.building_id:
        found = knowledge.gazetteer.building(clues.building_id, within)
        building = _only("building_id", "building", clues.building_id, found, faults)
        within = within or (building.community_id if building else None)
    if clues.place:
        place = _only("place", "place", clues.place, knowledge.gazetteer.place(clues.place, within), faults)
        within = within or (place.community_id if place else None)

    if clues.lon is not None and clues.lat is not None:
        faults += coordinate_faults(lon=clues.lon, lat=clues.lat, where="location")
    if faults:
        raise InvalidInput(faults)
    readings: list[tuple[Datum, tuple[float, float]]] = []
    if point is None and clues.lon is not None and clues.lat is not None:
        if clues.crs == "unknown":
            readings = [(datum, to_wgs84(clues.lon, clues.lat, datum=datum)) for datum in MAY_BE_MEANT]
        else:
            point = to_wgs84(clues.lon, clues.lat, datum=clues.crs)

    communities = knowledge.boundaries.communities
    if community is None and within is not None:
        community = next(c for c in communities.values() if c.id == within)
    if community is None and point is None and not readings:
        community = communities.get(default_community)
        if community is None and len(communities) == 1:
            community = next(iter(communities.values()))
    return KnownClues(clues, at, community, point, building, place, group, tuple(readings))


def context_of(known: KnownClues, knowledge: Knowledge) -> Context:
    """What is known of the sender of a text, for reading it."""
    covered: frozenset[int] = frozenset()
    covered_places: frozenset[int] = frozenset()
    if known.group is not None and known.community is not None:
        covered, covered_places = knowledge.group_covers(known.group, known.community, known.at)
    lon, lat = known.point or (None, None)
    return Context(
        covered=covered,
        covered_places=covered_places,
        home_id=known.building.id if known.building else known.given.home_id,
        lon=lon,
        lat=lat,
        community_id=known.community.id if known.community else None,
    )


def _unknown(where: str, what: str, code: str) -> Fault:
    return Fault(
        where,
        f"unknown_{where.removesuffix('_id')}",
        said("there is no {what} with the code {code!r}", what=Term("thing", what), code=code),
    )


def _only(where: str, what: str, code: str, found: list[T], faults: list[Fault]) -> T | None:
    if len(found) == 1:
        return found[0]
    if found:
        reason = said(
            "several communities have the {what} code {code!r}: name the community as well",
            what=Term("thing", what),
            code=code,
        )
        faults.append(Fault(where, f"ambiguous_{where.removesuffix('_id')}", reason))
    else:
        faults.append(_unknown(where, what, code))
    return None
