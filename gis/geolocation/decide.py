"""From what is known of a place to a grid and the worker who answers for it, with the reasons.

In order of trust: a building's id; coordinates; an address, or the words of the message itself, read
against the gazetteer; the grid of the online group. The first that says something decides. What cannot be
decided is not guessed: it has no grid, and the receipt says why.

Confidence is a number for sorting, not a promise. For coordinates it is the chance that the true point lies
on the same side of the nearest edge, for a Gaussian error whose 68% radius is `accuracy_m`; for words it is
the matcher's (`matching/confidence.py`). For the other methods it is a fixed weight (`_WEIGHT`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from gis.errors import Fault, InvalidInput, said
from gis.geolocation import receipt
from gis.geolocation.boundaries import Community, GridRef, Spot
from gis.geolocation.clues import Clues, Knowledge, KnownClues, context_of, look_up
from gis.geolocation.gazetteer import Building, Match, Place, Standing
from gis.geolocation.matching.confidence import UNSETTLED_AT_MOST
from gis.settings import Settings
from gis.workforce.covers import OnlineGroup
from gis.workforce.posts import Assignment

Method = Literal["building", "coordinate", "address", "group", "manual", "none"]

DEFAULT_ACCURACY_M = 10.0
"""For coordinates that come without one: a phone in the open. Used for confidence only."""

_PER_AXIS = 1.515
"""The 68% radius of a two-dimensional Gaussian error, in standard deviations of one axis."""

_WEIGHT = {"building": 1.0, "group": 0.6}


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
    place: Place | None
    group: OnlineGroup | None
    doubt: receipt.Doubt | None
    receipt: dict[str, Any]


class _Where(NamedTuple):
    """A point, or a grid without a point, by one method; `why` when there is neither."""

    method: Method
    lon: float | None = None
    lat: float | None = None
    grid: GridRef | None = None
    at: Standing | None = None
    match: Match | None = None
    weight: float | None = None
    accuracy_m: float | None = None
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

    `method` is "manual" when a person has put it there: at a point, in a building or in a grid.
    """
    known = look_up(clues, knowledge, at=at, default_community=settings.community, point=point)
    place = _place(known, knowledge, method)
    if place.lon is None or place.lat is None or place.grid is not None:
        return _conclude(known, place, place.grid, None, knowledge)
    if spot is None:
        community_id = known.community.id if known.community else None
        spot = knowledge.boundaries.spot(
            lon=place.lon, lat=place.lat, at=at, reach_m=reach_m(clues.accuracy_m, settings), community_id=community_id
        )
    found = spot.covering[0] if spot.covering else None
    if found is None and spot.near and spot.near[0].distance_m <= settings.outside_tolerance_m:
        found = spot.near[0].grid
    if found is None:
        if place.method == "coordinate":
            _refuse_swapped(known, knowledge)
        place = place._replace(why="out_of_area")
    return _conclude(known, place, found, spot, knowledge)


def _place(known: KnownClues, knowledge: Knowledge, method: Method) -> _Where:
    if method == "manual":
        return _by_hand(known, knowledge)
    if known.building is not None:
        return _Where("building", known.building.lon, known.building.lat, at=known.building, weight=_WEIGHT["building"])
    if known.point is not None:
        return _Where("coordinate", *known.point)
    if known.readings and (agreed := _where_readings_agree(known, knowledge)):
        return agreed
    read = _read(known, knowledge)
    if read.method != "none":
        return read
    grids = []
    if known.group is not None and known.community is not None:
        grids = knowledge.group_grids(known.group, known.community, known.at)
    if len(grids) == 1 and not _elsewhere(read.match, grids[0], known, knowledge):
        return _Where("group", grid=grids[0], match=read.match, weight=_WEIGHT["group"])
    if known.readings:
        return read._replace(why="unknown_datum")
    if len(grids) > 1 and read.why == "no_place":
        return _Where("none", why="group_spans_grids")
    return read


def _by_hand(known: KnownClues, knowledge: Knowledge) -> _Where:
    lon, lat = known.point or (None, None)
    if (stands := known.building or known.place) is not None:
        return _Where("manual", stands.lon, stands.lat, at=stands, weight=1.0)
    if known.given.grid is None:
        return _Where("manual", lon, lat)
    named = [g for g in known.in_force(knowledge) if g.code == known.given.grid]
    if len(named) != 1:
        code = known.given.grid
        several = said("several communities have a grid {code!r} at that time", code=code)
        reason = several if named else said("there is no grid {code!r} at that time", code=code)
        raise InvalidInput([Fault("grid", "ambiguous_grid" if named else "unknown_grid", reason)])
    return _Where("manual", lon, lat, grid=named[0], weight=1.0)


def _where_readings_agree(known: KnownClues, knowledge: Knowledge) -> _Where | None:
    """The place of coordinates whose datum is unknown, if it is the same grid in every datum.

    The point is the WGS84 reading's, and as uncertain as the readings are apart.
    """
    within = known.community.id if known.community else None
    points = [point for _, point in known.readings]
    spots = [
        knowledge.boundaries.spot(lon=lon, lat=lat, at=known.at, reach_m=0, community_id=within) for lon, lat in points
    ]
    if len({spot.covering[:1] for spot in spots}) > 1:
        return None
    apart_m = max(receipt.distance_m(points[0], point) for point in points)
    return _Where("coordinate", *points[0], accuracy_m=max(apart_m, known.given.accuracy_m or 0.0))


