"""Signing in and out over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import func, update

from gis.security.sign_in import token_hash
from gis.storage.session import transaction
from gis.storage.tables import sign_in as sign_in_table
from tests.api.conftest import PASSWORD, TestClient

PAGE = {"accept": "text/html"}


@pytest.fixture
def visitor(app, nobody):
    """A browser of its own, so that cookies stay with the test."""
    return TestClient(app, follow_redirects=False, headers=PAGE)


@pytest.fixture(autouse=True)
def unhurried(app):
    app.state.throttle.__init__()


def sign_in(client, username="official", password=PASSWORD, **more):
    return client.post("/sign-in", data={"username": username, "password": password, **more})


def test_token_is_given_for_the_password_form_and_opens_pages_too(nobody, app):
    answer = nobody.post("/api/token", data={"grant_type": "password", "username": "official", "password": PASSWORD})
    given = answer.json()
    assert given["token_type"] == "bearer"
    assert given["expires_in"] == 12 * 3600
    headers = {"authorization": f"Bearer {given['access_token']}"}
    assert nobody.get("/api/issues", headers=headers).status_code == 200
    assert nobody.get("/maps/density", headers=headers).status_code == 200


def test_cookie_is_out_of_reach_of_scripts_and_opens_the_api_too(visitor):
    answer = sign_in(visitor, next="/queue?community=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?community=x")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert visitor.get("/api/issues").status_code == 200


def test_cookie_is_secure_behind_tls(app, nobody):
    visitor = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert "secure" in sign_in(visitor).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\t/evil.example", "/a\r\nx: y"]
)
def test_reader_is_not_sent_elsewhere_after_signing_in(visitor, elsewhere):
    assert sign_in(visitor, next=elsewhere).headers["location"] == "/"


@pytest.mark.parametrize(
    ("username", "password"), [("official", "wrong"), ("nobody", PASSWORD), ("a\x00", "b"), ("", "")]
)
def test_wrong_name_and_wrong_password_are_told_alike(visitor, nobody, username, password):
    answer = sign_in(visitor, username, password)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    if username and password:
        token = nobody.post("/api/token", data={"username": username, "password": password})
        assert (token.status_code, token.json()["detail"]) == (401, "Name and password do not match.")


def test_token_form_names_what_it_lacks(nobody):
    answer = nobody.post("/api/token", data={"username": "official"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"where": "password", "code": "missing", "reason": "is required"}]


def test_sign_out_ends_the_token_at_once(visitor):
    sign_in(visitor)
    token = visitor.cookies["dualgrid_session"]
    assert visitor.get("/api/issues").status_code == 200
    assert visitor.post("/sign-out").headers["location"] == "/sign-in"
    assert visitor.get("/api/issues", headers={"authorization": f"Bearer {token}", "accept": "*/*"}).status_code == 401


def test_expired_sign_in_is_refused(visitor, town_engine):
    sign_in(visitor)
    with transaction(town_engine) as connection:
        connection.execute(
            update(sign_in_table)
            .where(sign_in_table.c.token_hash == token_hash(visitor.cookies["dualgrid_session"]))
            .values(expires_at=func.now())
        )
    assert visitor.get("/api/issues", headers={"accept": "*/*"}).status_code == 401


def test_guessing_is_slowed_down_for_the_name_that_is_guessed(visitor, nobody):
    for _ in range(10):
        assert nobody.post("/api/token", data={"username": "planner", "password": "x"}).status_code == 401
    refused = nobody.post("/api/token", data={"username": "planner", "password": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 300
    assert sign_in(visitor, "planner").status_code == 429
    assert sign_in(visitor, "official").status_code == 303


def test_failures_of_long_names_fill_no_memory(app, nobody):
    for tail in "ab":
        nobody.post("/api/token", data={"username": "x" * 100_000 + tail, "password": "y"})
    assert [len(name) for name, _ in app.state.throttle._failures] == [81]


def test_success_forgets_the_failures_before(nobody):
    for _ in range(3):
        for _ in range(9):
            nobody.post("/api/token", data={"username": "planner", "password": "x"})
        assert nobody.post("/api/token", data={"username": "planner", "password": PASSWORD}).status_code == 200
