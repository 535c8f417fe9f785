"""Deadlines, days and services, as an administrator edits them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

import pytest

_NUMBERS = count(1)


@pytest.fixture
def rule(admin: Any) -> Any:
    """A rule of a topic of its own, that no other test looks at."""
    name = f"时限{next(_NUMBERS)}"
    admin.post("/api/topics", json={"name": name})
    return {"topic": name, "stage": "reported", "urgency": "normal", "amount": 3, "unit": "days"}


def rules_of(admin: Any, topic: str) -> list[dict[str, Any]]:
    return [each for each in admin.get("/api/rules").json()["deadlines"] if each["topic"] == topic]


def days_given(admin: Any, topic: str) -> int:
    made = admin.post("/api/issues", json={"text": "x", "group": "QA", "category": topic}).json()
    return (datetime.fromisoformat(made["due_at"]) - datetime.fromisoformat(made["reported_at"])).days


def test_deadline_that_is_set_holds_for_matters_from_then_on(admin: Any, rule: Any) -> None:
    assert admin.post("/api/rules/deadlines", json=rule).status_code == 204
    assert days_given(admin, rule["topic"]) == 3
    admin.post("/api/rules/deadlines", json=rule | {"amount": 5})
    assert days_given(admin, rule["topic"]) == 5
    [held] = rules_of(admin, rule["topic"])
    assert admin.post(f"/api/rules/deadlines/{held['id']}/remove").status_code == 204
    assert rules_of(admin, rule["topic"]) == []
    assert admin.post(f"/api/rules/deadlines/{held['id']}/remove").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"topic": "没有这个"}, "topic"),
        ({"amount": 0}, "amount"),
        ({"unit": "weeks"}, "unit"),
        ({"stage": "closed"}, "stage"),
    ],
)
def test_deadline_that_cannot_be_is_refused(admin: Any, rule: Any, wrong: Any, where: str) -> None:
    answer = admin.post("/api/rules/deadlines", json=rule | wrong)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)


def test_day_is_added_changed_and_taken_away(admin: Any) -> None:
    def held() -> list[Any]:
        return [each for each in admin.get("/api/rules").json()["days"] if each["day"] == "2031-05-06"]

    for worked in (True, False):
        sent = {"day": "2031-05-06", "worked": worked, "name": "社区日"}
        assert admin.post("/api/rules/days", json=sent).status_code == 204
        assert held() == [{"day": "2031-05-06", "worked": worked, "name": "社区日"}]
    assert admin.post("/api/rules/days/2031-05-06/remove").status_code == 204
    assert held() == []
    assert admin.post("/api/rules/days/2031-05-06/remove").status_code == 404
    assert admin.post("/api/rules/days/never/remove").status_code == 404
    assert admin.post("/api/rules/days", json={"day": "x", "worked": True}).status_code == 422


def test_service_that_is_offered_is_told_by_open311(admin: Any, rule: Any) -> None:
    sent = {"code": "PETS", "name": "宠物", "topic": rule["topic"], "description": "猫狗"}
    assert admin.post("/api/rules/services", json=sent).status_code == 204
    try:
        told = {each["service_code"]: each for each in admin.get("/open311/v2/services.json").json()}
        assert (told["PETS"]["service_name"], told["PETS"]["description"]) == ("宠物", "猫狗")
        assert admin.post("/api/rules/services", json=sent | {"code": "CATS"}).status_code == 409
        assert admin.post("/api/rules/services", json=sent | {"topic": "没有这个"}).status_code == 422
    finally:
        assert admin.post("/api/rules/services/PETS/remove").status_code == 204
    assert "PETS" not in {each["service_code"] for each in admin.get("/open311/v2/services.json").json()}


def test_rules_are_an_administrators(client_for: Any) -> None:
    assert client_for("dispatcher").get("/api/rules").status_code == 403
    assert client_for("dispatcher", browser=True).get("/admin/rules").status_code == 403
    page = client_for("admin", browser=True).get("/admin/rules").text
    for shown in ("网民呼叫", "SANITATION", "个工作小时"):
        assert shown in page
