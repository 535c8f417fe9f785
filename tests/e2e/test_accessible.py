"""What axe-core finds on every page, in both themes and at both widths: nothing serious."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.reading import PAGES, PHONE, WIDE, Readers

OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What another theme can break: at each width the page is looked at as a whole once, and for these once more."""
PLANTED = """() => {
    const [words, button, image] = ["p", "button", "img"].map((each) => document.createElement(each));
    words.textContent = "看不清";
    Object.assign(words.style, { color: "#aaa", background: "#fff" });
    image.src = "/static/mark.svg";
    document.querySelector("main").append(words, button, image);
}"""


def faults(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core calls serious or critical: the rule, the element, and why."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_serious_fault(path: str, readers: Readers) -> None:
    page = readers.open(path, PAGES[path])
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        for theme, rules in (("light", None), ("dark", OF_COLOUR)):
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            assert faults(page, rules) == [], f"{path}, {theme}, {size['width']} pixels wide"


def test_planted_faults_are_found(readers: Readers) -> None:
    page = readers.open("/issues", "dispatcher")
    page.evaluate(PLANTED)
    assert {fault.partition(":")[0] for fault in faults(page)} == {"color-contrast", "button-name", "image-alt"}
    assert {fault.partition(":")[0] for fault in faults(page, OF_COLOUR)} == {"color-contrast"}
