"""`/api/locate`, from memory and by asking the database."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

from api.app import create_app
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.settings import Settings
from gis.storage.session import transaction
from tests.client import TestClient
from tests.world import COMMUNITY, add_other_community, build_world, redraw

INSIDE = {"lon": 107.0015, "lat": 29.0005}


@pytest.fixture
def from_memory(app: FastAPI, admin: TestClient) -> None:
    """Waits until the service has what it needs in memory."""
    deadline = time.monotonic() + 10
    while app.state.points() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def asked_by_requests(town_engine: Engine) -> Iterator[list[str]]:
    """The statements that requests, not the service's own thread, have sent to the database."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.current_thread().name != "data-follower":
            sent.append(statement)

    event.listen(town_engine, "before_cursor_execute", note)
    yield sent
    event.remove(town_engine, "before_cursor_execute", note)


def test_point_of_now_is_answered_without_the_database(
    admin: TestClient, from_memory: None, asked_by_requests: list[str]
) -> None:
    admin.get("/api/locate", params=INSIDE)  # the first may ask who it is
    asked_by_requests.clear()
    answer = admin.get("/api/locate", params=INSIDE).json()
    assert (answer["grid"]["code"], answer["worker"]["id"]) == ("G2", "W3")
    assert asked_by_requests == []


@pytest.mark.parametrize(
    "asked",
    [
        INSIDE,
        {"lon": 107.001, "lat": 29.001},
        {"lon": 107.00305, "lat": 29.0005},
        {"lon": 107.5, "lat": 29.5},
        INSIDE | {"accuracy_m": 80},
        INSIDE | {"crs": "gcj02"},
        INSIDE | {"community": COMMUNITY},
        INSIDE | {"community": ""},
        INSIDE | {"group": "QA"},
        INSIDE | {"at": "2023-06-01"},
        INSIDE | {"at": "2023-06-01T08:00:00"},
        {"text": "河街12号门口"},
        {"building_id": "B1"},
        {},
        {"lon": 107},
        {"lon": "x", "lat": 29},
        {"lon": "nan", "lat": 29},
        {"lon": 29, "lat": 107},
        {"lon": 29.0005, "lat": 88},
        {"lon": 0, "lat": 0},
        {"lon": 107, "lat": 91},
        INSIDE | {"crs": "mars"},
        INSIDE | {"accuracy_m": -1},
        INSIDE | {"community": "nowhere"},
        INSIDE | {"unknown": 1},
        {"lon": [1, 107.0015], "lat": 29.0005},
    ],
)
def test_answer_is_the_same_from_memory_and_from_the_database(
    app: FastAPI, admin: TestClient, from_memory: None, asked: dict[str, Any]
) -> None:
    from_memory_told = admin.get("/api/locate", params=asked)
    followed, app.state.points = app.state.points, lambda: None
    try:
        asked_told = admin.get("/api/locate", params=asked)
    finally:
        app.state.points = followed
    assert from_memory_told.status_code == asked_told.status_code
    of_the_transfer = {"content-length", "content-encoding", "vary"}
    one, other = (
        {name: value for name, value in told.headers.items() if name not in of_the_transfer}
        for told in (from_memory_told, asked_told)
    )
    assert one == other
    one, other = (
        told.content if "at" in asked else re.sub(rb'"at":"[^"]+"', b"", told.content)
        for told in (from_memory_told, asked_told)
    )
    assert one == other


def test_answers_from_memory_are_for_those_who_may_read(client_for: Any, nobody: TestClient, from_memory: None) -> None:
    assert client_for("official").get("/api/locate", params=INSIDE).status_code == 200
    assert client_for("intake").get("/api/locate", params=INSIDE).status_code == 403
    assert nobody.get("/api/locate", params=INSIDE).status_code == 401


def test_redraw_takes_effect_at_its_moment_and_a_publish_within_a_second(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as connection:
        world = build_world(connection)
        token = open_sign_in(connection, create_account(connection, username="a", password="p" * 12, role="admin"), 1)
    headers = {"authorization": f"Bearer {token}"}
    app = create_app(settings, engine)
    west_of_g2 = {"lon": 107.0012, "lat": 29.0005}
    with TestClient(app, headers=headers) as client:

        def code() -> str:
            return str(client.get("/api/locate", params=west_of_g2).json()["grid"]["code"])

        def wait_until_known() -> Any:
            while (known := app.state.points()) is None:
                time.sleep(0.005)
            return known

        assert code() == "G2"
        moment = datetime.now(UTC) + timedelta(seconds=1.5)
        with transaction(engine) as connection:
            redraw(connection, world, at=moment)
        time.sleep(0.3)
        known = wait_until_known()
        seen = []
        while datetime.now(UTC) < moment + timedelta(seconds=0.3):
            begun = datetime.now(UTC)
            told = code()
            seen.append((begun, told, datetime.now(UTC)))
        assert {told for _, told, ended in seen if ended < moment} == {"G2"}
        assert {told for begun, told, _ in seen if begun >= moment} == {"G1"}
        assert wait_until_known() is known

        with transaction(engine) as connection:
            add_other_community(connection, code="aaa")
        published = time.monotonic()
        while len(client.get("/api/locate", params=west_of_g2).json()["receipt"]["candidates"]) < 2:
            assert time.monotonic() - published < 1.0
