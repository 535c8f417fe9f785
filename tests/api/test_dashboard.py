"""The dashboard: who sees it, and that every number on it opens as many matters."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from gis.storage.session import transaction
from gis.storage.tables import issue
from tests.world import add

LINK = re.compile(r'<a data-matters="(\d+)" href="([^"]+)"')
BY = ["overdue", "on_time", "rate", "settlement", "change"]
MANY = "综治", "信访", None
TOPICS = "消防安全", "矛盾纠纷", None


@pytest.fixture(scope="module", autouse=True)
def matters(town_engine, town):
    """Ninety matters of sixty days, of every kind, in two grids and in none."""
    now = datetime.now(UTC)
    with transaction(town_engine) as connection:
        for number in range(90):
            at = now - timedelta(days=number * 59 / 90, hours=1)
            status = ("closed", "accepted", "reported", "resolved", "closed", "withdrawn")[number % 6]
            done = at + timedelta(hours=number % 30 + 1)
            grid = (None, "G1", "G1", "G2")[number % 4]
            settled = status in ("closed", "resolved")
            add(
                connection,
                issue,
                community_id=town.community_id,
                source="hotline" if number % 2 else "web",
                text=f"第{number}件",
                reported_at=at,
                receipt={},
                location_method="none",
                status=status,
                line=MANY[number % 3],
                topic=TOPICS[number % 3],
                hazard=number % 3 == 0,
                grid_id=town.grids[grid] if grid else None,
                grid_version_id=town.versions[grid] if grid else None,
                due_at=at + timedelta(days=1 if number % 3 else 400) if status in ("accepted", "reported") else None,
                was_late=number % 5 == 0,
                first_answered_at=at + timedelta(minutes=number + 1) if status != "reported" else None,
                resolved_at=done if settled and number % 7 else None,
                closed_at=done if status == "closed" else None,
                answer="已办" if settled else None,
                settled_level=("household", "grid", None)[number % 3] if settled else None,
                settled_way=("online", None)[number % 2] if settled else None,
            )


@pytest.fixture
def browser(client_for):
    return client_for("official", browser=True)


@pytest.mark.parametrize("role", ["official", "dispatcher", "admin"])
def test_who_answers_for_an_area_begins_at_its_dashboard(client_for, role):
    answer = client_for(role, browser=True).get("/")
    assert answer.status_code == 200
    assert 'data-part="figures"' in answer.text


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("narrowed", ["", "&grid=G1", "&status=closed", "&line=-", "&hazard=true&source=web"])
def test_every_number_opens_as_many_matters(browser, by, narrowed):
    page = browser.get(f"/?by={by}{narrowed}").text
    links = {(int(count), html.unescape(href)) for count, href in LINK.findall(page)}
    assert len(links) > (12 if narrowed else 25)
    for count, href in links:
        told = re.search(r'<p class="lead"><strong>([\d,]+)</strong>', browser.get(href).text)
        assert told, href
        assert int(told[1].replace(",", "")) == count, href


def test_parts_are_those_of_the_page(browser):
    page, parts = browser.get("/?by=rate").text, browser.get("/?by=rate&part=figures").text
    assert re.findall(r'data-part="(\w+)"', parts) == ["switch", "legend", "figures"]
    assert "<html" not in parts
    assert set(LINK.findall(parts)) == set(LINK.findall(page))


def test_period_without_matters_says_so_and_offers_the_last_days_with_data(browser):
    page = html.unescape(browser.get("/?from=2199-01-01&to=2199-01-10").text)
    today = datetime.now(UTC) + timedelta(hours=8)
    assert "没有符合上方条件的事项" in page
    assert f"to={today:%Y-%m-%d}" in page or f"to={today - timedelta(days=1):%Y-%m-%d}" in page


@pytest.mark.parametrize("days", ["from=2024-02-01&to=2024-01-01", "from=0001-01-01", "to=9999-12-31"])
def test_impossible_days_are_refused(browser, days):
    assert browser.get(f"/?{days}").status_code == 422


def test_measures_of_grids_come_with_their_classes(client_for):
    answer = client_for("official").get("/api/maps/grids")
    assert answer.status_code == 200
    measures = {each["measure"]: each for each in answer.json()["measures"]}
    assert list(measures) == BY
    assert [each["code"] for each in measures["overdue"]["grids"]] == ["G1", "G2", "G3", "G4"]
    for each in measures.values():
        assert all(grid["shade"] is None or grid["shade"] < len(each["ranges"]) for grid in each["grids"])
    # Of the one household of the town an official is told nothing, so there is no rate.
    assert {grid["whole"] for grid in measures["rate"]["grids"]} == {0}


def test_grid_that_is_asked_for_leaves_the_others_on_the_map(browser):
    page = browser.get("/?grid=G1").text
    assert set(re.findall(r'data-grid="(\w+)"', page)) == {"G1", "G2", "G3", "G4"}
    assert 'data-grid-chosen="G1"' in page
