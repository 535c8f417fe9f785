"""How soon the density map of the demonstration opens in headless Chromium: seconds and kilobytes.

    ./dualgrid bench pages [runs]

A service with the demonstration community is started on a database of its own. Each run opens the page in a
new browser context, with an empty cache, as a first visit does, and once more in the same one. A page is open
when its script has painted the map (`body[data-ready]`); the time is the browser's own, from the click on.
"""

from __future__ import annotations

import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import BrowserContext, sync_playwright
from sqlalchemy import Engine

from api.app import create_app
from gis.importers import demonstration
from gis.security.accounts import ensure_demo_accounts
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_engine, transaction

PASSWORD = "correct horse battery"  # noqa: S105 (of a service that lives for seconds)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
OPENED = """() => {
    const [page] = performance.getEntriesByType('navigation');
    const bytes = performance.getEntriesByType('resource').reduce((sum, r) => sum + r.transferSize, page.transferSize);
    return [performance.now() / 1000, page.responseEnd / 1000, bytes / 1000];
}"""


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with service() as url, sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        first, again = [], []
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            sign_in(context, url)
            first.append(opened(context, url))
            again.append(opened(context, url))
            context.close()
        browser.close()
    for name, figures in (("first visit", first), ("again", again)):
        painted, answered, kilobytes = map(statistics.median, zip(*figures, strict=True))
        print(
            f"{name}: painted after {painted:.2f} s, answered after {answered:.2f} s, {kilobytes:.0f} kB "
            f"(median of {runs}; slowest painted after {max(figure[0] for figure in figures):.2f} s)"
        )


def sign_in(context: BrowserContext, url: str) -> None:
    """Sign in without opening a page, so that the browser's cache stays empty."""
    form = context.request.get(f"{url}/sign-in").text()
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    given: dict[str, str | float | bool] = {"csrf_token": token, "username": "official", "password": PASSWORD}
    context.request.post(f"{url}/sign-in", form=given, max_redirects=0)


def opened(context: BrowserContext, url: str) -> list[float]:
    """Seconds until the map is painted, seconds until the answer is there, kilobytes transferred."""
    page = context.new_page()
    page.goto(f"{url}/maps/density", wait_until="commit")
    page.wait_for_selector("body[data-ready]")
    figures: list[float] = page.evaluate(OPENED)
    page.close()
    return figures


@contextmanager
def service() -> Iterator[str]:
    """The address of a service with the demonstration."""
    with service_with_engine() as (url, _):
        yield url


@contextmanager
def service_with_engine() -> Iterator[tuple[str, Engine]]:
    """A service with the demonstration, in a temporary home, and its database; browser assets are the caller's."""
    with tempfile.TemporaryDirectory() as home, Cluster(Settings(home=Path(home), database_url="")).running() as place:
        prepare(place)
        engine = create_engine(place, vault=Vault.of(Settings(home=Path(home))))
        with transaction(engine) as connection:
            demonstration.load(connection, settings=Settings())
            ensure_demo_accounts(connection, PASSWORD)
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(Settings(), engine), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise SystemExit("the service has not started")
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", engine
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            engine.dispose()


if __name__ == "__main__":
    main()
