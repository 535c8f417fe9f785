"""GET request: how far a matter is."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text

from gis.storage.session import transaction
from tests.api.open311.wire import FORMATS, ids_of, parsed, refused


def step(admin, number, version, **move):
    reply = admin.post(f"/api/issues/{number}/transitions", json=move, headers={"if-match": f'"{version}"'})
    assert reply.status_code == 200, reply.text
    return reply.json()["version"]


def test_stages_are_open_until_a_matter_is_resolved_and_notes_say_how_far_it_is(admin, made, get):
    number = made()
    version = admin.get(f"/api/issues/{number}").json()["version"]
    told = []
    for move in (
        {"to": "accepted"},
        {"to": "at_street", "note": "要街道"},
        {"to": "at_department", "note": "要部门"},
        {"to": "resolved", "answer": "灯已换好，电话13812345678", "settled_at": "部门"},
    ):
        version = step(admin, number, version, **move)
        (found,) = get(f"requests/{number}.json").json()
        told.append((found["status"], found["status_notes"], found["agency_responsible"]))
    assert told == [
        ("open", "网格快反", "G1网格"),
        ("open", "街道处置", "乙街道"),
        ("open", "部门报到", None),
        ("closed", told[3][1], "G1网格"),
    ]
    assert "灯已换好，电话138****5678" in told[3][1]


@pytest.mark.parametrize("end", ["withdrawn", "merged"])
def test_withdrawn_and_merged_are_closed(admin, made, get, end):
    number, other = made(), made()
    version = admin.get(f"/api/issues/{number}").json()["version"]
    step(
        admin, number, version, **({"to": "merged", "into": other} if end == "merged" else {"to": end, "note": "误报"})
    )
    (found,) = get(f"requests/{number}.json").json()
    assert found["status"] == "closed"
    assert (f"与事项 {other} 相同" in found["status_notes"]) == (end == "merged")
    open_ids = ids_of(get("requests.json", status="open"))
    closed_ids = ids_of(get("requests.json", status="closed"))
    assert number in closed_ids
    assert number not in open_ids
    assert other in open_ids
    assert number in ids_of(get("requests.json", status="open,closed"))


def test_closed_request_was_updated_when_it_was_closed(admin, report, get):
    made = report(reported_at="2016-01-01T00:00:00Z", location={"lon": 107.0005, "lat": 29.0005})
    number, version = made["id"], made["version"]
    for move in (
        {"to": "accepted"},
        {"to": "resolved", "answer": "好了", "settled_at": "格"},
        {"to": "closed", "confirmation": "reporter"},
    ):
        version = step(admin, number, version, **move)
    (found,) = get(f"requests/{number}.json").json()
    assert found["requested_datetime"] == "2016-01-01T00:00:00Z"
    closed_at = datetime.fromisoformat(admin.get(f"/api/issues/{number}").json()["closed_at"])
    assert found["updated_datetime"] == closed_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_request_says_by_when_its_stage_should_end(made, get, town_engine):
    number = made()
    with transaction(town_engine) as connection:
        connection.execute(text("UPDATE issue SET due_at = '2027-01-01 00:00Z' WHERE id = :id"), {"id": int(number)})
    assert get(f"requests/{number}.json").json()[0]["expected_datetime"] == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize("number", ["0", "999999999", "x", "1" * 30, "１", "-1"])
def test_request_that_does_not_exist_is_404(get, number):
    for format in FORMATS:
        refused(get(f"requests/{number}.{format}"), 404)
        refused(get(f"tokens/{number}.{format}"), 404)


@pytest.mark.parametrize("format", FORMATS)
def test_id_is_its_own_token(made, get, format):
    number = made()
    assert parsed(get(f"tokens/{number}.{format}")) == [{"service_request_id": number, "token": number}]


def test_words_in_english_for_who_asks_for_them(made, get):
    assert get(f"requests/{made()}.json", lang="en").json()[0]["status_notes"] == "Reported"
