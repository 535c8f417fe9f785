"""`GET /api/issues`: filters and pages."""

from __future__ import annotations

import pytest

from api.schemas.geojson import FeatureCollection
from api.schemas.issues import IssueProperties


@pytest.fixture
def listed(admin, source):
    def get(**asked):
        answer = admin.get("/api/issues", params={"source": source, **asked})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/geo+json"
        FeatureCollection[IssueProperties].model_validate_json(answer.content)
        return answer.json()

    return get


def texts(page):
    return [feature["properties"]["text"] for feature in page["features"]]


@pytest.fixture
def five(report):
    """Five issues: two in G1, one in G2, one out of area, one without a place."""
    report("一", location={"lon": 107.0005, "lat": 29.0005}, reported_at="2024-06-01T00:00:00+08:00", hazard=True)
    report("二", location={"lon": 107.0006, "lat": 29.0005}, reported_at="2024-06-01T23:59:59+08:00")
    report(
        "三", location={"lon": 107.0015, "lat": 29.0005}, reported_at="2024-06-02T00:00:00+08:00", category="消防安全"
    )
    report("四", location={"lon": 108.0, "lat": 29.0}, reported_at="2024-06-03T00:00:00+08:00")
    report("五", reported_at="2024-06-04T00:00:00+08:00")


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "五四三二一"),
        ({"grid": "G1"}, "二一"),
        ({"worker": "W1"}, "二一"),
        ({"bbox": "107.001,29,107.002,29.001"}, "三"),
        ({"bbox": "107.0006,29.0005,107.0015,29.0005"}, "三二"),
        ({"bbox": "107.000601,29,107.001499,29.001"}, ""),
        ({"hazard": "true"}, "一"),
        ({"topic": "消防安全"}, "三"),
        ({"topic": ""}, "五四二一"),
        ({"located": "false"}, "五四"),
        ({"located": "true"}, "三二一"),
        ({"status": "reported"}, "五四三二一"),
        ({"status": "open"}, "五四三二一"),
        ({"status": "settled"}, ""),
        ({"community": "999119003004"}, "五三二一"),
        ({"from": "2024-06-02"}, "五四三"),
        ({"to": "2024-06-01"}, "二一"),
        ({"from": "2024-06-01", "to": "2024-06-01"}, "二一"),
        ({"to": "2024-06-02T00:00:00+08:00"}, "二一"),
        ({"from": "2024-06-02T00:00:00 08:00"}, "五四三"),
        ({"from": "2024-06-01T16:00:00Z", "to": "2024-06-02T16:00:00Z"}, "三"),
    ],
)
def test_filter_keeps_what_it_names(listed, asked, found):
    if asked.get("community"):
        kept = [text for text in texts(listed(**asked)) if text != "四"]
        assert "".join(kept) == found
    else:
        assert "".join(texts(listed(**asked))) == found


@pytest.mark.usefixtures("five")
def test_issue_without_a_point_has_no_geometry(listed):
    geometries = {f["properties"]["text"]: f["geometry"] for f in listed()["features"]}
    assert geometries["五"] is None
    assert geometries["一"] == {"type": "Point", "coordinates": [107.0005, 29.0005]}


def test_pages_hold_every_issue_once_also_when_others_arrive_meanwhile(admin, report, listed):
    for number in range(7):
        report(str(number), reported_at="2024-06-01T00:00:00Z")
    page = listed(limit=3)
    seen = texts(page)
    report("later")
    while page["next"]:
        assert page["links"][-1] == {"rel": "next", "href": page["next"], "type": "application/geo+json"}
        page = admin.get(page["next"]).json()
        assert page["numberReturned"] <= 3
        seen += texts(page)
    assert seen == list("6543210")


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"limit": 0}, ("limit", "too_small")),
        ({"limit": 1001}, ("limit", "too_large")),
        ({"limit": "many"}, ("limit", "not_a_number")),
        ({"limt": 5}, ("limt", "unknown_field")),
        ({"bbox": "1,2,3"}, ("bbox", "not_a_bbox")),
        ({"bbox": "107,29,nan,30"}, ("bbox", "not_a_bbox")),
        ({"bbox": "29,107,30,108"}, ("bbox", "not_a_bbox")),
        ({"from": "last week"}, ("from", "not_a_time")),
        ({"to": "9999-12-31"}, ("to", "impossible_time")),
        ({"status": "lost"}, ("status", "unknown_status")),
        ({"grid": "G99"}, ("grid", "unknown_grid")),
        ({"worker": "W99"}, ("worker", "unknown_worker")),
        ({"community": "nowhere"}, ("community", "unknown_community")),
        ({"after": "nonsense"}, ("after", "bad_cursor")),
        ({"after": "MjAyNB8x"}, ("after", "bad_cursor")),
        ({"topic": "a\x00"}, ("topic", "nul_character")),
    ],
)
def test_filter_that_cannot_be_read_is_refused(admin, asked, fault):
    answer = admin.get("/api/issues", params=asked)
    assert answer.status_code == 422, answer.text
    assert fault in {(each["where"], each["code"]) for each in answer.json()["errors"]}


def test_unknown_grid_and_worker_are_named_together(admin):
    answer = admin.get("/api/issues", params={"grid": "G99", "worker": "W99", "community": "nowhere"})
    assert {fault["where"] for fault in answer.json()["errors"]} == {"grid", "worker", "community"}
