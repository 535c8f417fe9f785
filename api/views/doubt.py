"""The doubt that a stored receipt tells of, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maps.pages.doubt import Answer, Doubt

Stored = Mapping[str, Any]


def doubt_of(stored: Stored) -> Doubt | None:
    """What is in doubt and what it may be; None where nothing is."""
    match stored.get("doubt"):
        case "near_edge":
            return _near_edge(stored)
        case "ambiguous":
            read = stored["read"]
            return Doubt("ambiguous", tuple(map(_meant, read["may_mean"])), words=read["words"])
        case "unknown_datum":
            return Doubt("unknown_datum", _readings(stored))
        case _:
            return None


def _meant(each: Stored) -> Answer:
    """A building, another place or a grid that words may mean; receipts of older versions do not tell its grid."""
    grid = each.get("grid")
    if "building" in each:
        place = {"building_id": each["building"]}
    elif "place" in each:
        place = {"place": each["place"]}
    else:
        place = {"grid": each["grid"]["code"]}
    if each.get("community"):
        place["community"] = each["community"]
    return Answer(each["name"], place, grid=(grid["code"], grid["name"]) if grid else None)


def _near_edge(stored: Stored) -> Doubt:
    """The grid that has it, which stands first, and those that its error reaches.

    One of another community is named with it: a code tells grids apart within one only.
    """
    accuracy_m = stored["given"]["location"]["accuracy_m"]
    decided = stored["candidates"][0]
    grids = tuple(
        Answer(
            each["name"],
            {"grid": each["grid"]}
            | ({} if each.get("community") == decided.get("community") else {"community": each["community"]}),
            worker=each["worker"]["name"] if each["worker"] else "",
            distance_m=each["distance_m"],
            present=each is decided,
        )
        for each in stored["candidates"]
        if each is decided or each["distance_m"] <= accuracy_m
    )
    others = [each.distance_m for each in grids if not each.present and each.distance_m is not None]
    return Doubt("near_edge", grids, accuracy_m=accuracy_m, next_m=min(others, default=None))


def _readings(stored: Stored) -> tuple[Answer, ...]:
    """The coordinates as they were given, once in each datum that they may be in."""
    given = stored["given"]["location"]
    return tuple(
        Answer(
            each["crs"],
            {"lon": given["lon"], "lat": given["lat"], "crs": each["crs"]},
            point=(each["lon"], each["lat"]),
        )
        for each in stored["readings"]
    )
