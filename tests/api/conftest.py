"""The service over HTTP, on a database of its own that holds the hand-drawn town.

The tests of one file share the service: what one reports, the others may see. Each looks at its own issues only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, insert, literal, select

from api.app import create_app
from api.csrf import csrf_token
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from gis.storage.tables import AREA_ROLES, account, account_area, area
from tests.client import Client, TestClient
from tests.world import build_world

PASSWORD = "correct horse battery"
PERSONS = {"worker": "赵一", "network_commentator": "吴五", "property_manager": "郑六", "group_head": "周九"}
"""Whose the accounts of those roles are that belong to a person; only 赵一 and 周九 hold a post of their role."""
ROLES = ("admin", "dispatcher", "official", "planner", *PERSONS, "intake")


@pytest.fixture(scope="session")
def town_template(new_database: Callable[..., str], template: str, vault: Vault) -> SimpleNamespace:
    """The name of a database with the town and its accounts, which nobody changes, and what is in it."""
    engine = create_engine(new_database(template), vault=vault)
    with transaction(engine) as connection:
        world = build_world(connection)
        accounts = {"admin": create_account(connection, username="admin", password=PASSWORD, role="admin")}
        hashed = connection.scalar(select(account.c.password_hash))
        for role in ROLES[1:]:
            worker_id = world.workers[PERSONS[role]] if role in PERSONS else None
            made = insert(account).values(username=role, role=role, password_hash=hashed, worker_id=worker_id)
            accounts[role] = connection.execute(made.returning(account.c.id)).scalar_one()
            if role in AREA_ROLES:
                give_area(connection, accounts[role])
    engine.dispose()
    return SimpleNamespace(name=engine.url.database, holds={**vars(world), "accounts": accounts})


@pytest.fixture(scope="module")
def town_engine(new_database: Callable[..., str], town_template: SimpleNamespace, vault: Vault) -> Iterator[Engine]:
    engine = create_engine(new_database(town_template.name), vault=vault)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def town(town_template: SimpleNamespace) -> SimpleNamespace:
    """The town's ids, and the ids of its accounts by role."""
    return SimpleNamespace(**town_template.holds)


def give_area(connection: Connection, account_id: int) -> None:
    """Let an official or planner see the town's district."""
    district = select(literal(account_id), area.c.id).where(area.c.parent_id.is_(None))
    connection.execute(insert(account_area).from_select(["account_id", "area_id"], district))


@pytest.fixture(scope="module")
def app(settings: Settings, town_engine: Engine, town: SimpleNamespace) -> FastAPI:
    if not (settings.home / "assets").exists():  # Leaflet, from the home that the tests were set up in
        (settings.home / "assets").symlink_to(Settings().home / "assets")
    return create_app(settings, town_engine)


@pytest.fixture(scope="module")
def nobody(app: FastAPI) -> Iterator[Client]:
    """Somebody who has not signed in; follows no redirect, so that tests see them."""
    with TestClient(app, follow_redirects=False) as entered:
        yield Client(app, entered, follow_redirects=False)


@pytest.fixture(scope="module")
def client_for(app: FastAPI, nobody: Client, town_engine: Engine, town: SimpleNamespace) -> Callable[..., Any]:
    """A signed-in client of a role, by bearer token or, as a browser, by cookie."""

    def make(role: str, *, browser: bool = False) -> Client:
        with transaction(town_engine) as connection:
            token = open_sign_in(connection, town.accounts[role], 1)
        client = Client(app, nobody, follow_redirects=False)
        if browser:
            client.cookies.set("dualgrid_session", token)
            client.headers["accept"] = "text/html"
            client.headers["x-csrf-token"] = csrf_token(token)
        else:
            client.headers["authorization"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture(scope="module")
def admin(client_for: Callable[..., TestClient]) -> TestClient:
    return client_for("admin")


_numbers = count(1)


@pytest.fixture
def source() -> str:
    """A source that no other test uses, by which a test finds its own issues."""
    return f"test_{next(_numbers)}"


@pytest.fixture
def report(admin: TestClient, source: str) -> Callable[..., Any]:
    """Reports an issue, as the admin, and gives the answer's JSON."""

    def send(text: str = "路灯不亮", **known: Any) -> Any:
        answer = admin.post("/api/issues", json={"text": text, "source": source, **known})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    return send
