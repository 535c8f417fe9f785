"""`/api/audit`: who looked at whom, told to administrators."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from gis.actor import SYSTEM
from gis.security.audit import record
from gis.storage.session import transaction
from gis.storage.tables import unmasking


@pytest.mark.parametrize("who", ["dispatcher", "official", "planner", "赵一", "周九", "intake"])
def test_only_administrators_read_the_log(sign_in, who):
    assert sign_in(who).get("/api/audit").status_code == 403


def test_resident_is_told_who_saw_them_and_nobody_else_is_in_it(sign_in, lived, matter):
    worker, admin, issue = sign_in("赵一"), sign_in("admin"), matter("B1")
    for subject in (
        {"resident_id": str(lived.people["李小四"])},
        {"household_id": str(lived.homes["张家"])},
        {"vehicle_id": str(lived.cars["渝A·12345"])},
        {"resident_id": str(lived.people["赵钱孙"])},
    ):
        worker.post("/api/unmask", json={**subject, "issue_id": issue, "purpose": "核对车主"})
    found = admin.get("/api/audit", params={"resident_id": lived.people["李小四"]}).json()["entries"]
    assert {each["subject"]["kind"] for each in found if each["issue_id"] == issue} == {
        "resident",
        "household",
        "vehicle",
    }
    assert str(lived.people["赵钱孙"]) not in {
        each["subject"]["id"] for each in found if each["subject"]["kind"] == "resident"
    }


def test_log_is_found_by_the_number_that_was_seen(sign_in, lived, matter):
    issue = matter("B1")
    body = {"household_id": str(lived.homes["B1 1"]), "issue_id": issue, "purpose": "核对电话"}
    sign_in("dispatcher").post("/api/unmask", json=body)
    found = sign_in("admin").get("/api/audit", params={"phone": "14200000002"}).json()["entries"]
    assert issue in {each["issue_id"] for each in found}


def searches(sign_in, resident_id):
    """Who looked for a resident, by the number of the entry: other tests have looked too."""
    asked = {"resident_id": resident_id, "limit": 1000}
    found = sign_in("admin").get("/api/audit", params=asked).json()["entries"]
    return {each["id"]: each["actor"] for each in found if each["action"] == "search"}


def test_resident_is_told_who_looked_for_their_number_and_of_exports_in_clear(sign_in, lived, lived_engine):
    others_before = searches(sign_in, lived.people["李小四"])
    sign_in("赵一").get("/api/households", params={"q": "14200000001"})
    with transaction(lived_engine) as connection:
        for in_clear in (True, False):
            told = {"kind": "households", "in_clear": in_clear}
            record(connection, SYSTEM, "export", purpose="搬到新服务器", detail=told)
    log = sign_in("admin")
    for asked in ({"resident_id": lived.people["张三丰"]}, {"phone": "14200000001"}):
        found = log.get("/api/audit", params=asked).json()["entries"]
        assert "search" in {each["action"] for each in found}
        assert {each["detail"]["in_clear"] for each in found if each["action"] == "export"} == {True}
    assert searches(sign_in, lived.people["李小四"]) == others_before


def test_owner_of_a_car_is_told_who_looked_for_its_plate(sign_in, lived):
    before = searches(sign_in, lived.people["李小四"])
    sign_in("赵一").get("/api/households", params={"q": "渝a12345"})
    sign_in("孙三").get("/api/households", params={"q": "渝a12345"})  # lives out of sight: nothing of it was seen
    after = searches(sign_in, lived.people["李小四"])
    assert [who for entry, who in after.items() if entry not in before] == ["赵一"]


def test_number_in_a_purpose_is_masked_before_it_is_kept(sign_in, lived, matter, lived_engine):
    purpose = "回电14200000001渝A12345"
    body = {"resident_id": str(lived.people["张三丰"]), "issue_id": matter("B1"), "purpose": purpose}
    assert sign_in("赵一").post("/api/unmask", json=body).status_code == 200
    entry = sign_in("admin").get("/api/audit", params={"issue_id": body["issue_id"]}).json()["entries"][0]
    with transaction(lived_engine) as connection:
        kept = connection.scalars(select(unmasking.c.purpose)).all()
    assert {entry["purpose"], *kept} == {"回电142****0001渝A***45"}


def test_log_is_narrowed_and_paged(sign_in, lived, matter):
    worker, admin, issue = sign_in("赵一"), sign_in("admin"), matter("B1")
    for _ in range(3):
        body = {"resident_id": str(lived.people["张三丰"]), "issue_id": issue, "purpose": "联系住户"}
        worker.post("/api/unmask", json=body)
    asked = {"subject_kind": "resident", "subject_id": lived.people["张三丰"], "issue_id": issue, "limit": 2}
    first = admin.get("/api/audit", params=asked).json()
    second = admin.get(first["next"]).json()
    found = [each["id"] for page in (first, second) for each in page["entries"]]
    assert len(found) == len(set(found)) == 3
    assert second["next"] is None
    assert admin.get("/api/audit", params={"to": "2020-01-01"}).json()["entries"] == []
    assert admin.get("/api/audit", params={"from": "2020-01-01", "limit": 1}).json()["numberReturned"] == 1


def test_failed_sign_in_is_on_record_without_what_was_typed(nobody_signed_in, sign_in):
    for name in ("dispatcher", "hunter2"):
        tried = nobody_signed_in.post("/api/token", data={"username": name, "password": "wrong password"})
        assert tried.status_code == 401
    unknown, known = (
        sign_in("admin").get("/api/audit", params={"action": "sign_in_failed", "limit": 2}).json()["entries"]
    )
    assert (known["subject"]["kind"], unknown["subject"]) == ("account", None)
    assert "hunter2" not in str(unknown)


def test_what_is_done_with_an_account_is_on_record(sign_in, lived):
    admin, account_id = sign_in("admin"), lived.actors["官"].account_id
    assert admin.post(f"/api/accounts/{account_id}/unlock").status_code == 204
    asked = {"subject_kind": "account", "subject_id": account_id, "limit": 1}
    latest = admin.get("/api/audit", params=asked).json()["entries"][0]
    assert (latest["actor"], latest["action"]) == ("admin", "unlock_account")
