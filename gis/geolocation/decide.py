"""From what is known of a place to a grid and the worker who answers for it, with the reasons.

In order of trust: a building's id; coordinates; an address, or the words of the message itself, read
against the gazetteer; the grid of the online group. The first that says something decides. What cannot be
decided is not guessed: it has no grid, and the receipt says why.

Confidence is a number for sorting, not a promise. For coordinates it is the chance that the true point lies
on the same side of the nearest edge, for a Gaussian error whose 68% radius is `accuracy_m`. For the other
methods it is a fixed weight (`_WEIGHT`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from gis.errors import Fault, InvalidInput
from gis.geolocation import receipt
from gis.geolocation.boundaries import Community, GridRef, Spot
from gis.geolocation.clues import Clues, Knowledge, KnownClues, look_up
from gis.geolocation.gazetteer import Building, Match
from gis.settings import Settings
from gis.workforce.covers import OnlineGroup
from gis.workforce.posts import Assignment

Method = Literal["building", "coordinate", "address", "group", "manual", "none"]

DEFAULT_ACCURACY_M = 10.0
"""For coordinates that come without one: a phone in the open. Used for confidence only."""

_PER_AXIS = 1.515
"""The 68% radius of a two-dimensional Gaussian error, in standard deviations of one axis."""

_WEIGHT = {"building": 1.0, "address": 0.95, "compound": 0.9, "number_in_group": 0.85, "group": 0.6}


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an issue is, whose it is, and why. Coordinates are WGS84; all empty when nothing is known."""

    method: Method
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    confidence: float | None
    community: Community | None
    grid: GridRef | None
    assignment: Assignment | None
    building: Building | None
    group: OnlineGroup | None
    receipt: dict[str, Any]


class _Place(NamedTuple):
    """A point, or a grid without a point, by one method; `why` when there is neither."""

    method: Method
    lon: float | None = None
    lat: float | None = None
    grid: GridRef | None = None
    building: Building | None = None
    match: Match | None = None
    weight: float | None = None
    why: receipt.Why | None = None


def decide(connection: Connection, clues: Clues, *, at: datetime, settings: Settings) -> Decision:
    """Decide from `clues` as things stood `at` a moment: that moment's boundaries and that day's posts.

    Writes nothing. Raises `InvalidInput` with every fault of the clues.
    """
    return decide_with(Knowledge.current(connection), clues, at=at, settings=settings)


def decide_with(
    knowledge: Knowledge,
    clues: Clues,
    *,
    at: datetime,
    settings: Settings,
    point: tuple[float, float] | None = None,
    spot: Spot | None = None,
    method: Method = "coordinate",
) -> Decision:
    """As `decide`, from knowledge at hand. `point` (WGS84) and `spot` spare the work where it is done.

    `method` is "manual" when a person has put the point there.
    """
    known = look_up(clues, knowledge, at=at, default_community=settings.community, point=point)
    place = _place(known, knowledge, method)
    if place.lon is None or place.lat is None:
        return _conclude(known, place, place.grid, None, knowledge)
    if spot is None:
        reach_m = max(settings.outside_tolerance_m, 3 * _accuracy_m(known))
        community_id = known.community.id if known.community else None
        spot = knowledge.boundaries.spot(
            lon=place.lon, lat=place.lat, at=at, reach_m=reach_m, community_id=community_id
        )
    found = spot.covering[0] if spot.covering else None
    if found is None and spot.near and spot.near[0].distance_m <= settings.outside_tolerance_m:
        found = spot.near[0].grid
    if found is None:
        if place.method == "coordinate":
            _refuse_swapped(known, knowledge)
        place = place._replace(why="out_of_area")
    return _conclude(known, place, found, spot, knowledge)


def _place(known: KnownClues, knowledge: Knowledge, method: Method) -> _Place:
    if known.point is not None and method == "manual":
        return _Place("manual", *known.point)
    if known.building is not None:
        return _Place(
            "building", known.building.lon, known.building.lat, building=known.building, weight=_WEIGHT["building"]
        )
    if known.point is not None:
        return _Place("coordinate", *known.point)
    read = _read(known, knowledge)
    if read.method != "none":
        return read
    grids = []
    if known.group is not None and known.community is not None:
        grids = knowledge.group_grids(known.group, known.community, known.at)
    if len(grids) == 1:
        return _Place("group", grid=grids[0], match=read.match, weight=_WEIGHT["group"])
    if len(grids) > 1 and read.why == "no_place":
        return _Place("none", why="group_spans_grids")
    return read


