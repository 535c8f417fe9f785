"""Every page in a real browser, under its policy, with no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page

from maps.layers.grids import Grid
from maps.pages.desk import DeskList, DeskView, desk_page
from tests.maps.conftest import Opened
from tests.maps.sample import CELLS, COUNTS, chosen_matters, empty_pages, pages, shell, square

SIZES = [(1440, 900), (390, 844)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", [name for name in pages() if name != "docs"])
def test_page_opens_without_complaint_and_without_outside_request(
    page: str, size: tuple[int, int], opened: Callable[..., Opened]
) -> None:
    found = opened(pages()[page], width=size[0], height=size[1])
    assert found.complaints == []
    assert found.outside == []
    assert found.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("page", empty_pages())
def test_page_without_data_opens_without_complaint(page: str, opened: Callable[..., Opened]) -> None:
    found = opened(empty_pages()[page])
    assert found.complaints == []


def with_amounts(opened: Callable[..., Opened], cells: Mapping[str, Any] = CELLS) -> Page:
    """The density page, where `amountAt(lat, lon)` tells what is painted there."""
    page = opened(pages()["density"], cells=cells).page
    page.wait_for_selector("body[data-ready]")
    page.evaluate(
        """() => { window.amountAt = (lat, lon) => {
            const { amounts, columns, west, north, cell } = density_surface_matters.field;
            const { x, y } = L.CRS.EPSG3857.project(L.latLng(lat, lon));
            return amounts[Math.floor((north - y) / cell) * columns + Math.floor((x - west) / cell)];
        }; }"""
    )
    return page


def test_surface_stands_for_the_same_amount_at_every_zoom(opened: Callable[..., Opened]) -> None:
    page = with_amounts(opened)
    amounts = page.evaluate(
        """() => [15, 17, 19].map((zoom) => {
            map_density.setView([29.16, 107.092], zoom, { animate: false });
            return amountAt(29.16002, 107.09198);
        })"""
    )
    assert amounts[0] == amounts[1] == amounts[2]


HELD = """() => {
    const { amounts, cell } = density_surface_matters.field;
    const side = cell * Math.cos(29.16 * Math.PI / 180);
    return amounts.reduce((sum, each) => sum + each, 0) * side * side / 10000;
}"""


def test_surface_holds_as_many_matters_as_there_are(opened: Callable[..., Opened]) -> None:
    assert with_amounts(opened).evaluate(HELD) == pytest.approx(4, rel=0.01)


def test_large_cells_of_a_far_view_hold_the_same_matters(opened: Callable[..., Opened]) -> None:
    far = {"level": 18, "radius_m": 330, "x": [3344864 >> 4, 3344899 >> 4], "y": [1741719 >> 4, 1741706 >> 4]}
    page = with_amounts(opened, CELLS | far)
    assert page.evaluate(HELD) == pytest.approx(4, rel=0.01)
    assert "330" in str(page.locator("#surface-state").text_content())


def test_peak_of_one_place_is_that_of_the_quartic_kernel(opened: Callable[..., Opened]) -> None:
    peak = with_amounts(opened).evaluate("amountAt(29.16002, 107.09198)")
    assert peak == pytest.approx(3 * 3 / (3.14159 * 50**2) * 10_000, rel=0.02)


def test_rate_is_the_matters_of_a_place_by_its_households(opened: Callable[..., Opened]) -> None:
    rated = {"per": "households", "matters": [6.0, 1.0], "households": [60, 40], "elsewhere": 5}
    page = with_amounts(opened, CELLS | rated)
    assert page.evaluate("amountAt(29.16002, 107.09198)") == pytest.approx(10)
    assert "5" in str(page.locator("#surface-state").text_content())


def test_far_report_is_counted_in_the_legend(opened: Callable[..., Opened]) -> None:
    far = opened(pages(far_away=7)["density"]).page
    assert "7 件远在图外" in str(far.locator(".legend").text_content())


def test_figures_and_surface_follow_a_filter_without_a_reload(opened: Callable[..., Opened]) -> None:
    page = opened(pages()["density"]).page
    page.wait_for_selector("body[data-ready]")
    page.evaluate("window.here = true")
    with page.expect_request("**/api/maps/cells?*from=2023-12-01*"):
        page.evaluate("import('/static/js/view.js').then(({ view }) => view.change({ from: '2023-12-01' }))")
    page.wait_for_selector("#figures .nothing")
    assert page.evaluate("window.here")


def test_long_message_does_not_push_the_next_out_of_the_list(opened: Callable[..., Opened]) -> None:
    page = opened(pages(said="水" * 4000)["desk"]).page
    assert page.locator("#waiting .excerpt").first.bounding_box()["height"] < 120  # type: ignore[index]


def test_legend_is_not_covered(opened: Callable[..., Opened]) -> None:
    for width, height in SIZES:
        page = opened(pages()["density"], width=width, height=height).page
        page.wait_for_selector("body[data-ready]")
        for _ in range(3):
            assert page.evaluate(
                """() => {
                    const legend = document.querySelector('.legend');
                    const { left, top, width, height } = legend.getBoundingClientRect();
                    return [0.02, 0.5, 0.98].every((part) =>
                        legend.contains(document.elementFromPoint(left + width * part, top + height * part)));
                }"""
            )
            if width < 761:
                page.locator("[data-fold-toggle]").click()
                page.wait_for_timeout(250)


def test_grid_opens_a_card_that_leads_to_its_matters(opened: Callable[..., Opened]) -> None:
    page = opened(pages()["density"]).page
    page.wait_for_selector("body[data-ready]")
    page.evaluate("window.geo_json_grids.getLayers()[1].openPopup()")
    links = page.locator(".card .actions a")
    assert "grid=002" in str(links.nth(0).get_attribute("href"))
    assert str(links.nth(1).get_attribute("href")).startswith("/issues?")


def test_filter_is_sent_on_change_without_its_empty_terms(opened: Callable[..., Opened]) -> None:
    page = opened(empty_pages()["ledger"]).page
    page.locator("input[name=hazard]").click()
    page.wait_for_url("**/maps/density?hazard=true*")


def test_reading_that_lies_in_no_grid_is_no_answer(opened: Callable[..., Opened]) -> None:
    page = opened(pages()["desk"], part=chosen_matters()["unknown_datum"]).page
    page.wait_for_selector("body[data-ready]")
    inside, outside = page.locator(".answer[data-lon]").all()
    assert "旧水管偶尔还有水" in str(inside.text_content())
    assert inside.is_enabled()
    assert "无网格" in str(outside.text_content())
    assert outside.is_disabled()


def test_list_in_which_nothing_waits_keeps_its_map(opened: Callable[..., Opened]) -> None:
    grids = (Grid("001", "一", square(107.09, 29.158)),)
    found = opened(desk_page(DeskView(DeskList("new", dict.fromkeys(COUNTS, 0)), grids), shell=shell()))
    found.page.wait_for_selector("body[data-ready]")
    assert found.complaints == []
    assert found.page.locator("#all-done").is_visible()
    assert not found.page.locator(".pinning").is_visible()
    assert not found.page.locator("#undo").is_visible()


def test_pin_names_the_grid_before_it_is_saved(opened: Callable[..., Opened]) -> None:
    page = opened(pages()["desk"]).page
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("p")
    assert page.locator("#pin-save").is_disabled()
    page.evaluate("map_desk.fire('click', { latlng: L.latLng(29.16, 107.0955) })")
    assert "旧水管偶尔还有水2" in str(page.locator("#pin-words").text_content())
    assert page.locator("#pin-save").is_enabled()
    page.evaluate("map_desk.fire('click', { latlng: L.latLng(29.2, 107.2) })")
    assert "不在任何网格" in str(page.locator("#pin-words").text_content())
    page.keyboard.press("Escape")
    assert not page.locator(".pinning").is_visible()


def test_desk_of_a_phone_is_a_stack_of_list_and_matter(opened: Callable[..., Opened]) -> None:
    page = opened(pages()["desk"], width=390, height=844).page
    page.wait_for_selector("body[data-ready]")
    assert not page.locator("#chosen").is_visible()
    page.locator(".choose").first.click()
    page.locator("#matter article").wait_for()
    assert not page.locator("#waiting").is_visible()
    page.locator("#back").click()
    assert page.locator("#waiting").is_visible()


def test_keys_are_told_and_every_control_can_be_tabbed_to(opened: Callable[..., Opened]) -> None:
    page = opened(pages()["desk"], part=chosen_matters()["ambiguous"]).page
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.locator(".trays a").first.focus()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(document.activeElement.closest('[data-act], .answer, [data-merge], .choose') ?? {}).className"
            )
        )
    assert {"choose", "quiet answer", "quiet"} <= reached
