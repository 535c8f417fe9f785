"""`POST /api/issues` and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gis.crs import from_wgs84
from tests.client import TestClient

IN_G1 = {"lon": 107.0005, "lat": 29.0005}


def stored(admin, source):
    return admin.get("/api/issues", params={"source": source}).json()["numberReturned"]


def faults(answer):
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {(fault["where"], fault["code"]) for fault in answer.json()["errors"]}


def test_coordinates_lead_to_the_grid_and_its_worker(report):
    made = report(location=IN_G1, reported_at="2024-06-01T12:00:00+08:00")
    assert made["status"] == "reported"
    assert made["location"]["method"] == "coordinate"
    assert made["grid"] == {"code": "G1", "name": "G1网格"}
    assert made["worker"] == {"id": "W1", "name": "赵一", "role": "grid_worker"}
    assert made["receipt"]["grid_version"]["grid"] == "G1"
    assert isinstance(made["id"], str)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09", "cgcs2000"])
def test_one_place_in_four_datums_lies_in_one_grid(report, datum):
    lon, lat = from_wgs84(107.0015, 29.0005, datum=datum)
    made = report(location={"lon": lon, "lat": lat, "crs": datum})
    assert made["grid"]["code"] == "G2"
    assert made["location"]["lon"] == pytest.approx(107.0015, abs=1e-6)


@pytest.mark.parametrize(
    ("reported_at", "code", "reason"),
    [
        ("2099-11-23T10:00:00Z", "impossible_time", "must not be in the future"),
        ("2099-11-23T10:00:00", "impossible_time", "must not be in the future"),
        ("1899-12-31T00:00:00Z", "impossible_time", "must not be before the year 1900"),
        ("2026-11-23", "not_a_time", "must be an ISO 8601 time, such as 2023-04-01T08:30:00+08:00"),
    ],
)
def test_time_that_cannot_be_is_told_in_plain_words(admin, reported_at, code, reason):
    answer = admin.post("/api/issues", json={"text": "水", "source": "visit", "reported_at": reported_at})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"where": "reported_at", "code": code, "reason": reason}]
    assert stored(admin, "visit") == 0


def test_words_lead_to_a_building(report):
    made = report("老梨园二栋电梯坏了")
    assert made["building"] == {"id": "B2", "name": "梨园2栋"}
    assert made["grid"]["code"] == "G1"


def test_group_decides_where_nothing_else_does(report):
    made = report("谁的车堵了我的车", group="QA")
    assert (made["location"]["method"], made["grid"]["code"]) == ("group", "G1")
    assert made["receipt"]["group"]["code"] == "QA"


def test_what_cannot_be_located_is_kept_without_a_grid_until_somebody_pins_it(admin, report):
    made = report("有点吵")
    assert made["grid"] is None
    assert made["worker"] is None
    assert made["location"]["method"] == "none"
    pinned = admin.post(f"/api/issues/{made['id']}/location", json=IN_G1).json()
    assert pinned["grid"]["code"] == "G1"
    assert pinned["location"]["method"] == "manual"
    assert [event["kind"] for event in pinned["events"]] == ["reported", "located"]


def test_sent_again_is_answered_with_the_first_and_stored_once(admin, source):
    message = {"text": "水管漏水", "source": source, "external_id": "42", "location": IN_G1}
    first = admin.post("/api/issues", json=message)
    again = admin.post("/api/issues", json=message | {"text": "别的"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert first.headers["location"] == f"/api/issues/{first.json()['id']}"
    assert stored(admin, source) == 1


def test_every_fault_is_named_at_once_and_nothing_is_stored(admin, source):
    answer = admin.post(
        "/api/issues",
        json={
            "text": " ",
            "source": source,
            "group": "nobody's",
            "location": {"lon": 29.0005, "lat": 107.0005},
            "reporter": {"name": "张三", "telephone": "1"},
            "hazard": 1,
        },
    )
    assert faults(answer) == {
        ("text", "too_short"),
        ("reporter.telephone", "unknown_field"),
        ("hazard", "not_a_boolean"),
        ("group", "unknown_group"),
        ("location", "swapped"),
    }
    assert stored(admin, source) == 0


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("text", None, ("text", "not_text")),
        ("text", "字" * 4001, ("text", "too_long")),
        ("text", "a\x00b", ("text", "nul_character")),
        ("address", "a\x00b", ("address", "nul_character")),
        ("source", "We Chat", ("source", "bad_form")),
        ("reported_at", 1700000000, ("reported_at", "not_a_time")),
        ("reported_at", "yesterday", ("reported_at", "not_a_time")),
        ("reported_at", "0001-01-01T00:00:00+08:00", ("reported_at", "impossible_time")),
        ("location", {"lon": True, "lat": 29}, ("location.lon", "not_a_number")),
        ("location", {"lon": "107", "lat": 29}, ("location.lon", "not_a_number")),
        ("location", {"lon": 107}, ("location.lat", "missing")),
        ("location", {"lon": 107, "lat": 29, "crs": "utm"}, ("location.crs", "not_a_choice")),
        ("location", {"lon": 200, "lat": 29}, ("location", "outside_world")),
        ("location", {"lon": 107, "lat": 29, "accuracy_m": -1}, ("location.accuracy_m", "too_small")),
        ("building_id", "B99", ("building_id", "unknown_building")),
        ("community", "nowhere", ("community", "unknown_community")),
        ("category", {"topic": 5}, ("category.topic", "not_text")),
        ("reporter", "张三", ("reporter", "not_an_object")),
    ],
)
def test_value_of_the_wrong_kind_is_refused(admin, source, field, value, fault):
    answer = admin.post("/api/issues", json={"text": "路灯不亮", "source": source, field: value})
    assert fault in faults(answer)
    assert stored(admin, source) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"text": "a", "location": {"lon": NaN, "lat": 29}}',
        b'{"text": "\\ud800"}',
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"text": "a", "location": {"lon": 1e999, "lat": 0}}',
    ],
)
def test_body_that_is_no_report_is_refused(admin, body):
    assert faults(admin.post("/api/issues", content=body, headers={"content-type": "application/json"}))


def test_time_without_a_zone_is_the_communitys(report):
    made = report(reported_at="2024-06-01T12:00:00", location=IN_G1)
    assert made["reported_at"] == "2024-06-01T04:00:00Z"


def test_blank_is_the_same_as_not_given(report):
    made = report(group="", address=" ", external_id="", reporter={"name": "", "phone": None})
    assert (made["group"], made["address"], made["external_id"], made["reporter"]) == (None, None, None, None)


def test_given_category_and_hazard_are_kept(report):
    assert report(category={"topic": "消防安全", "line": "应急"}, hazard=True)["category"] == {
        "topic": "消防安全",
        "line": "应急",
    }
    assert report(category="环境卫生")["category"]["topic"] == "环境卫生"


def test_reporter_is_masked_in_one_issue_and_absent_from_lists(admin, report, source):
    made = report(reporter={"name": "欧阳小明", "phone": "138-0000-1234"})
    assert made["reporter"] == {"name": "欧**", "phone": "138****1234"}
    listed = admin.get("/api/issues", params={"source": source})
    for secret in ("欧阳", "1234", "reporter"):
        assert secret not in listed.text
    assert "欧阳" not in admin.get(f"/api/issues/{made['id']}").text


@pytest.mark.parametrize("id", ["0", "-1", "999999999", "9" * 40, "abc", "١", "1%00"])
def test_issue_that_is_not_there_is_not_found(admin, id):
    assert admin.get(f"/api/issues/{id}").status_code == 404
    assert admin.post(f"/api/issues/{id}/location", json=IN_G1).status_code == 404


def test_pin_outside_the_world_is_refused(admin, report):
    made = report("有点吵")
    answer = admin.post(f"/api/issues/{made['id']}/location", json={"lon": 29, "lat": 107, "crs": "wgs84"})
    assert faults(answer) == {("location", "swapped")}


def test_intake_learns_nothing_of_an_issue_whose_id_it_guesses(
    client_for: Callable[..., TestClient], report: Callable[..., Any], source: str
) -> None:
    report("张三家漏水", external_id="7")
    intake = client_for("intake")
    guessed = intake.post("/api/issues", json={"text": "?", "source": source, "external_id": "7"})
    assert guessed.status_code == 409
    assert "张三" not in guessed.text
    again = intake.post("/api/issues", json={"text": "张三家漏水", "source": source, "external_id": "7"})
    assert again.status_code == 200
