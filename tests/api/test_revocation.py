"""Who loses access loses it at once, in every process of the service, without a query for each request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event

from api.app import create_app
from gis.security.accounts import create_account, disable_account
from gis.security.credentials import set_password
from gis.security.sign_in import create_api_token, open_sign_in, revoke_sign_in, sign_ins
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from tests.api.conftest import PASSWORD
from tests.client import TestClient

AT_ONCE_S = 1.0
Change = Callable[..., None]


@pytest.fixture
def processes(engine: Engine, settings: Settings, vault: Vault) -> Iterator[list[TestClient]]:
    """Two services on one database, as two processes of it are, with the sign-in of one account."""
    with transaction(engine) as connection:
        account = create_account(connection, username="ann", password=PASSWORD, role="admin")
        token = open_sign_in(connection, account, 1)
    other = create_engine(engine.url.render_as_string(hide_password=False), vault=vault)
    apps = [create_app(settings, engine), create_app(settings, other)]
    headers = {"authorization": f"Bearer {token}"}
    with TestClient(apps[0], headers=headers) as first, TestClient(apps[1], headers=headers) as second:
        for app in apps:
            wait_until_sure(app)
        yield [first, second]
    other.dispose()


def wait_until_sure(app: FastAPI) -> None:
    """Until the process hears of changes, and so may remember."""
    while app.state.actors._since_change() is None:
        time.sleep(0.01)


def refused_within_s(client: TestClient) -> float:
    begin = time.monotonic()
    while client.get("/openapi.json").status_code != 401:
        assert time.monotonic() - begin < 5
    return time.monotonic() - begin


def disable(connection):
    disable_account(connection, "ann")


def change_password(connection):
    set_password(connection, "ann", PASSWORD + "!")


def revoke(connection):
    revoke_sign_in(connection, 1, sign_ins(connection, 1)[0].id)


@pytest.mark.parametrize("change", [disable, change_password, revoke])
def test_access_ends_in_all_processes_at_once(engine: Engine, processes: list[TestClient], change: Change) -> None:
    for client in processes:
        assert client.get("/openapi.json").status_code == 200
    with transaction(engine) as connection:
        change(connection)
    assert max(map(refused_within_s, processes)) < AT_ONCE_S


def test_signing_out_of_one_process_is_signing_out_of_all(processes: list[TestClient]) -> None:
    first, second = processes
    assert second.get("/openapi.json").status_code == 200
    assert first.post("/sign-out").status_code == 204
    assert first.get("/openapi.json").status_code == 401
    assert refused_within_s(second) < AT_ONCE_S


def test_remembered_sign_in_costs_no_query(engine: Engine, processes: list[TestClient]) -> None:
    client, asked = processes[0], []
    client.get("/openapi.json")

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    for _ in range(20):
        assert client.get("/openapi.json").status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    assert [each for each in asked if "sign_in" in each] == []


def test_sign_ins_of_others_make_nobody_be_asked_for_again(engine: Engine, processes: list[TestClient]) -> None:
    client = processes[0]
    client.get("/openapi.json")
    memory = client.app.state.actors._since_change()
    with transaction(engine) as connection:
        open_sign_in(connection, 1, 1)
        create_api_token(connection, 1, name="export", days=1, most_days=1)
    time.sleep(0.6)
    assert client.app.state.actors._since_change() is memory


def test_whoever_has_another_role_has_it_at_once(engine: Engine, processes: list[TestClient]) -> None:
    client = processes[1]
    assert client.get("/docs").status_code == 200
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE account SET role = 'intake'")
    begin = time.monotonic()
    while client.get("/docs").status_code != 403:
        assert time.monotonic() - begin < AT_ONCE_S


def test_process_that_hears_nothing_asks_for_each_request(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as connection:
        account = create_account(connection, username="ann", password=PASSWORD, role="admin")
        token = open_sign_in(connection, account, 1)
    app = create_app(settings, engine)
    with TestClient(app, headers={"authorization": f"Bearer {token}"}) as client:
        app.state.actors.stop()
        app.state.actors.stop = lambda: None
        app.state.actors._since_change._sure_until = 0.0
        assert client.get("/openapi.json").status_code == 200
        with transaction(engine) as connection:
            disable_account(connection, "ann")
        assert client.get("/openapi.json").status_code == 401
