"""The slider of the density map in a real browser, with the network shut: map, figures and address move with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Response, Route, expect
from sqlalchemy import Engine, text

from gis.storage.session import transaction

COUNTED = text(
    """
    SELECT count(*), count(geom) FROM issue
    WHERE community_id IS NOT NULL AND reported_at >= CAST(:since AS date)::timestamp AT TIME ZONE 'Asia/Shanghai'
      AND reported_at < (CAST(:until AS date) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    """
)
PAINTED = """() => {
    const { data } = density_surface_matters.getElement().getContext("2d").getImageData(0, 0, 800, 600);
    return data.reduce((sum, each, at) => (sum * 31 + each * (at % 97)) % 1000003, 0);
}"""


@pytest.fixture
def density(signed_in_page: Page, service_url: str) -> Iterator[Page]:
    faults: list[str] = []

    def only_the_service(route: Route) -> None:
        if route.request.url.startswith(service_url):
            route.continue_()
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    page = signed_in_page
    page.route("**/*", only_the_service)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{service_url}/maps/density")
    page.wait_for_selector("body[data-ready]")
    expect(page.locator(".timeline .span")).not_to_be_empty()
    yield page
    page.unroute_all(behavior="ignoreErrors")
    assert faults == []


def days(page: Page) -> tuple[str, str]:
    """The first and the last day that the address asks for."""
    asked = parse_qs(urlsplit(page.url).query)
    return asked["from"][0], asked["to"][0]


def brings_cells(answer: Response) -> bool:
    return "/api/maps/cells" in answer.url and "from=" in answer.url


def test_slider_moves_map_figures_and_address_without_a_reload(density: Page, demonstration_engine: Engine) -> None:
    page = density
    page.evaluate("window.stayed = true")
    all_matters = str(page.locator(".headline strong").text_content())
    all_painted = page.evaluate(PAINTED)
    page.locator(".timeline .track").focus()
    with page.expect_response(brings_cells) as answer:
        page.keyboard.press("End")
    since, until = days(page)
    with transaction(demonstration_engine) as connection:
        matters, located = connection.execute(COUNTED, {"since": since, "until": until}).one()
    assert 0 < matters < int(re.sub(r"\D", "", all_matters))
    assert sum(answer.value.json()["matters"]) == located
    expect(page.locator(".headline strong")).to_have_text(str(matters))
    expect(page.locator(".legend .counted")).to_contain_text(str(located))
    expect(page.locator("form.filters [name=from]")).to_have_value(since)
    page.wait_for_function(f"({PAINTED})() !== {all_painted}")

    page.keyboard.press("Escape")
    expect(page.locator(".headline strong")).to_have_text(all_matters)
    assert "from=" not in page.url
    page.wait_for_function(f"({PAINTED})() === {all_painted}")
    assert page.evaluate("window.stayed")


def test_play_goes_on_through_time_until_it_is_stopped(density: Page) -> None:
    page = density
    play = page.locator(".timeline .play")
    page.locator(".timeline .track").focus()
    page.keyboard.press("Home")
    first, _ = days(page)
    page.keyboard.press("Space")
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(page.locator("form.filters [name=from]")).not_to_have_value(first)
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    stopped = days(page)
    assert stopped[0] > first
    page.wait_for_timeout(1200)
    assert days(page) == stopped