def _read(known: KnownClues, knowledge: Knowledge) -> _Place:
    """The place that the address names, else the one that the text names."""
    covered: frozenset[int] = frozenset()
    if known.group is not None and known.community is not None:
        covered = knowledge.group_buildings(known.group, known.community, known.at)
    community_id = known.community.id if known.community else None
    doubtful: Match | None = None
    for words in (known.given.address, known.given.text):
        if not words:
            continue
        match = knowledge.gazetteer.find(words, community_id=community_id, covered=covered)
        if match.building:
            weight = _WEIGHT["number_in_group" if match.by_group else "address"]
            return _Place("address", match.building.lon, match.building.lat, None, match.building, match, weight)
        if match.buildings:
            grids = knowledge.boundaries.grids_of(match.buildings, known.at)
            if len(grids) == 1 and match.compound:
                middle = _middle(match.buildings)
                return _Place("address", middle.lon, middle.lat, match=match, weight=_WEIGHT["compound"])
            doubtful = doubtful or match
    return _Place("none", match=doubtful, why="ambiguous" if doubtful else "no_place")


def _middle(buildings: tuple[Building, ...]) -> Building:
    """The building nearest to the mean of all: a real place inside the compound, whatever its shape."""
    lon = sum(b.lon for b in buildings) / len(buildings)
    lat = sum(b.lat for b in buildings) / len(buildings)
    return min(buildings, key=lambda b: ((b.lon - lon) ** 2 + (b.lat - lat) ** 2, b.code))


def _refuse_swapped(known: KnownClues, knowledge: Knowledge) -> None:
    """A point outside every grid that lies in one with longitude and latitude changed over is a mistake."""
    lon, lat = known.given.lon, known.given.lat
    if lon is None or lat is None or abs(lon) > 90:
        return
    spot = knowledge.boundaries.spot(lon=lat, lat=lon, at=known.at, reach_m=0, community_id=None)
    if spot.covering:
        reason = f"lon={lon:g}, lat={lat:g} looks like latitude and longitude are swapped: a grid is there"
        raise InvalidInput([Fault("location", "swapped", reason, place=(lat, lon))])


def _conclude(
    known: KnownClues, place: _Place, grid: GridRef | None, spot: Spot | None, knowledge: Knowledge
) -> Decision:
    assignment = None
    if grid and grid.id in knowledge.posts:
        assignment = knowledge.posts.responsible(grid.id, grid.community.day(known.at))
    accuracy_m = known.given.accuracy_m if place.method in ("coordinate", "manual") else None
    if place.method == "coordinate" and accuracy_m is None:
        accuracy_m = DEFAULT_ACCURACY_M
    confidence = place.weight
    if confidence is None and grid is not None and spot is not None:
        confidence = _chance(spot, accuracy_m or 0.0)
    return Decision(
        method=place.method,
        lon=place.lon,
        lat=place.lat,
        accuracy_m=accuracy_m,
        confidence=confidence,
        community=grid.community if grid else known.community,
        grid=grid,
        assignment=assignment,
        building=place.building,
        group=known.group,
        receipt=receipt.write(known, place.method, place.match, place.building, grid, spot, assignment, place.why),
    )


def _accuracy_m(known: KnownClues) -> float:
    return DEFAULT_ACCURACY_M if known.given.accuracy_m is None else known.given.accuracy_m


def _chance(spot: Spot, accuracy_m: float) -> float:
    """The chance that the true point is where the found grid is, given the error of the reading."""
    margin_m = spot.edge_m if spot.covering else -spot.near[0].distance_m
    if margin_m is None or len(spot.covering) > 1:
        return 0.5
    if accuracy_m <= 0:
        return 1.0 if margin_m >= 0 else 0.5
    return round(0.5 * (1 + math.erf(margin_m / (accuracy_m / _PER_AXIS) / math.sqrt(2))), 3)
