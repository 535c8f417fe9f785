"""The pages without a pointer: everything is reached, what has the focus is seen, what was opened is left by Escape."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reading import PHONE, Readers

PAGES = ["/?from=2023-11-16&to=2023-12-15", "/maps/density", "/maps/hotspots?hazard=true", "/issues"]
CONTROLS = """() => {
    const controls = document.querySelectorAll(
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])");
    const groups = new Set();
    window.unreached = new Map();
    for (const each of controls) {
        if (!each.checkVisibility({ visibilityProperty: true }) || each.disabled || each.tabIndex < 0) continue;
        if (each.type === "radio" && groups.has(each.name)) continue;  // the arrows go on within a group
        groups.add(each.name);
        window.unreached.set(each.type === "radio" ? each.name : each, each.outerHTML.slice(0, 160));
    }
    return window.unreached.size;
}"""
FOCUSED = """() => {
    const it = document.activeElement;
    if (it === document.body) return "";
    window.unreached.delete(it.type === "radio" ? it.name : it);
    const outlined = (each) => each && getComputedStyle(each).outlineStyle !== "none"
        && parseFloat(getComputedStyle(each).outlineWidth) >= 1;
    const label = it.closest("label");
    const box = (label ?? it).getBoundingClientRect();
    const within = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
        && box.top < innerHeight && box.left < innerWidth;
    const lifted = it instanceof SVGElement && parseFloat(getComputedStyle(it).strokeWidth) >= 4;
    const seen = lifted || outlined(it) || outlined(it.nextElementSibling) || outlined(label);
    return seen && within ? "" : it.outerHTML.slice(0, 160);
}"""


def tabbed_through(page: Page) -> tuple[list[str], list[str]]:
    """The controls that the Tab key does not reach, and those that show no focus when it does."""
    most = 2 * page.evaluate(CONTROLS) + 100  # it stops at areas of the map, boxes that scroll, parts of a date too
    unseen = []
    page.keyboard.press("Tab")
    for _ in range(most):
        if fault := page.evaluate(FOCUSED):
            unseen.append(str(fault))
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('body, .skip')"):
            break
    return list(page.evaluate("[...unreached.values()]")), unseen


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_and_seen(path: str, readers: Readers) -> None:
    page = readers.open(path, "dispatcher")
    expect(page.locator("#underway:not([hidden])")).to_have_count(0)
    unreached, unseen = tabbed_through(page)
    assert unreached == []
    assert unseen == []


def test_control_that_is_skipped_and_one_that_hides_its_focus_are_found(readers: Readers) -> None:
    page = readers.open("/issues?q=nowhere-at-all", "dispatcher")
    page.evaluate(
        """() => {
            const [skipped, next, dull] = document.querySelectorAll(".faces a");
            const input = document.getElementById("seek");
            input.addEventListener("keydown", (event) => { event.preventDefault(); next.focus(); });
            dull.style.outline = "none";
        }"""
    )
    unreached, unseen = tabbed_through(page)
    assert any('name="q"' not in each and "status=open" in each for each in unreached)
    assert ["status=settled" not in each for each in unseen] == [True]


def test_first_stop_skips_to_the_content(readers: Readers) -> None:
    page = readers.open("/issues", "dispatcher")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_drawer_gives_the_focus_back_when_escape_closes_it(readers: Readers) -> None:
    page = readers.open("/maps/density", "dispatcher")
    for drawer in ("details[data-time]", "details.take", ".rail details"):
        summary = page.locator(f"{drawer} > summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator(drawer)).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        assert page.evaluate(f"document.activeElement.closest('{drawer}') !== null")
        page.keyboard.press("Escape")
        expect(page.locator(drawer)).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()


def test_menu_of_a_phone_is_opened_and_left_by_keyboard(readers: Readers) -> None:
    page = readers.open("/issues", "dispatcher")
    page.set_viewport_size(PHONE)
    more = page.locator(".rail details > summary")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".the-rest a[href^='/households']")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".the-rest a[href^='/households']")).to_be_hidden()
    expect(more).to_be_focused()


def test_dialog_keeps_the_focus_and_gives_it_back(readers: Readers) -> None:
    page = readers.open("/desk", "dispatcher")
    page.locator("#help").focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog#keys")).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    expect(page.locator("#help")).to_be_focused()


def test_choice_on_the_density_map_keeps_the_focus(readers: Readers) -> None:
    page = readers.open("/maps/density", "dispatcher")
    page.locator("[data-per=households]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".legend h2")).to_have_text("每百户事项数")
    expect(page.locator("[data-per=households]")).to_be_focused()


def test_grid_on_the_map_is_chosen_by_keyboard(readers: Readers) -> None:
    page = readers.open(PAGES[0], "dispatcher")
    page.locator("path.shape-grids").nth(4).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chosen-grid h2")).to_have_text(
        str(page.locator("path.shape-grids").nth(4).get_attribute("aria-label"))
    )
