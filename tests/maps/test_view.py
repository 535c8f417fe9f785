"""The filters in force, as the scripts of a page share them (static/js/view.js)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.maps.conftest import Opened
from tests.maps.sample import pages


@pytest.fixture
def page(opened: Callable[..., Opened]) -> Iterator[Page]:
    """The density page with `view` at hand; what it dispatches is gathered in `heard`."""
    page = opened(pages()["density"], path="/?topic=消防安全&from=2023-11-01").page
    page.wait_for_selector("body[data-ready]")
    page.evaluate(
        """async () => {
            window.view = (await import("/static/js/view.js")).view;
            window.heard = [];
            window.deaf = view.onChange(({ changed }) => heard.push(changed));
        }"""
    )
    return page


def test_change_is_in_the_address_and_is_told_once(page: Page) -> None:
    page.evaluate("view.change({ from: '2023-11-05', to: '2023-11-06', topic: '消防安全' })")
    assert page.evaluate("Object.fromEntries(new URLSearchParams(location.search))") == {
        "topic": "消防安全",
        "from": "2023-11-05",
        "to": "2023-11-06",
    }
    page.evaluate("view.change({ from: '2023-11-05' })")
    assert page.evaluate("heard") == [["from", "to"]]


def test_filter_is_taken_off_by_nothing_and_the_place_of_the_map_is_kept(page: Page) -> None:
    page.evaluate("history.replaceState(null, '', '#16/29.16000/107.09000')")
    page.evaluate("view.change({ from: null, topic: '' })")
    assert page.evaluate("location.search + location.hash") == "#16/29.16000/107.09000"


def test_form_sends_what_is_in_force_now(page: Page) -> None:
    sent = (
        "() => { view.change({ from: '2023-11-05' }); return document.querySelector('form.filters [name=from]').value }"
    )
    assert page.evaluate(sent) == "2023-11-05"


def test_who_has_ended_listening_hears_nothing(page: Page) -> None:
    page.evaluate("deaf()")
    page.evaluate("view.change({ from: '2023-11-05' })")
    assert page.evaluate("heard") == []


def test_new_question_breaks_off_the_one_before(page: Page) -> None:
    page.route("**/asked*", lambda route: route.fulfill(json={"for": route.request.url.split("from=")[1]}))
    answers = page.evaluate(
        """async () => {
            const ask = view.asker("/asked");
            const first = ask();
            view.change({ from: "2023-11-05" });
            return Promise.all([first, ask()]);
        }"""
    )
    assert answers == [None, {"for": "2023-11-05"}]
