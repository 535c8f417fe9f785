"""Pages opened in a real browser, from files alone: no server, no network."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

import maps
from gis.settings import Settings
from maps.page import content_security_policy
from tests.chromium import chromium
from tests.maps.sample import CELLS, DAYS, NONCE, chosen_matters, density_part, findings, hotspots_found

ORIGIN = "http://127.0.0.1:1"
OWN = Path(maps.__file__).parent / "static"


@dataclass
class Opened:
    """A page that has finished, and what it did on the way."""

    page: Page
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def ran(self) -> list[str]:
        """What injected scripts left behind."""
        return self.page.evaluate("window.ran ?? []")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Opens a rendered page under its own policy, with every request answered from files."""
    vendor = Settings().home / "assets" / "node_modules"
    contexts: dict[tuple[int, int], BrowserContext] = {}

    def open_page(
        html: str,
        *,
        width: int = 1440,
        said: str = "水",
        height: int = 900,
        path: str = "/",
        part: str = "",
        cells: Mapping[str, Any] = CELLS,
    ) -> Opened:
        size = (width, height)
        if size not in contexts:
            contexts[size] = browser.new_context(viewport={"width": width, "height": height})
        page = contexts[size].new_page()
        page.set_default_timeout(10_000)
        found = Opened(page)

        def answer(route: Route) -> None:
            url = route.request.url
            if not url.startswith(ORIGIN):
                found.outside.append(url)
                route.abort()
            elif route.request.resource_type == "document":
                headers = {"Content-Security-Policy": content_security_policy(NONCE)}
                route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
            else:
                asked = url.removeprefix(ORIGIN).split("?")[0]
                if asked in ("/api/maps/cells", "/api/maps/days"):
                    route.fulfill(json=cells if asked.endswith("cells") else DAYS)
                    return
                if asked == path.split("?")[0] and "part=figures" in url:
                    route.fulfill(body=density_part(), content_type="text/html; charset=utf-8")
                    return
                if asked == "/api/maps/hotspots":
                    route.fulfill(json=hotspots_found(said))
                    return
                if "part=findings" in url:
                    route.fulfill(body=findings(said), content_type="text/html; charset=utf-8")
                    return
                if asked.startswith("/desk/"):
                    route.fulfill(body=part or chosen_matters()["none"], content_type="text/html; charset=utf-8")
                    return
                under = "/static/vendor/"
                file = vendor / asked[len(under) :] if asked.startswith(under) else OWN / asked[len("/static/") :]
                if not file.is_file():
                    found.complaints.append(f"{asked} is not served")
                    route.fulfill(status=404)
                else:
                    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                    route.fulfill(body=file.read_bytes(), content_type=kind)

        page.route("**/*", answer)
        page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (found.complaints.append("a dialog opened"), dialog.dismiss()))
        page.goto(ORIGIN + path)
        return found

    yield open_page
    for context in contexts.values():
        context.close()
