"""The map of hotspots, with the network shut: what the demonstration hides in its ledger is found, and said rightly."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import APIRequestContext, Page
from sqlalchemy import Engine, select

from gis.hotspots.find import Homes, find_hotspots
from gis.issues.cases import cases
from gis.issues.filters import IssueFilter
from gis.issues.matter_list import unpacked
from gis.network.cover import houses
from gis.network.reach import NetworkFilter, reach
from gis.storage.session import transaction
from gis.storage.tables import building, compound
from tests.e2e.conftest import PASSWORD
from tests.e2e.test_pages import watched

__all__ = ["watched"]

COMMUNITY = "500119003004"
OWN_DAYS = {"from": "2023-04-01", "to": "2023-12-15"}
"""Those of the demonstration: what other tests report, they report today."""
END = datetime(2023, 12, 16, tzinfo=ZoneInfo("Asia/Shanghai"))
HAZARDS = urlencode({"hazard": "true", **OWN_DAYS})
GAS, EBIKES = "丝厂家属区", ("南门安置房", "农机厂宿舍")
pytestmark = pytest.mark.usefixtures("watched")


def asked(request: APIRequestContext, url: str, **params: str) -> dict[str, Any]:
    """The whole answer, however long it takes."""
    for _ in range(120):
        answer = request.get(f"{url}/api/maps/hotspots", params={"hazard": "true", **OWN_DAYS, **params})
        assert answer.status in (200, 202), answer.text()
        found: dict[str, Any] = answer.json()
        if found["complete"]:
            return found
        time.sleep(0.5)
    raise AssertionError("it never ended")


def signed_in_as(page: Page, url: str, name: str, *, width: int = 1440, height: int = 900) -> Page:
    """A page of the same browser in which somebody else is signed in; its context is to be closed."""
    assert page.context.browser is not None
    own = page.context.browser.new_context(viewport={"width": width, "height": height}).new_page()
    own.goto(f"{url}/sign-in")
    own.fill("[name=username]", name)
    own.fill("[name=password]", PASSWORD)
    own.press("[name=password]", "Enter")
    own.wait_for_load_state("networkidle")
    return own


@pytest.fixture(scope="module")
def answer(signed_in_page: Page, service_url: str) -> dict[str, Any]:
    return asked(signed_in_page.request, service_url)


def test_numbers_are_those_of_the_statistics_themselves(answer: dict[str, Any], demonstration_engine: Engine) -> None:
    with transaction(demonstration_engine) as connection:
        frame = cases(connection, IssueFilter(community=COMMUNITY, hazard=True, until=END))
        now = frame["time"].iloc[-1].to_pydatetime()
        everywhere = NetworkFilter(community=COMMUNITY, at=now, until=now)
        stand = houses(connection, everywhere, reach(connection, everywhere))
    places = np.array([json.loads(each.geometry)["coordinates"] for each in stand])
    homes = Homes(places[:, 0], places[:, 1], np.array([each.homes for each in stand], dtype=float))
    own = find_hotspots(frame["lon"].to_numpy(), frame["lat"].to_numpy(), homes=homes)
    told = {cell["id"]: cell["properties"] for cell in answer["cells"]}
    assert list(told) == list(own.cells.index)
    for name in ("count", "class"):
        assert [each[name] for each in told.values()] == own.cells[name].tolist()
    tested = own.cells["p"].notna()
    p = [each["p"] for each, there in zip(told.values(), tested, strict=True) if there]
    assert p == own.cells["p"][tested].tolist()
    method = answer["method"]
    assert (method["cells"]["size_m"], method["permutations"], method["seed"]) == (100, 99_999, 0)
    assert (answer["cases"], answer["matters"]) == (len(frame), method["points"] + answer["matters"] - len(frame))


def test_hot_is_where_the_demonstration_put_it(answer: dict[str, Any], demonstration_engine: Engine) -> None:
    hot = [each for each in answer["cells"] if each["properties"]["class"].startswith("hot")]
    assert 1 <= len(hot) <= 10
    corners = np.array([corner for each in hot for corner in each["geometry"]["coordinates"][0]])
    with transaction(demonstration_engine) as connection:
        of = building.join(compound, compound.c.id == building.c.compound_id)
        query = select(building.c.geom.ST_X(), building.c.geom.ST_Y()).select_from(of)
        there = np.array(connection.execute(query.where(compound.c.name.in_(EBIKES))).all())
    assert np.abs(corners.mean(axis=0) - there.mean(axis=0)).max() < 0.0015


def test_clusters_and_outbreaks_say_what_they_share_and_when(answer: dict[str, Any]) -> None:
    shared = {each["value"] for found in answer["clusters"] for each in found["shared"]}
    assert {GAS, *EBIKES} <= shared
    aged = next(each["age"] for each in answer["clusters"] if GAS in {shared["value"] for shared in each["shared"]})
    assert (aged["verdict"], aged["old"] == aged["known"], aged["last_old_year"]) == ("old", True, 2000)
    assert 0.3 < aged["share"] < 0.5
    assert "too_few" in {each["age"]["verdict"] for each in answer["clusters"]}
    gas = next(found for found in answer["scan"] if found["first"] >= "2023-11")
    assert ("2023-11-13" <= gas["first"] <= "2023-11-20", gas["last"] >= "2023-12-10", gas["p"]) == (True, True, 0.001)
    assert gas["count"] > 4 * gas["expected"]


def test_cluster_opens_just_its_matters_for_who_may_see_them(
    answer: dict[str, Any], signed_in_page: Page, service_url: str
) -> None:
    cluster = answer["clusters"][0]
    assert len(unpacked(cluster["matters"][0])) == cluster["count"]
    signed_in_page.goto(f"{service_url}/issues?community={COMMUNITY}&ids={cluster['matters'][0]}")
    assert signed_in_page.locator(".lead strong").text_content() == str(cluster["count"])
    worker = signed_in_as(signed_in_page, service_url, "worker001")
    listed = worker.request.get(f"{service_url}/api/issues", params={"ids": cluster["matters"][0], "limit": "1000"})
    assert listed.json()["numberReturned"] < cluster["count"]
    own = asked(worker.request, service_url)
    assert own["matters"] < answer["matters"]
    assert {each["properties"]["class"] for each in own["cells"]} <= {"too_few", "no_exposure"}
    worker.context.close()


def test_cell_opens_as_many_matters_as_it_counts(
    answer: dict[str, Any], signed_in_page: Page, service_url: str
) -> None:
    cell = max(answer["cells"], key=lambda each: each["properties"]["count"])
    signed_in_page.goto(f"{service_url}/maps/hotspots/cells/{cell['id']}?community={COMMUNITY}&{HAZARDS}")
    assert signed_in_page.locator(".lead strong").text_content() == str(cell["properties"]["count"])


def test_campaign_is_found_to_have_cooled_by_as_much_as_it_did(
    answer: dict[str, Any], signed_in_page: Page, service_url: str
) -> None:
    near = answer["clusters"][0]["near"]
    path = f"{service_url}/api/maps/hotspots/change"
    hazards = {"hazard": "true", **OWN_DAYS}
    told = signed_in_page.request.get(path, params={**hazards, "day": "2023-10-08", "near": near}).json()
    assert (told["direction"], told["compared"], told["may_regress"]) == ("cooled", True, True)
    assert told["low"] < 1 / 7 * 1.5
    assert told["high"] < 0.5
    early = signed_in_page.request.get(path, params={**hazards, "day": "2023-04-02", "near": near})
    assert early.status == 422
    two = signed_in_page.request.get(path, params={"day": "2023-10-08", "near": near, "area": "x"})
    assert [fault["code"] for fault in two.json()["errors"]] == ["two_areas"]


def test_page_shows_what_was_found_in_both_languages(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, faults = watched
    for language, hot in (("en", "cells are hot"), ("zh", "个热点格")):
        page.goto(f"{service_url}/maps/hotspots?{HAZARDS}&lang={language}")
        page.wait_for_selector("body[data-complete]", timeout=60_000)
        assert hot in page.inner_text(".verdict h2")
    said = page.inner_text("#figures")
    for word in ("按户数比较", "2023年4月1日", "100米的格子", "数据截至", "没有位置", "是问题多了，还是反映多了"):
        assert word in said
    assert page.locator("path.cell-hot_95").count() >= 1
    assert page.locator("path.cluster-outline").count() >= 4
    page.check("[name=face][value=trend]", force=True)
    assert page.locator(".cell-sign").count() >= 1
    page.select_option("[name=where]", index=1)
    page.fill("[name=day]", "2023-10-08")
    page.click("[data-campaign] button")
    page.wait_for_selector("#change .change-cooled")
    assert "如果选这里正是因为当时最严重" in page.inner_text("#change")
    assert faults == []


def test_too_few_are_said_to_be_too_few(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, faults = watched
    page.goto(f"{service_url}/maps/hotspots?hazard=true&from=2023-04-01&to=2023-04-03")
    page.wait_for_selector("body[data-complete]", timeout=60_000)
    assert "太少" in page.inner_text(".verdict") or "没有热点" in page.inner_text(".verdict")
    page.goto(f"{service_url}/maps/hotspots?from=2020-04-01&to=2020-04-03")
    page.wait_for_selector("body[data-complete]", timeout=60_000)
    assert "没有带位置的事项" in page.inner_text(".verdict")
    assert faults == []


def test_sheet_and_cells_are_taken_along_from_the_page(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, faults = watched
    page.goto(f"{service_url}/maps/hotspots?hazard=true&rate_per=building&lang=en")
    page.wait_for_selector("body[data-ready]")
    page.click(".take summary")
    with page.expect_download(timeout=90_000) as sheet:
        page.click("a[href*='/api/maps/sheet'][href*='format=pdf'][href*='a4'][href*='portrait']")
        page.wait_for_selector("[data-taking]:not([hidden])")
    assert sheet.value.path().read_bytes().startswith(b"%PDF")
    assert sheet.value.suggested_filename.endswith("-a4.pdf")
    page.wait_for_selector("[data-taking]", state="hidden")
    with page.expect_download() as cells:
        page.click("a[href*='cells.geojson']")
    told = json.loads(cells.value.path().read_text())
    assert told["metadata"]["per"] == "building"
    assert sum(each["properties"]["count"] for each in told["features"]) > 800
    assert faults == []


def test_work_can_be_stopped_and_gone_on_with(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, _ = watched
    page.goto(f"{service_url}/maps/hotspots?cell_m=60")
    page.wait_for_selector("#underway:not([hidden])", timeout=30_000)
    page.click("[data-stop]")
    assert page.locator("#stopped").is_visible()
    page.click("[data-again]")
    page.wait_for_selector("#stopped", state="hidden")


def test_phone_has_room_for_the_map(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_as(signed_in_page, service_url, "official", width=390, height=844)
    page.goto(f"{service_url}/maps/hotspots?hazard=true")
    page.wait_for_selector("body[data-complete]", timeout=60_000)
    legend, panel = page.locator(".legend").bounding_box(), page.locator(".panel").bounding_box()
    assert legend is not None
    assert panel is not None
    assert panel["y"] - legend["y"] - legend["height"] > 350
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()
