"""Deadlines, days and services, as an administrator edits them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine

from gis.actor import SYSTEM
from gis.issues.rules import put_deadline
from gis.storage.session import transaction

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


def test_deadline_is_set_as_often_as_one_likes(town_engine: Engine, rule: Any) -> None:
    """Also when the statement has been prepared, which it is at its sixth use on a connection."""
    with transaction(town_engine) as connection:
        numbers = {
            put_deadline(
                connection,
                SYSTEM,
                topic_name=rule["topic"],
                stage="reported",
                urgency="normal",
                amount=float(amount),
                unit="days",
            )
            for amount in range(1, 12)
        }
    assert len(numbers) == 1


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


QUESTION = {"service": "NOISE", "code": "SINCE", "datatype": "text", "description": "多久了？"}


@pytest.fixture
def service(admin: Any, rule: Any) -> Iterator[dict[str, str]]:
    """A service of a topic of its own, that asks nothing."""
    sent = {"code": "ASKS", "name": "问", "topic": rule["topic"], "description": "都问"}
    assert admin.post("/api/rules/services", json=sent).status_code == 204
    yield sent
    assert admin.post("/api/rules/services/ASKS/remove").status_code == 204


def test_question_is_asked_changed_and_asked_no_more(admin: Any, service: dict[str, str]) -> None:
    def told() -> list[Any]:
        asked: list[Any] = admin.get("/open311/v2/services/ASKS.json").json()["attributes"]
        return asked

    since, where = QUESTION | {"service": "ASKS"}, QUESTION | {"service": "ASKS", "code": "WHERE"}
    for sent in (since, where):
        assert admin.post("/api/rules/questions", json=sent).status_code == 204
    first = told()[0]
    assert (first["code"], first["datatype"], first["required"]) == ("SINCE", "text", False)
    choices = [{"key": "day", "name": "一天"}, {"key": "week", "name": "一周"}]
    changed = since | {"datatype": "singlevaluelist", "values": choices, "required": True}
    assert admin.post("/api/rules/questions", json=changed).status_code == 204
    assert admin.post("/api/rules/services", json=service | {"name": "都问"}).status_code == 204
    assert [each["code"] for each in told()] == ["SINCE", "WHERE"]
    assert (told()[0]["values"], told()[0]["required"]) == (choices, True)
    shown = {each["code"]: each for each in admin.get("/api/rules").json()["services"]}["ASKS"]["questions"]
    assert shown[0]["values"] == {"day": "一天", "week": "一周"}
    assert admin.post("/api/rules/questions/ASKS/SINCE/remove").status_code == 204
    assert [each["code"] for each in told()] == ["WHERE"]
    assert admin.post("/api/rules/questions/ASKS/SINCE/remove").status_code == 404
    assert admin.post("/api/rules/questions", json=QUESTION | {"service": "NOTHING"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"code": "多久"}, "code"),
        ({"description": " "}, "description"),
        ({"datatype": "colour"}, "datatype"),
        ({"datatype": "singlevaluelist"}, "values"),
        ({"values": [{"key": "day", "name": "一天"}]}, "values"),
        ({"datatype": "multivaluelist", "values": [{"key": "a", "name": "甲"}, {"key": "a", "name": "乙"}]}, "values"),
        ({"datatype": "multivaluelist", "values": [{"key": "a", "name": "甲"}, {"key": "乙", "name": ""}]}, "values"),
    ],
)
def test_question_that_nobody_could_answer_is_refused(admin: Any, changes: dict[str, Any], where: str) -> None:
    refused = admin.post("/api/rules/questions", json=QUESTION | changes)
    assert (refused.status_code, [each["where"] for each in refused.json()["errors"]]) == (422, [where])


def test_rules_are_an_administrators(client_for: Any) -> None:
    assert client_for("dispatcher").get("/api/rules").status_code == 403
    assert client_for("dispatcher", browser=True).get("/admin/rules").status_code == 403
    page = client_for("admin", browser=True).get("/admin/rules").text
    for shown in ("网民呼叫", "SANITATION", "个工作小时"):
        assert shown in page
