"""Topics over HTTP: the one list, its changes, and what a person says of a matter."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

_NUMBERS = count(1)
FIRE = "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"


def topic(admin: Any, name: str) -> dict[str, Any]:
    return next(each for each in admin.get("/api/topics").json()["topics"] if each["name"] == name)


def at(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


@pytest.fixture
def issue_id(admin: Any) -> str:
    sent = {"text": "谢谢网格员", "group": "QA", "source": "wechat_group"}
    return str(admin.post("/api/issues", json=sent).json()["id"])


@pytest.fixture
def new_topic(admin: Any) -> dict[str, Any]:
    """A topic that no other test looks at: all share the service."""
    made: dict[str, Any] = admin.post("/api/topics", json={"name": f"试验{next(_NUMBERS)}", "line": "信访"}).json()
    return made


def test_topics_are_told_with_line_event_class_and_service_code(admin: Any) -> None:
    told = admin.get("/api/topics").json()
    assert [each["name"] for each in told["lines"]][:4] == ["综治", "信访", "应急", "舆情"]
    fire = topic(admin, "消防安全")
    assert (fire["line"], fire["event_class"], fire["service_code"]) == ("应急", "突发事件", "FIRE")
    assert told["model"] is None


def test_receipt_tells_the_words_by_which_a_topic_was_recognised(admin: Any) -> None:
    made = admin.post("/api/issues", json={"text": FIRE, "group": "QA"}).json()
    assert made["category"] == {"line": "应急", "topic": "消防安全"}
    assert made["recognition"] == {"by": "words", "confidence": None, "may_be": []}
    assert made["receipt"]["recognised"] == ["消防水管", "水管"]


def test_person_says_what_a_matter_is_about_and_the_timeline_tells(admin: Any, issue_id: str) -> None:
    chosen = admin.post(f"/api/issues/{issue_id}/topic", json={"topic": "矛盾纠纷", "note": "问过了"})
    assert chosen.status_code == 200
    assert chosen.json()["category"] == {"line": "综治", "topic": "矛盾纠纷"}
    assert chosen.json()["recognition"]["by"] == "person"
    last = admin.get(f"/api/issues/{issue_id}/timeline").json()["events"][-1]
    assert (last["kind"], last["to"], last["note"]) == ("topic", "矛盾纠纷", "问过了")


@pytest.mark.parametrize(
    ("sent", "where"),
    [({"topic": "没有这个"}, "topic"), ({"topic": ""}, "topic"), ({}, "topic"), ({"topic": "矛盾纠纷", "x": 1}, "x")],
)
def test_choice_of_what_is_no_topic_is_refused(admin: Any, issue_id: str, sent: dict[str, Any], where: str) -> None:
    answer = admin.post(f"/api/issues/{issue_id}/topic", json=sent)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)


def test_renamed_topic_is_renamed_on_its_matters(admin: Any, new_topic: dict[str, Any]) -> None:
    made = admin.post("/api/issues", json={"text": "x", "group": "QA", "category": new_topic["name"]}).json()
    body = {"name": new_topic["name"] + "改", "line": "应急"}
    changed = admin.post(f"/api/topics/{new_topic['id']}", json=body, headers=at(new_topic["version"]))
    assert (changed.status_code, changed.json()["name"]) == (200, body["name"])
    assert changed.headers["etag"] == f'"{changed.json()["version"]}"'
    assert admin.get(f"/api/issues/{made['id']}").json()["category"]["topic"] == body["name"]
    found = admin.get("/api/issues", params={"topic": body["name"]}).json()["features"]
    assert [each["properties"]["id"] for each in found] == [made["id"]]


def test_of_two_who_change_a_topic_the_first_wins_and_the_second_is_told(admin: Any, new_topic: dict[str, Any]) -> None:
    body = {"name": new_topic["name"], "line": "信访", "hazard": True}
    seen = new_topic
    statuses = [
        admin.post(f"/api/topics/{seen['id']}", json=body, headers=headers).status_code
        for headers in (at(seen["version"]), at(seen["version"]), {}, {"If-Match": "x"}, {"If-Match": "*"})
    ]
    assert statuses == [200, 412, 428, 422, 200]


def test_retired_topic_is_no_service_of_open311_until_it_is_restored(admin: Any) -> None:
    def codes() -> set[str]:
        return {each["service_code"] for each in admin.get("/open311/v2/services.json").json()}

    noise = topic(admin, "噪音扰民")
    assert "NOISE" in codes()
    retired = admin.post(f"/api/topics/{noise['id']}/retire", headers=at(noise["version"]))
    try:
        assert (retired.json()["retired"], "NOISE" in codes()) == (True, False)
        sent = {"text": "广场舞太吵", "group": "QA"}
        assert admin.post("/api/issues", json=sent).json()["category"]["topic"] is None
    finally:
        admin.post(f"/api/topics/{noise['id']}/restore", headers=at(retired.json()["version"]))
    assert "NOISE" in codes()


def test_new_topic_and_line_are_there_at_once_and_a_second_of_the_name_is_refused(admin: Any) -> None:
    assert admin.post("/api/lines", json={"name": "民生"}).status_code == 201
    assert admin.post("/api/lines", json={"name": "民生"}).status_code == 409
    made = admin.post("/api/topics", json={"name": "宠物", "line": "民生"})
    assert (made.status_code, made.json()["service_code"]) == (201, None)
    assert admin.post("/api/topics", json={"name": "宠物"}).status_code == 409
    assert admin.post("/api/topics", json={"name": "植物", "line": "没有"}).json()["errors"][0]["where"] == "line"
    line = admin.get("/api/topics").json()["lines"][-1]
    renamed = admin.post(f"/api/lines/{line['id']}", json={"name": "民生服务"}, headers=at(line["version"]))
    assert (renamed.status_code, topic(admin, "宠物")["line"]) == (200, "民生服务")


@pytest.mark.parametrize("path", ["/api/topics/999999999", "/api/topics/x/retire", "/api/lines/999999999"])
def test_what_does_not_exist_is_not_found(admin: Any, path: str) -> None:
    assert admin.post(path, json={"name": "x"}, headers={"If-Match": "*"}).status_code == 404


def test_topics_are_edited_by_administrators_alone_and_read_by_all_who_read(client_for: Any) -> None:
    for role in ("dispatcher", "worker", "official"):
        client = client_for(role)
        assert client.get("/api/topics").status_code == 200
        refused = [
            client.post("/api/topics", json={"name": "x"}),
            client.post("/api/topics/1", json={"name": "x"}, headers={"If-Match": "*"}),
            client.post("/api/topics/1/retire", headers={"If-Match": "*"}),
            client.post("/api/lines", json={"name": "x"}),
            client_for(role, browser=True).get("/admin/topics"),
        ]
        assert {answer.status_code for answer in refused} == {403}
    assert client_for("intake").get("/api/topics").status_code == 403


def test_page_of_topics_shows_lines_crosswalk_and_that_nothing_is_learned(client_for: Any) -> None:
    page = client_for("admin", browser=True).get("/admin/topics").text
    for shown in ("综治", "消防安全", "突发事件", "FIRE", "还没有学习"):
        assert shown in page


def test_matters_page_says_by_what_its_topic_is_known_and_lets_who_may_choose(client_for: Any, issue_id: str) -> None:
    assert (
        f'data-post="/api/issues/{issue_id}/topic"'
        in client_for("worker", browser=True).get(f"/issues/{issue_id}").text
    )
    assert f"/api/issues/{issue_id}/topic" not in client_for("official", browser=True).get(f"/issues/{issue_id}").text
    client_for("dispatcher").post(f"/api/issues/{issue_id}/topic", json={"topic": "矛盾纠纷"})
    page = client_for("official", browser=True).get(f"/issues/{issue_id}").text
    assert "人工选定" in page
    assert "选定类别" in page