def _read(known: KnownClues, knowledge: Knowledge) -> _Where:
    """The place that the address names, else the one that the text names."""
    context = context_of(known, knowledge)
    doubtful: Match | None = None
    for words in (known.given.address, known.given.text):
        if not words:
            continue
        match = knowledge.gazetteer.find(words, context)
        if (found := match.one) is not None:
            return _Where("address", found.lon, found.lat, at=found, match=match, weight=round(match.confidence, 3))
        if match.places:
            grids = knowledge.boundaries.grids_of(match.places, known.at)
            if len(grids) == 1 and match.whole:
                middle = _middle(match.places)
                sure = min(match.confidence, UNSETTLED_AT_MOST) if match.missing else match.confidence
                return _Where("address", middle.lon, middle.lat, match=match, weight=round(sure, 3))
            doubtful = doubtful or match
    return _Where("none", match=doubtful, why="ambiguous" if doubtful else "no_place")


def _elsewhere(match: Match | None, grid: GridRef, known: KnownClues, knowledge: Knowledge) -> bool:
    """Whether the words speak of a place that is surely not in a grid, though not of which: a road beyond it."""
    if match is None or not (match.adrift or match.by_grid):
        return False
    return grid not in knowledge.boundaries.grids_of(match.places, known.at)


def _middle(places: tuple[Standing, ...]) -> Standing:
    """The building nearest to the mean of all: a real place inside the compound, whatever its shape."""
    lon = sum(b.lon for b in places) / len(places)
    lat = sum(b.lat for b in places) / len(places)
    return min(places, key=lambda b: ((b.lon - lon) ** 2 + (b.lat - lat) ** 2, b.code))


def _refuse_swapped(known: KnownClues, knowledge: Knowledge) -> None:
    """A point outside every grid that lies in one with longitude and latitude changed over is a mistake."""
    lon, lat = known.given.lon, known.given.lat
    if lon is None or lat is None or abs(lon) > 90:
        return
    spot = knowledge.boundaries.spot(lon=lat, lat=lon, at=known.at, reach_m=0, community_id=None)
    if spot.covering:
        reason = said(
            "lon={lon:g}, lat={lat:g} looks like latitude and longitude are swapped: a grid is there", lon=lon, lat=lat
        )
        raise InvalidInput([Fault("location", "swapped", reason, place=(lat, lon))])


def _conclude(
    known: KnownClues, place: _Where, grid: GridRef | None, spot: Spot | None, knowledge: Knowledge
) -> Decision:
    assignment = knowledge.posts.responsible(grid.id, grid.community.day(known.at)) if grid else None
    accuracy_m = place.accuracy_m
    if accuracy_m is None and place.method in ("coordinate", "manual"):
        accuracy_m = known.given.accuracy_m
    if place.method == "coordinate" and accuracy_m is None:
        accuracy_m = DEFAULT_ACCURACY_M
    confidence = place.weight
    if confidence is None and grid is not None and spot is not None:
        confidence = _chance(spot, accuracy_m or 0.0)
    doubt = _doubt(known, place, grid, spot)
    return Decision(
        method=place.method,
        lon=place.lon,
        lat=place.lat,
        accuracy_m=accuracy_m,
        confidence=confidence,
        community=grid.community if grid else known.community,
        grid=grid,
        assignment=assignment,
        building=place.at if isinstance(place.at, Building) else None,
        place=place.at if isinstance(place.at, Place) else None,
        group=known.group,
        doubt=doubt,
        receipt=receipt.write(
            known,
            place.method,
            place.match,
            place.at,
            grid,
            spot,
            assignment,
            place.why,
            doubt=doubt,
            knowledge=knowledge,
        ),
    )


def _doubt(known: KnownClues, place: _Where, grid: GridRef | None, spot: Spot | None) -> receipt.Doubt | None:
    """Why a person should look at it: it may mean several places, or its own error reaches another grid."""
    if grid is None:
        return place.why if place.why in ("ambiguous", "unknown_datum") else None
    if place.method != "coordinate" or spot is None or known.given.accuracy_m is None:
        return None
    reached = any(near.distance_m <= known.given.accuracy_m for near in spot.near if near.grid != grid)
    return "near_edge" if reached or len(spot.covering) > 1 else None


def reach_m(accuracy_m: float | None, settings: Settings) -> float:
    """How far around a point other grids come into question: where its own error or the tolerance may reach."""
    return max(settings.outside_tolerance_m, 3 * (DEFAULT_ACCURACY_M if accuracy_m is None else accuracy_m))


def _chance(spot: Spot, accuracy_m: float) -> float:
    """The chance that the true point is where the found grid is, given the error of the reading."""
    margin_m = spot.edge_m if spot.covering else -spot.near[0].distance_m
    if margin_m is None or len(spot.covering) > 1:
        return 0.5
    if accuracy_m <= 0:
        return 1.0 if margin_m >= 0 else 0.5
    return round(0.5 * (1 + math.erf(margin_m / (accuracy_m / _PER_AXIS) / math.sqrt(2))), 3)
