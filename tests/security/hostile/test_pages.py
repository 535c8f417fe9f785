"""Every page, over HTTP and in a real browser, with hostile words wherever words can be: shown, never run.

The same visit shows that every page works under its Content-Security-Policy: nothing is blocked, nothing complains.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import Engine, func, update

import maps
from api.app import create_app
from gis.actor import SYSTEM
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from gis.storage.tables import area, building, compound, grid, issue, online_group, worker
from tests.chromium import chromium
from tests.security.hostile.corpus import SCRIPTS
from tests.world import build_world

WORDS = "".join(SCRIPTS.values())
BEFORE_ANYTHING = """
addEventListener("securitypolicyviolation", (event) =>
  (window.blocked = window.blocked || []).push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
OPEN_EVERYTHING = """async () => {
  for (const each of document.querySelectorAll("summary")) each.click();
  const shapes = [...document.querySelectorAll("path.leaflet-interactive, .leaflet-marker-icon")].slice(0, 8);
  for (const each of shapes)
    for (const kind of ["mouseover", "click"]) {
      each.dispatchEvent(new MouseEvent(kind, { bubbles: true, view: window }));
      await new Promise((done) => setTimeout(done, 30));
    }
}"""
MOST_PAGES = 24
INLINE = re.compile(r"""\son[a-z]+\s*=\s*["'{]|javascript:|\sstyle\s*=\s*["'{]|<style(?![^>]*nonce)""", re.IGNORECASE)


@pytest.fixture(scope="module")
def hostile_service(engine_of_module: Engine) -> Iterator[SimpleNamespace]:
    """A service in whose data every word is hostile, and a token of its admin."""
    settings = Settings()
    with transaction(engine_of_module) as connection:
        world = build_world(connection)
        account = create_account(connection, username="admin", password="correct horse battery", role="admin")
        token = open_sign_in(connection, account, 1)
        for number, text in enumerate([WORDS, *SCRIPTS.values()]):
            report = IssueReport(
                text=f"梨园1栋 {text}"[:3900],
                source="web",
                reported_at=datetime.now(UTC),
                external_id=f"{number}{text}"[:200],
                address=text[:200],
                reporter_name=text[:200],
                reporter_phone=text[:40],
                line=text[:40],
                topic=text[:100],
                hazard=bool(number % 2),
                **({"lon": 107.0005, "lat": 29.0005} if number % 3 else {"group": None}),
            )
            record(connection, report, settings=settings, actor=SYSTEM)
        for table in (area, building, compound, grid, online_group, worker):
            connection.execute(update(table).values(name=func.concat(WORDS[:150], table.c.id)))
        connection.execute(update(building).values(address=WORDS[:200], aliases=[WORDS[:100]]))
        numbers = list(connection.scalars(issue.select().with_only_columns(issue.c.id)))
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings, engine_of_module)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield SimpleNamespace(
        url=f"http://127.0.0.1:{listener.getsockname()[1]}", token=token, app=app, issues=numbers, world=world
    )
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def engine_of_module(new_database: Any, template: str, vault: Vault) -> Iterator[Engine]:
    engine = create_engine(new_database(template), vault=vault)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def context(hostile_service: SimpleNamespace) -> Iterator[BrowserContext]:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(BEFORE_ANYTHING)
        context.add_cookies([{"name": "dualgrid_session", "value": hostile_service.token, "url": hostile_service.url}])
        yield context


def look(context: BrowserContext, url: str, service: str) -> tuple[list[str], list[str]]:
    """What went wrong on a page, and where it leads to."""
    page: Page = context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (faults.append("a dialog"), dialog.dismiss()))
    page.on("request", lambda each: faults.append(f"asked {each.url}") if not each.url.startswith(service) else None)
    page.goto(service + url, wait_until="load")
    page.evaluate(OPEN_EVERYTHING)
    page.wait_for_timeout(300)
    faults += [f"ran: {each}" for each in page.evaluate("window.ran ?? []")]
    faults += [f"blocked: {each}" for each in page.evaluate("window.blocked ?? []")]
    links = page.evaluate("[...document.querySelectorAll('a[href]')].map((each) => each.href)")
    page.close()
    return faults, [link.removeprefix(service).partition("#")[0] for link in links if link.startswith(service)]


def pages_of(app: Any) -> list[str]:
    """Every address without a parameter that a GET answers with a page."""

    def walk(found: Any) -> Iterator[str]:
        for route in found:
            if hasattr(route, "effective_candidates"):
                yield from walk(route.effective_candidates())
            elif "GET" in (getattr(route, "methods", None) or ()) and "{" not in route.path:
                yield route.path

    no_pages = ("/api", "/health", "/openapi", "/open311", "/wechat", "/wecom")
    return sorted(path for path in set(walk(app.routes)) if not path.startswith(no_pages))


def test_every_page_shows_hostile_words_and_runs_none(
    hostile_service: SimpleNamespace, context: BrowserContext
) -> None:
    begin = pages_of(hostile_service.app)
    assert {"/maps/density", "/issues", "/desk", "/docs", "/sign-in"} <= set(begin)
    waiting = [*begin, *(f"/issues/{number}" for number in hostile_service.issues[:3]), "/nowhere", "/issues?lang=en"]
    seen: set[str] = set()
    wrong: dict[str, list[str]] = {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        shape = re.sub(r"=[^&]*", "=", path)
        if shape in seen or path.startswith(("/static", "/sign-out", "/openapi", "/api")):
            continue
        seen.add(shape)
        faults, links = look(context, path, hostile_service.url)
        if path == "/nowhere":  # the browser says that it is not there
            faults = [fault for fault in faults if "404" not in fault]
        if faults:
            wrong[path] = faults
        waiting += links
    assert wrong == {}
    assert len(seen) > len(begin)


def test_blocked_script_would_be_seen(hostile_service: SimpleNamespace, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(hostile_service.url + "/issues")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\" onclick=\"1\">x</p>')")
    page.wait_for_function("(window.blocked ?? []).length > 0")
    page.close()


@pytest.mark.parametrize(
    "path",
    [
        path.relative_to(Path(maps.__file__).parent).as_posix()
        for folder in ("templates", "static/js", "layers", "pages")
        for path in sorted((Path(maps.__file__).parent / folder).rglob("*"))
        if path.suffix in (".html", ".js", ".py")
    ],
)
def test_nothing_that_is_written_needs_a_weaker_policy(path: str) -> None:
    text = (Path(maps.__file__).parent / path).read_text(encoding="utf-8")
    assert not INLINE.search(text), INLINE.search(text)
