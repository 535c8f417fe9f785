"""A stored receipt as what the matter's page tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.views.doubt import doubt_of
from gis.importers.options import SINCE_EVER
from maps.pages.receipt import BoundaryVersion, Candidate, Conversion, Given, Kind, NextGrid, PostHeld, Reading, Receipt

Stored = Mapping[str, Any]


def told(stored: Stored, *, text: str, zone: str) -> Receipt:
    """The receipt in the page's terms; days are those of the community's clock."""
    candidates = [each for each in stored.get("candidates", ()) if each["distance_m"] == 0]
    near = [each for each in stored.get("candidates", ()) if each["distance_m"] > 0]
    version = stored.get("grid_version")
    others = [each for each in near if not _decided(each, version)]
    edge_m = stored.get("edge_m")
    return Receipt(
        given=_given(stored, text),
        conversion=_conversion(stored),
        readings=tuple(Reading(each["crs"], each["lon"], each["lat"]) for each in stored.get("readings", ())),
        candidates=(*_read(stored), *(_candidate(each, version) for each in (*candidates, *near))),
        next_grid=NextGrid(others[0]["name"], others[0]["grid"], others[0]["distance_m"]) if others else None,
        edge_m=edge_m,
        outside_m=stored.get("outside_m"),
        shared_edge=len(candidates) > 1 and edge_m == 0,
        overlap=len(candidates) > 1 and edge_m != 0,
        boundary=_boundary(version, zone) if version else None,
        post=_post(stored["post"]) if stored.get("post") else None,
        missing=stored.get("read", {}).get("missing", ""),
        terms=tuple(stored.get("recognised", ())),
        doubt=doubt_of(stored),
    )


def _given(stored: Stored, text: str) -> tuple[Given, ...]:
    given = stored.get("given", {})
    found = []
    if given.get("building_id"):
        found.append(Given("building", given["building_id"]))
    if given.get("location"):
        point = given["location"]
        value = f"{point['lon']:.6f}, {point['lat']:.6f}"
        kind = "manual" if stored.get("method") == "manual" else "coordinate"
        found.append(Given(kind, value, point.get("accuracy_m")))  # type: ignore[arg-type]
    if given.get("address"):
        found.append(Given("address", given["address"]))
    if given.get("group"):
        found.append(Given("group", stored.get("group", {}).get("name") or given["group"]))
    if "read" in stored and not given.get("address"):
        found.append(Given("text", text))
    return tuple(found)


def _conversion(stored: Stored) -> Conversion | None:
    made = stored.get("converted")
    return Conversion(made["from"], made["lon"], made["lat"], made["moved_m"]) if made else None


def _read(stored: Stored) -> tuple[Candidate, ...]:
    """The places that the words were read as."""
    read = stored.get("read", {})
    words = read.get("words", "")
    if "may_mean" in read:
        return tuple(_meant(each, words) for each in read["may_mean"])
    kinds: tuple[Kind, ...] = ("building", "place", "compound", "road")
    return tuple(Candidate(kind, read[kind], chosen=True, why=words) for kind in kinds if kind in read)[:1]


def _meant(each: Stored, words: str) -> Candidate:
    """One of several; receipts of older versions do not tell in which grid it is."""
    grid = each.get("grid")
    if "building" in each or "place" in each:
        kind: Kind = "building" if "building" in each else "place"
        return Candidate(kind, each["name"], each[kind], why=words, grid=grid["name"] if grid else "")
    return Candidate("grid", each["name"], each["grid"]["code"], why=words)


def _decided(grid: Stored, version: Stored | None) -> bool:
    """Whether a grid is the one whose version decided; a code tells grids apart within a community only."""
    if version is None or grid["grid"] != version["grid"]:
        return False
    return "community" not in grid or grid["community"] == version.get("community", grid["community"])


def _candidate(grid: Stored, version: Stored | None) -> Candidate:
    worker = None
    if "worker" in grid:
        worker = grid["worker"]["name"] if grid["worker"] else ""
    return Candidate(
        "grid",
        grid["name"],
        grid["grid"],
        chosen=_decided(grid, version),
        distance_m=grid["distance_m"],
        worker=worker,
    )


def _boundary(version: Stored, zone: str) -> BoundaryVersion:
    ended = version.get("valid_to")
    since = datetime.fromisoformat(version["valid_from"]).date()
    return BoundaryVersion(
        version["id"],
        valid_from=None if since == SINCE_EVER else _day(version["valid_from"], zone),
        valid_to=_day(ended, zone) if ended else None,
    )


def _post(post: Stored) -> PostHeld:
    since, ended = date.fromisoformat(post["valid_from"]), post.get("valid_to")
    return PostHeld(
        worker=post["name"],
        role=post["role"],
        reason=post["reason"],
        valid_from=None if since == SINCE_EVER else since,
        valid_to=date.fromisoformat(ended) if ended else None,
        on_leave=tuple(each["name"] for each in post.get("passed_over", ())),
    )


def _day(moment: str, zone: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date()
