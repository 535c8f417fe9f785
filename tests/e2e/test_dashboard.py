"""The dashboard in a real browser: map, list and figures move together, by pointer and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

LAST_DAYS = "from=2023-11-16&to=2023-12-15"
"""Of the demonstration's ledger: what other tests report is later."""


@pytest.fixture
def dashboard(signed_in_page: Page, service_url: str) -> Iterator[Page]:
    faults: list[str] = []
    page = signed_in_page
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{service_url}/?{LAST_DAYS}")
    page.wait_for_selector("body[data-ready]")
    yield page
    assert faults == []


def refreshed(page: Page) -> None:
    expect(page.locator("#figures")).not_to_have_attribute("aria-busy", "true")


def test_measure_is_switched_by_keyboard_without_a_reload(dashboard: Page) -> None:
    page = dashboard
    page.evaluate("window.stayed = true")
    page.locator(".switch a[data-value=rate]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".legend h2")).to_have_text("每百户事项数")
    assert page.evaluate("window.stayed")
    assert "by=rate" in page.url
    expect(page.locator(".switch a[data-value=rate]")).to_be_focused()


def test_map_has_the_colours_of_the_list(dashboard: Page) -> None:
    page = dashboard
    for measure in ("overdue", "on_time", "change"):
        page.locator(f".switch a[data-value={measure}]").click()
        expect(page.locator(f".switch a[data-value={measure}]")).to_have_attribute("aria-current", "true")
        refreshed(page)
        differing = page.evaluate(
            """() => {
                const shapes = {};
                geo_json_grids.eachLayer((layer) => {
                    shapes[layer.feature.properties.code] = layer.getElement().className.baseVal;
                });
                return [...document.querySelectorAll('.grid-row')].filter((row) =>
                    !new RegExp(`(shade|change)-${row.dataset.shade}`).test(shapes[row.dataset.grid])).length;
            }"""
        )
        assert differing == 0


def test_grid_on_the_map_opens_its_figures_and_closes_them(dashboard: Page) -> None:
    page = dashboard
    all_matters = page.locator(".tile .told").first.text_content()
    name = page.evaluate(
        """() => {
            const layer = geo_json_grids.getLayers()[3];
            layer.fire('click');
            return layer.feature.properties.name;
        }"""
    )
    expect(page.locator(".chosen-grid h2")).to_have_text(name)
    assert "grid=" in page.url
    assert page.locator("form.filters [name=grid]").input_value()
    assert page.locator(".tile .told").first.text_content() != all_matters
    assert page.locator(".grid-row").count() > 20
    page.locator(".chosen-grid a").click()
    expect(page.locator(".chosen-grid")).to_have_count(0)
    assert page.locator(".tile .told").first.text_content() == all_matters


def test_figures_follow_a_view_that_something_else_changes(dashboard: Page) -> None:
    page = dashboard
    page.evaluate(
        """async () => {
            const { view } = await import('/static/js/view.js');
            view.change({ from: '2023-06-01', to: '2023-06-30' });
        }"""
    )
    expect(page.locator(".legend .counted")).to_contain_text("2023年6月1日")


def test_service_that_does_not_answer_is_told_of(dashboard: Page) -> None:
    page = dashboard
    page.route("**/?*part=figures*", lambda route: route.abort())
    page.locator(".switch a[data-value=settlement]").click()
    expect(page.locator(".panel .fault[role=alert]")).to_be_visible()
    page.unroute("**/?*part=figures*")


def test_number_opens_its_matters(dashboard: Page) -> None:
    page = dashboard
    link = page.locator(".tile.late .told a")
    counted = str(link.text_content())
    link.click()
    page.wait_for_url(re.compile("/issues.*due=overdue"))
    assert page.locator(".lead strong").text_content() == counted
