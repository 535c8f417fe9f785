"""Accounts in a real browser: one's own, and on an administrator's phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from gis.actor import SYSTEM
from gis.security import administration
from gis.security.accounts import create_account, find_account
from gis.storage.session import transaction
from tests.chromium import chromium
from tests.e2e.conftest import PASSWORD

PHONE = {"width": 390, "height": 844}
SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def sign_in(browser: Browser, service_url: str) -> Iterator[SignIn]:
    """Signs somebody in, in a browser window of its own."""
    windows = []

    def sign(name: str, password: str = PASSWORD, *, phone: bool = False) -> Page:
        window = browser.new_context(viewport=PHONE if phone else {"width": 1440, "height": 900})
        windows.append(window)
        page = window.new_page()
        page.goto(f"{service_url}/sign-in")
        page.fill("[name=username]", name)
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        page.wait_for_load_state()
        return page

    yield sign
    for window in windows:
        window.close()


@pytest.fixture
def person(demonstration_engine: Engine, request: pytest.FixtureRequest) -> str:
    """An account of the test's own."""
    name = f"p{abs(hash(request.node.name)) % 10**8}"
    with transaction(demonstration_engine) as connection:
        create_account(connection, username=name, password=PASSWORD, role="dispatcher")
    return name


def test_password_that_the_administrator_set_is_changed_first(
    sign_in: SignIn, person: str, demonstration_engine: Engine
) -> None:
    with transaction(demonstration_engine) as connection:
        given = administration.reset_password(connection, SYSTEM, find_account(connection, person).id)
    page = sign_in(person, given)
    assert page.url.endswith("/account/password")
    page.fill("[name=password]", given)
    page.fill("[name=new_password]", "quite my own choice")
    page.fill("[name=again]", "quite my own choice")
    page.click("form[action='/account/password'] button")
    page.wait_for_url("**/account?done=password")
    page.goto(page.url.partition("/account")[0])
    page.wait_for_selector("body.dashboard")


def test_window_that_was_signed_out_from_another_is_at_the_door_at_its_next_click(
    sign_in: SignIn, person: str, service_url: str
) -> None:
    here, there = sign_in(person), sign_in(person, phone=True)
    here.goto(f"{service_url}/account")
    here.click("form[action$='/end'] button")
    here.wait_for_url("**/account?done=ended")
    there.goto(f"{service_url}/issues")
    assert "/sign-in?next=" in there.url
    here.goto(f"{service_url}/issues")
    assert here.url.endswith("/issues")


def test_signing_out_by_the_menu_works_on_a_page_with_its_token(sign_in: SignIn, person: str, service_url: str) -> None:
    page = sign_in(person)
    page.click(".menu summary")
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/sign-in")
    page.goto(f"{service_url}/issues")
    assert "/sign-in" in page.url


def test_page_of_a_sign_in_that_is_over_changes_nothing_and_says_so(
    sign_in: SignIn, person: str, service_url: str
) -> None:
    page = sign_in(person)
    page.goto(f"{service_url}/account")
    stale = page.locator("[name=csrf_token]").first.input_value()
    page.evaluate(
        "for (const each of document.querySelectorAll('[name=csrf_token]')) each.value = each.value.slice(4) + 'AAAA'"
    )
    page.fill("[name=name]", "export")
    page.click("form[action='/account/tokens'] button")
    assert "403" in str(page.locator(".door").text_content())
    page.goto(f"{service_url}/account")
    assert page.locator("text=export").count() == 0
    assert stale != page.locator("[name=csrf_token]").first.input_value()


def test_request_that_is_tried_out_in_the_documentation_carries_the_token(
    sign_in: SignIn, person: str, service_url: str
) -> None:
    page = sign_in(person)
    page.goto(f"{service_url}/docs")
    tried = page.locator(".opblock-post", has_text="/api/account/tokens")
    tried.locator(".opblock-summary-control").click()
    tried.locator(".try-out__btn").click()
    tried.locator("textarea").fill('{"name": "tried out", "days": 1}')
    tried.locator(".execute").click()
    assert tried.locator(".live-responses-table tbody .response-col_status").text_content() == "201"


def test_administrator_makes_an_account_on_the_phone(sign_in: SignIn, service_url: str, person: str) -> None:
    admin = sign_in("admin", phone=True)
    admin.goto(f"{service_url}/admin/accounts")
    admin.click(".new summary")
    admin.fill("[name=username]", f"{person}-new")
    admin.select_option(".new [name=role]", "official")
    admin.check("[name=areas] >> nth=1")
    admin.click(".new button")
    password = admin.locator(".secret").input_value()
    assert sign_in(f"{person}-new", password).url.endswith("/account/password")


@pytest.mark.parametrize("path", ["/account", "/admin/accounts", "/admin/accounts?q=worker001"])
def test_pages_of_accounts_fit_a_phone(sign_in: SignIn, service_url: str, path: str) -> None:
    page = sign_in("admin", phone=True)
    page.goto(f"{service_url}{path}")
    if "?" in path:
        page.click(".matters a")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    buttons = page.locator("main button:visible")
    for number in range(buttons.count()):
        box = buttons.nth(number).bounding_box()
        assert box is not None
        assert box["height"] >= 32
