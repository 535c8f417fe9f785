"""The whole service, over a socket, with the demonstration community; and a browser in which somebody is signed in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page
from sqlalchemy import Engine

from api.app import create_app
from gis.importers import demonstration
from gis.security.accounts import ensure_demo_accounts
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from tests.chromium import chromium
from tests.e2e.reading import Readers

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def demonstration_template(new_database: Callable[..., str], template: str, settings: Settings, vault: Vault) -> str:
    """The name of a database with the demonstration, which nobody changes."""
    engine = create_engine(new_database(template), vault=vault)
    with transaction(engine) as connection:
        demonstration.load(connection, settings=settings)
        ensure_demo_accounts(connection, PASSWORD)
    engine.dispose()
    assert engine.url.database
    return engine.url.database


@pytest.fixture(scope="module")
def demonstration_engine(
    new_database: Callable[..., str], demonstration_template: str, vault: Vault
) -> Iterator[Engine]:
    """The demonstration that the tests of one file share; what they add stays in it."""
    engine = create_engine(new_database(demonstration_template), vault=vault)
    yield engine
    engine.dispose()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of a service that runs for a block."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def service_url(demonstration_engine: Engine) -> Iterator[str]:
    """The address of a running service; its browser assets are those of the home that the tests were set up in."""
    with serving(create_app(Settings(), demonstration_engine)) as url:
        yield url


@pytest.fixture(scope="module")
def signed_in_page(service_url: str) -> Iterator[Page]:
    """A page of a browser in which the dispatcher is signed in."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{service_url}/sign-in")
        page.fill("[name=username]", "dispatcher")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{service_url}/")
        yield page


@pytest.fixture(scope="module")
def readers(service_url: str) -> Iterator[Readers]:
    """A browser context for each reader of the service."""
    with chromium() as browser:
        yield Readers(browser, service_url, PASSWORD)
