"""The dispatcher's desk: its lists, the chosen matter, and decisions that are taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

HERE = {"lon": 107.0005, "lat": 29.0005}
HTML = {"accept": "text/html"}
LISTS = ("unlocated", "doubtful", "overdue", "soon", "duplicates", "new")


def shown(client: Any, name: str) -> tuple[set[str], dict[str, int]]:
    """The numbers in a list, and what the desk counts in each."""
    page = client.get(f"/desk?part=list&list={name}", headers=HTML).text
    counts = re.findall(r'data-list="(\w+)".*?<b[^>]*>([\d,]+)</b>', page, re.S)
    return set(re.findall(r'<li id="(\d+)">', page)), {each: int(count.replace(",", "")) for each, count in counts}


def test_matter_stands_in_the_list_that_it_waits_in(client_for: Callable[..., Any], report: Callable[..., Any]) -> None:
    worker = client_for("worker")
    placed = report("甲", building_id="B1")["id"]
    repeated = report("单车棚的顶棚塌了一块", building_id="B1"), report("单车棚顶棚塌了一块", building_id="B1")
    _, before = shown(worker, "new")
    assert placed in shown(worker, "new")[0]
    assert repeated[1]["id"] in shown(worker, "duplicates")[0]
    assert repeated[0]["id"] not in shown(worker, "duplicates")[0]
    answer = worker.post(f"/api/issues/{placed}/transitions", json={"to": "accepted"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    found, after = shown(worker, "new")
    assert placed not in found
    assert after["new"] == before["new"] - 1


@pytest.mark.parametrize("name", LISTS)
def test_count_is_that_of_the_list(client_for: Callable[..., Any], report: Callable[..., Any], name: str) -> None:
    report("乙", building_id="B1")
    found, counts = shown(client_for("worker"), name)
    assert len(found) == min(counts[name], 60)


def test_list_that_is_as_it_was_is_not_sent_again(client_for: Callable[..., Any], report: Callable[..., Any]) -> None:
    worker = client_for("worker")
    first = worker.get("/desk?part=list&list=new", headers=HTML)
    again = worker.get("/desk?part=list&list=new", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    report("丙", building_id="B1")
    changed = worker.get("/desk?part=list&list=new", headers={**HTML, "If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


def test_matter_out_of_sight_is_not_shown(client_for: Callable[..., Any], report: Callable[..., Any]) -> None:
    made = report("丁", building_id="B4")
    assert client_for("worker").get(f"/desk/matters/{made['id']}", headers=HTML).status_code == 404
    assert client_for("intake").get("/desk", headers=HTML).status_code == 403


def place_of(issue: Any) -> Any:
    return {name: issue[name] for name in ("location", "grid", "worker", "building", "doubt", "receipt", "community")}


@pytest.mark.parametrize(
    ("said", "known", "where"),
    [
        ("哪里呢", {}, {"grid": "G1"}),
        ("哪里呢", {}, HERE),
        ("长坡门口堆了垃圾", {}, {"building_id": "B4"}),
        ("边上", {"location": {"lon": 107.00099, "lat": 29.0005, "accuracy_m": 20}}, {"grid": "G2"}),
        ("一栋", {"building_id": "B1"}, {"lon": 107.0015, "lat": 29.0005}),
        ("远处", {"location": {"lon": 108, "lat": 29}}, HERE),
    ],
)
def test_place_that_is_taken_back_is_what_it_was(
    client_for: Callable[..., Any], report: Callable[..., Any], said: str, known: dict[str, Any], where: dict[str, Any]
) -> None:
    dispatcher = client_for("dispatcher")
    before = report(said, **known)
    url = f"/api/issues/{before['id']}/location"
    pinned = dispatcher.post(url, json=where, headers={"If-Match": f'"{before["version"]}"'})
    assert pinned.status_code == 200, pinned.text
    assert place_of(pinned.json()) != place_of(before)
    back = dispatcher.post(f"{url}/undo", json={}, headers={"If-Match": pinned.headers["etag"]})
    assert back.status_code == 200, back.text
    assert place_of(back.json()) == place_of(before)
    assert [each["kind"] for each in back.json()["events"]] == ["reported", "located", "located"]
    twice = dispatcher.post(f"{url}/undo", json={}, headers={"If-Match": back.headers["etag"]})
    assert twice.status_code == 409


def test_only_the_own_and_latest_decision_is_taken_back(
    client_for: Callable[..., Any], report: Callable[..., Any]
) -> None:
    dispatcher, planner = client_for("dispatcher"), client_for("planner")
    made = report("一栋", building_id="B1")
    url = f"/api/issues/{made['id']}"
    pinned = dispatcher.post(f"{url}/location", json=HERE)
    match = {"If-Match": pinned.headers["etag"]}
    assert planner.post(f"{url}/location/undo", json={}, headers=match).status_code == 409
    assert client_for("official").post(f"{url}/location/undo", json={}, headers=match).status_code == 403
    assert dispatcher.post(f"{url}/location/undo", json={}).status_code == 428
    taken = dispatcher.post(f"{url}/transitions", json={"to": "accepted"}, headers=match)
    assert dispatcher.post(f"{url}/location/undo", json={}, headers=match).status_code == 412
    late = {"If-Match": taken.headers["etag"]}
    assert dispatcher.post(f"{url}/location/undo", json={}, headers=late).status_code == 409


def test_place_and_urgency_of_what_has_changed_are_not_decided(
    client_for: Callable[..., Any], report: Callable[..., Any]
) -> None:
    dispatcher = client_for("dispatcher")
    made = report("一栋", building_id="B1")
    url, seen = f"/api/issues/{made['id']}", {"If-Match": f'"{made["version"]}"'}
    assert dispatcher.post(f"{url}/transitions", json={"to": "accepted"}, headers=seen).status_code == 200
    assert dispatcher.post(f"{url}/location", json=HERE, headers=seen).status_code == 412
    paced = dispatcher.post(f"{url}/urgency", json={"urgency": "urgent", "note": "有人"}, headers=seen)
    assert paced.status_code == 412
