"""A stored receipt as what the matter's page tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.views.doubt import doubt_of
from gis.importers.options import SINCE_EVER
from maps.pages.receipt import BoundaryVersion, Candidate, Conversion, Given, NextGrid, PostHeld, Reading, Receipt

Stored = Mapping[str, Any]


def told(stored: Stored, *, text: str, zone: str) -> Receipt:
    """The receipt in the page's terms; days are those of the community's clock."""
    candidates = [each for each in stored.get("candidates", ()) if each["distance_m"] == 0]
    near = [each for each in stored.get("candidates", ()) if each["distance_m"] > 0]
    version = stored.get("grid_version")
    decided = version["grid"] if version else None
    others = [each for each in near if each["grid"] != decided]
    edge_m = stored.get("edge_m")
    return Receipt(
        given=_given(stored, text),
        conversion=_conversion(stored),
        readings=tuple(Reading(each["crs"], each["lon"], each["lat"]) for each in stored.get("readings", ())),
        candidates=(*_read(stored), *(_candidate(each, decided) for each in (*candidates, *near))),
        next_grid=NextGrid(others[0]["name"], others[0]["grid"], others[0]["distance_m"]) if others else None,
        edge_m=edge_m,
        outside_m=stored.get("outside_m"),
        shared_edge=len(candidates) > 1 and edge_m == 0,
        overlap=len(candidates) > 1 and edge_m != 0,
        boundary=_boundary(version, zone) if version else None,
        post=_post(stored["post"]) if stored.get("post") else None,
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
    if "building" in read:
        return (Candidate("building", read["building"], chosen=True, why=words),)
    if "compound" in read:
        return (Candidate("building", read["compound"], chosen=True, why=words),)
    return tuple(Candidate("building", each["name"], each["building"], why=words) for each in read.get("may_mean", ()))


def _candidate(grid: Stored, decided: str | None) -> Candidate:
    worker = None
    if "worker" in grid:
        worker = grid["worker"]["name"] if grid["worker"] else ""
    return Candidate(
        "grid",
        grid["name"],
        grid["grid"],
        chosen=grid["grid"] == decided,
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
