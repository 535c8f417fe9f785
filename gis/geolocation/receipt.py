"""The receipt: how a location and a worker were decided, kept with the issue.

It states what was given, what that was converted from, what was read from the words, which grids came into
question and how far their edges are, and which grid version and post decided. It repeats names and codes
as they were, so that it can be read without looking anything up, after redraws and changes of staff.
It holds no personal data of residents: numbers in their words are masked.
"""

from __future__ import annotations

from typing import Any, Literal

import pyproj

from gis.geolocation.boundaries import GridRef, Spot
from gis.geolocation.clues import Clues, KnownClues
from gis.geolocation.gazetteer import Building, Match
from gis.security.masking import masked_words
from gis.workforce.posts import Assignment, Posts

Why = Literal["no_place", "ambiguous", "group_spans_grids", "out_of_area", "unknown_datum"]
Doubt = Literal["near_edge", "ambiguous", "unknown_datum"]

_ELLIPSOID = pyproj.Geod(ellps="WGS84")
_MOST_PLACES = 10


def write(
    known: KnownClues,
    method: str,
    match: Match | None,
    building: Building | None,
    grid: GridRef | None,
    spot: Spot | None,
    assignment: Assignment | None,
    why: Why | None,
    *,
    doubt: Doubt | None,
    posts: Posts,
) -> dict[str, Any]:
    """The receipt of one decision, as JSON-ready data; parts that do not apply are left out.

    Keys: `given`, `method`, `converted`, `readings`, `read`, `group`, `candidates`, `edge_m`, `outside_m`, `tie`,
    `grid_version`, `post`, `queued` (why there is no grid), `doubt` (why a person should look). Distances are
    metres, coordinates WGS84. Where the doubt is between grids, candidates name their workers.
    """
    parts: dict[str, Any] = {"given": _given(known), "method": method}
    if known.point is not None and known.given.crs not in ("wgs84", "cgcs2000"):
        parts["converted"] = _converted(known.given, *known.point)
    if known.readings:
        parts["readings"] = [{"crs": crs, "lon": round(x, 7), "lat": round(y, 7)} for crs, (x, y) in known.readings]
    if match is not None:
        parts["read"] = _read(known.given, match, building, method)
    if method == "group" and known.group is not None:
        parts["group"] = {"code": known.group.code, "name": known.group.name}
    if spot is not None:
        parts |= _spotted(spot, grid)
    if doubt is not None:
        parts["doubt"] = doubt
    if doubt == "near_edge" and spot is not None:
        for candidate, ref in zip(parts["candidates"], _grids(spot), strict=True):
            answers = posts.responsible(ref.id, ref.community.day(known.at))
            candidate["worker"] = (
                {"id": answers.post.worker_code, "name": answers.post.worker_name} if answers else None
            )
    if grid is not None:
        parts["grid_version"] = {
            "id": str(grid.version_id),
            "grid": grid.code,
            "name": grid.name,
            "valid_from": grid.valid_from.isoformat(),
            "valid_to": grid.valid_to.isoformat() if grid.valid_to else None,
        }
        parts["post"] = _post(assignment) if assignment else None
    if why is not None and grid is None:
        parts["queued"] = why
    return parts


def _given(known: KnownClues) -> dict[str, Any]:
    clues = known.given
    given: dict[str, Any] = {"at": known.at.isoformat()}
    if clues.lon is not None and clues.lat is not None:
        given["location"] = {"lon": clues.lon, "lat": clues.lat, "crs": clues.crs, "accuracy_m": clues.accuracy_m}
    for name in ("building_id", "address", "group", "community"):
        value = getattr(clues, name)
        if value:
            given[name] = masked_words(value) if name == "address" else value
    return given


def _converted(given: Clues, lon: float, lat: float) -> dict[str, Any]:
    assert given.lon is not None
    assert given.lat is not None
    return {
        "from": given.crs,
        "to": "wgs84",
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "moved_m": round(distance_m((given.lon, given.lat), (lon, lat)), 1),
    }


def _read(given: Clues, match: Match, building: Building | None, method: str) -> dict[str, Any]:
    read: dict[str, Any] = {"words": _masked_part(match.read, of=(given.address, given.text))}
    if match.by_group:
        read["by_group"] = True
    if match.compound:
        read["compound"] = match.compound.name
    if building:
        read["building"] = building.name
    elif method != "address":
        read["may_mean"] = [{"building": b.code, "name": b.name} for b in match.buildings[:_MOST_PLACES]]
    return read


def _masked_part(words: str, *, of: tuple[str | None, ...]) -> str:
    """Words masked as they are where they stand: a number may begin or end outside them."""
    for whole in of:
        if whole and words in whole:
            begin = whole.index(words)
            return masked_words(whole)[begin : begin + len(words)]
    return masked_words(words)


def distance_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two (lon, lat) on the ellipsoid."""
    return float(_ELLIPSOID.inv(*one, *other)[2])


def _grids(spot: Spot) -> list[GridRef]:
    return [*spot.covering, *(near.grid for near in spot.near)]


def _spotted(spot: Spot, grid: GridRef | None) -> dict[str, Any]:
    found = [*((g, 0.0) for g in spot.covering), *((near.grid, near.distance_m) for near in spot.near)]
    candidates = [{"grid": g.code, "name": g.name, "distance_m": round(distance_m, 1)} for g, distance_m in found]
    if len({g.community.id for g, _ in found}) > 1:
        # A code tells a grid apart within its community only.
        for candidate, (g, _) in zip(candidates, found, strict=True):
            candidate["community"] = g.community.code
    parts: dict[str, Any] = {"candidates": candidates}
    if spot.edge_m is not None:
        parts["edge_m"] = round(spot.edge_m, 1)
    if len(spot.covering) > 1:
        parts["tie"] = "lowest_code"
    if grid is not None and not spot.covering:
        parts["outside_m"] = round(spot.near[0].distance_m, 1)
    return parts


def _post(assignment: Assignment) -> dict[str, Any]:
    held = assignment.post
    return {
        "id": str(held.id),
        "role": held.role,
        "worker": held.worker_code,
        "name": held.worker_name,
        "reason": assignment.reason,
        "valid_from": held.valid_from.isoformat(),
        "passed_over": [{"worker": p.worker_code, "name": p.worker_name, "why": p.why} for p in assignment.passed_over],
    }
