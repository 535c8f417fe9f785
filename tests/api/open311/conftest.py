"""A key, and ways to post and to ask with it."""

from __future__ import annotations

from typing import Any

import pytest

from gis.security.sign_in import open_sign_in
from gis.storage.session import transaction
from tests.api.open311.wire import IN_G1


@pytest.fixture(scope="module")
def key(town_engine, town):
    """The api_key of an account that may report and sees everything."""
    with transaction(town_engine) as connection:
        return open_sign_in(connection, town.accounts["dispatcher"], 1)


@pytest.fixture(scope="module")
def intake_key(town_engine, town):
    with transaction(town_engine) as connection:
        return open_sign_in(connection, town.accounts["intake"], 1)


@pytest.fixture
def post(nobody, key):
    def send(format: str = "json", **fields: Any):
        form = {"api_key": key, "service_code": "FACILITIES", "description": "路灯不亮", **IN_G1, **fields}
        return nobody.post(f"/open311/v2/requests.{format}", data={k: v for k, v in form.items() if v is not None})

    return send


@pytest.fixture
def made(post):
    """Posts a request and gives its id."""

    def send(**fields: Any) -> str:
        reply = post(**fields)
        assert reply.status_code == 200, reply.text
        return reply.json()[0]["service_request_id"]

    return send


@pytest.fixture
def get(nobody, key):
    def ask(path: str, **query: Any):
        return nobody.get(f"/open311/v2/{path}", params={"api_key": key, **query})

    return ask
