"""The running service in a real browser with the network shut.

`service_url` is the address of a service with the demonstration community; `signed_in_page` is a page of a
browser in which `dispatcher` has signed in.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

PATHS = [
    "/",
    "/?by=change",
    "/maps/density",
    "/maps/density?hazard=true&topic=消防安全",
    "/issues",
    "/desk",
    "/network",
    "/network/QG06",
    "/docs",
]


@pytest.fixture
def watched(signed_in_page: Page, service_url: str) -> Iterator[tuple[Page, list[str]]]:
    """The page, with everything but the service cut off, and a list of what went wrong or tried to get out."""
    faults: list[str] = []

    def only_the_service(route: Route) -> None:
        if route.request.url.startswith(service_url):
            route.continue_()
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    page = signed_in_page
    page.goto("about:blank")  # what the page before still asked for is given up before anything is noted
    page.route("**/*", only_the_service)
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    yield page, faults
    page.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize("path", PATHS)
def test_page_needs_nothing_but_the_service(path: str, watched: tuple[Page, list[str]], service_url: str) -> None:
    page, faults = watched
    answer = page.goto(service_url + path, wait_until="networkidle")
    assert answer is not None
    assert answer.ok
    assert faults == []


@pytest.mark.parametrize("path", PATHS)
def test_page_is_chinese_unless_english_is_chosen(path: str, watched: tuple[Page, list[str]], service_url: str) -> None:
    page, _ = watched
    page.goto(service_url + path)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.goto(service_url + path + ("&" if "?" in path else "?") + "lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(service_url + path)
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto(service_url + path + ("&" if "?" in path else "?") + "lang=zh")


def test_legend_says_what_is_counted_of_how_many_and_since_when(
    watched: tuple[Page, list[str]], service_url: str
) -> None:
    page, _ = watched
    page.goto(f"{service_url}/maps/density")
    legend = str(page.locator(".legend").text_content())
    assert "事项密度（件/公顷）" in legend
    assert "件有位置" in legend
    assert "2023年4月1日" in legend


def test_synthetic_community_says_so(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, _ = watched
    for path in ("/maps/density", "/issues", "/desk"):
        page.goto(service_url + path)
        assert page.locator(".synthetic").is_visible()


def test_number_opens_the_matters_behind_it(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, _ = watched
    page.goto(f"{service_url}/maps/density")
    number = page.locator(".headline .figures dd a").nth(2)
    counted = str(number.text_content())
    number.click()
    page.wait_for_url("**/issues?*hazard=true*")
    assert page.locator(".lead strong").text_content() == counted


def test_matter_opens_from_the_ledger_with_its_receipt(watched: tuple[Page, list[str]], service_url: str) -> None:
    page, faults = watched
    page.goto(f"{service_url}/issues")
    page.locator(".matters a").first.click()
    page.wait_for_url("**/issues/*")
    assert page.locator(".receipt .steps > li").count() >= 2
    assert faults == []


def test_sign_in_page_needs_no_account(service_url: str, watched: tuple[Page, list[str]]) -> None:
    page, faults = watched
    assert page.context.browser is not None
    context = page.context.browser.new_context()
    stranger = context.new_page()
    stranger.goto(f"{service_url}/maps/density")
    assert stranger.locator("input[name=username]").is_visible()
    context.close()
    assert faults == []
