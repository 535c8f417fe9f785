"""`POST /api/unmask`: for a named matter, for a purpose, for a time, and on record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from gis.storage.session import transaction


def unmask(client, **body):
    return client.post("/api/unmask", json={"purpose": "联系住户关水阀", **body})


def test_household_is_seen_in_clear_until_it_expires(sign_in, lived, lived_engine, matter):
    client, home = sign_in("赵一"), str(lived.homes["张家"])
    answer = unmask(client, household_id=home, issue_id=matter("B1"))
    assert answer.status_code == 200, answer.text
    seen = answer.json()["household"]
    assert (seen["door"], seen["vehicles"][0]["plate"]) == ("2", "渝A·12345")
    assert [(each["name"], each["phone"]) for each in seen["residents"]] == [
        ("张三丰", "14200000001"),
        ("李小四", None),
    ]
    ends = datetime.fromisoformat(answer.json()["expires_at"])
    assert timedelta(minutes=14) < ends - datetime.now(UTC) <= timedelta(minutes=15)
    assert client.get(f"/api/households/{home}").json()["residents"][0]["name"] == "张三丰"
    with transaction(lived_engine) as connection:
        connection.execute(text("UPDATE unmasking SET expires_at = now() - interval '1 s'"))
    assert client.get(f"/api/households/{home}").json()["residents"][0]["name"] == "张**"


def test_only_the_account_that_asked_sees_it(sign_in, lived, matter):
    unmask(sign_in("赵一"), household_id=str(lived.homes["张家"]), issue_id=matter("B1"))
    for who in ("dispatcher", "admin", "周九"):
        assert "张三丰" not in sign_in(who).get("/api/residents").text


def test_resident_and_vehicle_are_seen_alone(sign_in, lived, matter):
    client, issue = sign_in("赵一"), matter("B1")
    person = unmask(client, resident_id=str(lived.people["张三丰"]), issue_id=issue).json()["resident"]
    assert (person["name"], person["phone"]) == ("张三丰", "14200000001")
    car = unmask(client, vehicle_id=str(lived.cars["渝A·12345"]), issue_id=issue).json()["vehicle"]
    assert car["plate"] == "渝A·12345"
    home = client.get(f"/api/households/{lived.homes['张家']}").json()
    assert [each["name"] for each in home["residents"]] == ["张三丰", "李**"]
    assert (home["door"], home["vehicles"][0]["plate"]) == ("*", "渝A·12345")


def test_reporter_of_a_matter_is_seen(sign_in, matter):
    issue = matter("B1", text="我是周小七，打14200000009", name="周小七", phone="14200000009")
    seen = unmask(sign_in("赵一"), issue_id=issue).json()
    assert seen["reporter"] == {"name": "周小七", "phone": "14200000009"}
    assert seen["text"] == "我是周小七，打14200000009"
    again = sign_in("赵一").get(f"/api/issues/{issue}").json()
    assert (again["text"], again["reporter"]) == (seen["text"], seen["reporter"])
    assert again["unmasked_until"] == seen["expires_at"]
    assert "14200000009" not in sign_in("dispatcher").get(f"/api/issues/{issue}").text
    found = sign_in("admin").get("/api/audit", params={"phone": "142 0000 0009"}).json()["entries"]
    assert issue in {each["issue_id"] for each in found}


def test_matter_elsewhere_in_the_grid_will_do(sign_in, lived, matter):
    assert unmask(sign_in("赵一"), household_id=str(lived.homes["张家"]), issue_id=matter("B2")).status_code == 200


def test_matter_of_another_grid_will_not(sign_in, lived, matter):
    answer = unmask(sign_in("dispatcher"), household_id=str(lived.homes["张家"]), issue_id=matter("B3"))
    assert answer.status_code == 403
    assert "another grid" in answer.json()["detail"]


@pytest.mark.parametrize("status", ["resolved", "closed", "withdrawn"])
def test_matter_that_is_not_open_will_not(sign_in, lived, matter, status):
    answer = unmask(sign_in("赵一"), household_id=str(lived.homes["张家"]), issue_id=matter("B1", status=status))
    assert answer.status_code == 403
    assert "not open" in answer.json()["detail"]


def test_person_is_masked_again_when_the_matter_is_closed(sign_in, lived, lived_engine, matter):
    client, issue = sign_in("赵一"), matter("B1")
    unmask(client, household_id=str(lived.homes["张家"]), issue_id=issue)
    with transaction(lived_engine) as connection:
        connection.execute(text("UPDATE issue SET status = 'closed' WHERE id = :id"), {"id": int(issue)})
    assert "张三丰" not in client.get("/api/residents").text


@pytest.mark.parametrize("who", ["official", "planner", "周九", "intake"])
def test_roles_that_may_not_are_refused(sign_in, lived, matter, who):
    answer = unmask(sign_in(who), household_id=str(lived.homes["张家"]), issue_id=matter("B1"))
    assert answer.status_code == 403
    latest = sign_in("admin").get("/api/audit", params={"actor": who, "limit": 1}).json()["entries"][0]
    assert latest["action"] == "unmask_refused"


def test_foreign_household_and_foreign_matter_are_not_found(sign_in, lived, matter):
    client = sign_in("赵一")
    assert unmask(client, household_id=str(lived.homes["B3 1"]), issue_id=matter("B1")).status_code == 404
    assert unmask(client, household_id=str(lived.homes["张家"]), issue_id=matter("B3")).status_code == 404
    assert unmask(client, resident_id="999999", issue_id=matter("B1")).status_code == 404
    assert unmask(client, resident_id=str(lived.people["张三丰"]), issue_id="999999").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"issue_id": "1", "purpose": "看看"},
        {"issue_id": "1", "purpose": "x" * 201},
        {"issue_id": "1", "purpose": "    "},
        {"issue_id": "1", "household_id": "1", "resident_id": "1"},
        {"household_id": "1"},
        {"issue_id": "一"},
    ],
)
def test_purpose_matter_and_just_one_subject_are_needed(sign_in, body):
    assert unmask(sign_in("赵一"), **body).status_code == 422


def test_each_unmasking_and_each_refusal_is_on_record(sign_in, lived, matter):
    worker, admin = sign_in("赵一"), sign_in("admin")
    person, issue = str(lived.people["张三丰"]), matter("B1")
    unmask(worker, resident_id=person, issue_id=issue)
    unmask(worker, resident_id=person, issue_id=matter("B1", status="closed"))
    refused, seen = admin.get("/api/audit", params={"actor": "赵一", "limit": 2}).json()["entries"]
    assert (seen["action"], refused["action"]) == ("unmask", "unmask_refused")
    assert seen["subject"] == {"kind": "resident", "id": person}
    assert (seen["issue_id"], seen["purpose"]) == (issue, "联系住户关水阀")
    assert "14200000001" not in str(seen)
    assert "张三丰" not in str(seen)
