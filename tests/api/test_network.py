"""The network grid over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.schemas.geojson import FeatureCollection
from api.schemas.network import HouseProperties
from tests.world import COMMUNITY

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
LATER = TODAY + timedelta(days=400)
"""Tests share the town: each changes days of its own, far from today."""


def groups(client, **asked):
    answer = client.get("/api/groups", params=asked)
    assert answer.status_code == 200, answer.text
    return {each["code"]: each for each in answer.json()}


def test_groups_tell_what_they_cover(admin):
    covered = {code: (each["grid_codes"], each["building_ids"]) for code, each in groups(admin).items() if code < "QD"}
    assert covered == {"QA": (["G1"], []), "QB": (["G2", "G4"], []), "QC": ([], ["B5"])}


def test_figures_open_the_rows_that_they_count(admin):
    found = admin.get("/api/network", params={"at": "2024-06-01T04:00:00Z"}).json()
    assert found["uncovered_buildings"]["of"] == 5
    for name in ("uncovered_buildings", "shared_buildings"):
        answer = admin.get(found[name]["rows"])
        FeatureCollection[HouseProperties].model_validate_json(answer.content)
        assert answer.json()["numberReturned"] == found[name]["count"]
    for figure in (found["missing_role"], found["silent"], found["spanning"], *found["missing_by_role"].values()):
        assert len(admin.get(figure["rows"]).json()) == figure["count"]
    assert found["spanning"]["count"] == 1


def test_houses_come_page_by_page(admin):
    page, seen = admin.get("/api/network/buildings", params={"limit": 2}).json(), []
    while True:
        seen += [feature["id"] for feature in page["features"]]
        if not page["next"]:
            break
        page = admin.get(page["next"]).json()
    assert seen == ["B1", "B2", "B3", "B4", "B5"]
    assert [f["id"] for f in admin.get("/api/network/buildings?group=QB").json()["features"]] == ["B3", "B4"]
    assert [f["id"] for f in admin.get("/api/network/buildings?grid=G4").json()["features"]] == ["B4"]


def test_official_is_told_no_house_with_few_households(admin, client_for):
    address = "/api/network/buildings?grid=G1"
    counts = [
        [feature["properties"]["households"] for feature in client.get(address).json()["features"]]
        for client in (admin, client_for("official"))
    ]
    assert counts == [[1, 0], [0, 0]]
    assert client_for("official").get("/api/network").json()["least"] == 5


def test_group_head_sees_no_group_without_a_post_in_it(client_for):
    head = client_for("group_head")
    assert groups(head) == {}
    assert head.get("/api/groups/QA").status_code == 404


def test_cover_is_added_ended_and_taken_back(admin):
    day, later = LATER.isoformat(), (LATER + timedelta(days=9)).isoformat()
    house = {"building_id": "B1"}
    assert admin.post("/api/groups/QC/covers", json={**house, "from": day}).status_code == 204
    assert groups(admin)["QC"]["building_ids"] == ["B5"]
    assert groups(admin, at=day)["QC"]["building_ids"] == ["B1", "B5"]
    refused = admin.post("/api/groups/QC/covers", json={**house, "from": later})
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert admin.post("/api/groups/QC/covers/end", json={**house, "on": later}).status_code == 204
    assert groups(admin, at=later)["QC"]["building_ids"] == ["B5"]
    for part in ("end", "begin"):
        undone = admin.post("/api/groups/QC/covers/undo", json={**house, "from": day, "part": part})
        assert undone.status_code == 204, undone.text
    assert groups(admin, at=later)["QC"]["building_ids"] == ["B5"]


def test_role_is_given_ended_and_taken_back(admin):
    day, later = LATER.isoformat(), (LATER + timedelta(days=9)).isoformat()
    who = {"worker": "W9", "role": "group_head"}
    assert admin.post("/api/groups/QB/posts", json={**who, "from": day}).status_code == 204
    assert admin.post("/api/groups/QB/posts/end", json={**who, "on": later}).status_code == 204
    full = admin.get("/api/groups/QB").json()
    assert [(each["worker_name"], each["valid_from"], each["valid_to"]) for each in full["all_roles"]] == [
        ("周九", day, later)
    ]
    assert "group_head" in full["missing_roles"]
    assert "group_head" not in groups(admin, at=day)["QB"]["missing_roles"]
    assert admin.post("/api/groups/QB/posts/undo", json={**who, "from": day, "part": "begin"}).status_code == 204
    assert admin.get("/api/groups/QB").json()["all_roles"] == []


def test_group_is_created_and_renamed(admin):
    new = {"code": "QN", "name": "新群", "community": COMMUNITY}
    assert admin.post("/api/groups", json=new).status_code == 204
    assert admin.post("/api/groups", json=new).status_code == 409
    assert admin.post("/api/groups/QN/name", json={"name": "新老群"}).status_code == 204
    assert groups(admin)["QN"]["name"] == "新老群"
    assert "no_cover" in groups(admin, problem="no_cover")["QN"]["problems"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("covers", {"grid": "G1", "from": LATER.isoformat()}),
        ("posts", {"worker": "W9", "role": "group_head", "from": LATER.isoformat()}),
        ("name", {"name": "改名"}),
    ],
)
def test_who_may_change_groups(client_for, path, body):
    answers = {
        role: client_for(role).post(f"/api/groups/QX/{path}", json=body).status_code
        for role in ("admin", "dispatcher", "planner", "official", "worker", "group_head", "intake")
    }
    planner = 403 if path == "posts" else 404
    assert answers == {
        "admin": 404,
        "dispatcher": 404,
        "planner": planner,
        "official": 403,
        "worker": 403,
        "group_head": 403,
        "intake": 403,
    }


def test_faults_of_a_change_are_told_as_faults(admin):
    yesterday = (TODAY - timedelta(days=2)).isoformat()
    answer = admin.post("/api/groups/QA/covers", json={"grid": "G9", "from": yesterday, "to": yesterday})
    assert answer.status_code == 422
    assert {(each["where"], each["code"]) for each in answer.json()["errors"]} == {
        ("from", "in_the_past"),
        ("to", "bad_period"),
        ("grid", "unknown_grid"),
    }
    for body in ({"grid": "G1", "building_id": "B1", "from": "2030-01-01"}, {"grid": "G1", "from": "soon"}):
        assert admin.post("/api/groups/QA/covers", json=body).status_code == 422


def test_matters_of_a_group_are_those_behind_its_number(admin, report):
    report("楼道灯坏了", group="QB")
    found = groups(admin)["QB"]["activity"]
    since = (datetime.now(UTC) - timedelta(weeks=12)).isoformat()
    rows = admin.get("/api/issues", params={"group": "QB", "from": since, "limit": 1000}).json()
    assert found["matters"] == len(rows["features"]) > 0
    assert "silent" not in groups(admin)["QB"]["problems"]
    assert admin.get("/api/issues?group=nowhere").status_code == 422
