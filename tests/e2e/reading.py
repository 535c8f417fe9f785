"""Every page of the service, who reads it, and a browser for each reader; for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

NOBODY = ""
PAGES = {
    "/": "dispatcher",
    "/?from=2020-01-01&to=2020-01-31": "dispatcher",
    "/maps/density": "dispatcher",
    "/maps/hotspots?hazard=true": "official",
    "/issues": "dispatcher",
    "/issues?q=nowhere-at-all": "dispatcher",
    "/issues > .matters a[href^='/issues/']": "dispatcher",
    "/issues/99999999": "dispatcher",
    "/desk": "dispatcher",
    "/intake": "dispatcher",
    "/inbox": "worker001",
    "/network": "planner",
    "/network > .groups a[href^='/network/']": "planner",
    "/households": "dispatcher",
    "/households > a[href^='/households/']": "dispatcher",
    "/reports": "official",
    "/account": "dispatcher",
    "/admin/accounts": "admin",
    "/admin/accounts > a[href^='/admin/accounts/']": "admin",
    "/admin/topics": "admin",
    "/admin/rules": "admin",
    "/admin/notices": "admin",
    "/admin/notices/channels": "admin",
    "/admin/notices/templates": "admin",
    "/admin/audit": "admin",
    "/sign-in": NOBODY,
}
"""Pages and their readers; what follows `>` is the link of that page that leads to the one meant."""


class Readers:
    """One browser context for each reader, signed in once."""

    def __init__(self, browser: Browser, url: str, password: str) -> None:
        self.url = url
        self._browser, self._password = browser, password
        self.page: Callable[[str], Page] = cache(self._page)

    def _page(self, reader: str) -> Page:
        context = self._browser.new_context(viewport=WIDE)
        if reader:
            sign_in(context, self.url, reader, self._password)
        return context.new_page()

    def open(self, path: str, reader: str, size: ViewportSize = WIDE) -> Page:
        """The page as it stands when all of it has come."""
        page = self.page(reader)
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        path, _, link = path.partition(" > ")
        page.goto(self.url + path, wait_until="networkidle")
        if link:
            page.goto(self.url + str(page.locator(link).first.get_attribute("href")), wait_until="networkidle")
        if page.locator("body.with-map").count():
            page.wait_for_selector("body[data-ready]")
        return page


def sign_in(context: BrowserContext, url: str, reader: str, password: str) -> None:
    """Sign in without opening a page."""
    form = context.request.get(f"{url}/sign-in").text()
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    given: dict[str, str | float | bool] = {"csrf_token": token, "username": reader, "password": password}
    answer = context.request.post(f"{url}/sign-in", form=given, max_redirects=0)
    assert answer.status == 303, answer.status
