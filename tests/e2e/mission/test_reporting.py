"""The mission's own cases, sent over HTTP to the service with the demonstration community."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gis.crs import from_wgs84
from tests.e2e.conftest import PASSWORD

LEAK = "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"
BLOCKED = "我的车被别个的车堵到了，司机没留电话，我要送娃儿上学"


@pytest.fixture(scope="module")
def dispatcher(service_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service_url) as client:
        signed_in = client.post("/api/token", data={"username": "dispatcher", "password": PASSWORD})
        client.headers["authorization"] = f"Bearer {signed_in.json()['access_token']}"
        yield client


@pytest.fixture(scope="module")
def groups(dispatcher: httpx.Client) -> dict[str, Any]:
    return {group["name"]: group for group in dispatcher.get("/api/groups").json()}


def report(client: httpx.Client, **known: Any) -> dict[str, Any]:
    answer = client.post("/api/issues", json={"source": "wechat_group"} | known)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    "known",
    [
        {"text": LEAK, "group": "金佛尚城业主群"},
        {"text": LEAK, "address": "金佛尚城"},
        {"text": LEAK, "address": "金佛尚城3栋"},
        {"text": f"我住金佛尚城三幢。{LEAK}"},
    ],
    ids=["from its group", "compound named", "building named", "named in the text"],
)
def test_leaking_pipe_lands_at_its_compounds_grid_and_worker(
    dispatcher: httpx.Client, groups: dict[str, Any], known: dict[str, Any]
) -> None:
    home = groups["金佛尚城业主群"]
    if "group" in known:
        known = known | {"group": home["code"]}
    answer = report(dispatcher, **known)
    assert [answer["grid"]["code"]] == home["grid_codes"]
    number = int(answer["grid"]["code"][-3:])
    assert (answer["worker"]["id"], answer["worker"]["role"]) == (f"W{number:03}", "grid_worker")
    assert (answer["category"]["topic"], answer["hazard"]) == ("消防安全", True)


def test_blocked_car_lands_at_its_groups_grid_and_the_receipt_says_that_the_group_decided(
    dispatcher: httpx.Client, groups: dict[str, Any]
) -> None:
    group = groups["长远小区居民群"]
    answer = report(dispatcher, text=BLOCKED, group=group["code"])
    assert [answer["grid"]["code"]] == group["grid_codes"]
    assert answer["worker"]["role"] == "grid_worker"
    assert answer["location"]["method"] == "group"
    assert answer["receipt"]["method"] == "group"
    assert answer["receipt"]["group"] == {"code": group["code"], "name": "长远小区居民群"}


def test_one_place_in_three_datums_is_in_one_grid(dispatcher: httpx.Client) -> None:
    there = dispatcher.get("/api/locate", params={"text": "金佛尚城3栋"}).json()["location"]
    found = set()
    for datum in ("wgs84", "gcj02", "bd09"):
        lon, lat = from_wgs84(there["lon"], there["lat"], datum=datum)
        answer = report(dispatcher, text="路灯不亮", location={"lon": lon, "lat": lat, "crs": datum, "accuracy_m": 5})
        found.add(answer["grid"]["code"])
        assert answer["location"]["lon"] == pytest.approx(there["lon"], abs=1e-7)
        assert answer["location"]["lat"] == pytest.approx(there["lat"], abs=1e-7)
    assert len(found) == 1
