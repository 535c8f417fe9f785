"""What people write is shown, never run: in every place of every page, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from maps.layers.base import numbers_only
from tests.maps.conftest import Opened
from tests.maps.sample import chosen_matters, pages

RUN = "(window.ran = window.ran || []).push(1)"
HOSTILE = {
    "script element": f"<script>{RUN}</script>",
    "end of script": f"</script><script>{RUN}</script>",
    "end of style": f"</style></title><script>{RUN}</script>",
    "image": f'<img src=x onerror="{RUN}">',
    "svg": f"<svg onload='{RUN}'>",
    "attribute": f"\" autofocus onfocus='{RUN}' x=\"",
    "single quote": f"';{RUN};'",
    "double quote": f'";{RUN};"',
    "template literal": f"`;{RUN};`${{{RUN}}}",
    "line separators": f"\u2028{RUN}\u2029{RUN}",
    "backslash": f'\\";{RUN};//',
    "comment": f"<!--<script>{RUN}//-->",
    "jinja": "{{ 7 * 191 }}{% raw %}",
    "address": f"javascript:{RUN}",
    "format": "%(num)s %s {0}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_on_the_map_is_shown_and_never_run(name: str, opened: Callable[..., Opened]) -> None:
    found = opened(pages(HOSTILE[name])["density"])
    found.page.wait_for_selector("body[data-ready]")
    found.page.evaluate("window.geo_json_grids.getLayers()[0].openPopup()")
    assert found.page.locator(".card h3").text_content() == HOSTILE[name]
    assert (found.ran, found.outside, found.complaints) == ([], [], [])


@pytest.mark.parametrize(
    "page",
    [
        "issue",
        "inbox",
        "desk",
        "ledger",
        "households",
        "household",
        "network",
        "houses",
        "group",
        "audit",
        "intake",
        "conversation",
        "recorded",
        "sign_in",
        "error",
    ],
)
def test_hostile_text_on_a_page_never_runs(page: str, opened: Callable[..., Opened]) -> None:
    said = "".join(HOSTILE.values())
    found = opened(pages(said)[page], part=chosen_matters(said)["near_edge"])
    assert said in str(found.page.locator("body").text_content()) or page == "sign_in"
    assert (found.ran, found.outside, found.complaints) == ([], [], [])


def test_hostile_text_in_what_was_found_is_shown_and_never_run(opened: Callable[..., Opened]) -> None:
    said = "".join(HOSTILE.values())
    found = opened(pages(said)["hotspots"], path="/maps/hotspots", said=said)
    found.page.wait_for_selector("body[data-complete]")
    assert said in str(found.page.locator("#findings").text_content())
    found.page.evaluate("hotspot_cells_found.pointAt('cluster', 0)")
    assert said in str(found.page.locator(".card").text_content())
    assert (found.ran, found.outside, found.complaints) == ([], [], [])


def test_hostile_name_of_a_group_is_shown_on_its_area_and_never_run(opened: Callable[..., Opened]) -> None:
    said = "".join(HOSTILE.values())
    found = opened(pages(said)["network"])
    found.page.wait_for_selector("body[data-ready]")
    found.page.evaluate("window.geo_json_groups.getLayers()[0].openPopup()")
    assert found.page.locator(".card h3").text_content() == said


@pytest.mark.parametrize("doubt", ["near_edge", "ambiguous", "unknown_datum", "none"])
def test_hostile_text_in_the_chosen_matter_never_runs(doubt: str, opened: Callable[..., Opened]) -> None:
    said = "".join(HOSTILE.values())
    found = opened(pages()["desk"], part=chosen_matters(said)[doubt])
    found.page.wait_for_selector("body[data-ready]")
    assert found.page.locator("blockquote").text_content() == said
    assert (found.ran, found.outside, found.complaints) == ([], [], [])


def test_names_reach_the_map_unchanged(opened: Callable[..., Opened]) -> None:
    said = "".join(HOSTILE.values())
    found = opened(pages(said)["density"])
    found.page.wait_for_selector("body[data-ready]")
    names = found.page.evaluate("window.geo_json_grids.getLayers().map((each) => each.feature.properties.name)")
    assert json.dumps(names) == json.dumps([said, f"{said}2"])


def test_script_that_does_run_would_be_seen(opened: Callable[..., Opened]) -> None:
    html = pages()["error"].replace("</main>", f'</main><script nonce="n0nce">{RUN}</script>')
    assert opened(html).ran == [1]


def test_geometry_that_holds_text_does_not_reach_the_script() -> None:
    with pytest.raises(ValueError):
        numbers_only({"type": "Point", "coordinates": ["{{ 7 * 191 }}", 29.16]})
    with pytest.raises(ValueError):
        numbers_only({"type": "{{ 7 * 191 }}", "coordinates": [107.09, 29.16]})
