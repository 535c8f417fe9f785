"""Signing in and out over HTTP."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select, update

from api.app import create_app
from gis.security.sign_in import token_hash
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import sign_in as sign_in_table
from gis.storage.tables import sign_in_failure
from tests.api.conftest import PASSWORD
from tests.client import TestClient

PAGE = {"accept": "text/html"}


@pytest.fixture
def visitor(app, nobody):
    """A browser of its own, so that cookies stay with the test."""
    return TestClient(app, follow_redirects=False, headers=PAGE)


@pytest.fixture(autouse=True)
def unhurried(app, town_engine):
    app.state.throttle.__init__(app.state.settings.sign_ins_per_minute)
    with transaction(town_engine) as connection:
        connection.execute(sign_in_failure.delete())


def token_in(page):
    """What the forms of a page send back."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def sign_in(client, username="official", password=PASSWORD, **more):
    token = token_in(client.get("/sign-in", headers=PAGE))
    return client.post("/sign-in", data={"csrf_token": token, "username": username, "password": password, **more})


def sign_out(client):
    return client.post("/sign-out", data={"csrf_token": token_in(client.get("/docs"))})


def test_token_is_given_for_the_password_form_and_opens_pages_too(nobody, app):
    answer = nobody.post("/api/token", data={"grant_type": "password", "username": "official", "password": PASSWORD})
    given = answer.json()
    assert given["token_type"] == "bearer"
    assert given["expires_in"] == 12 * 3600
    headers = {"authorization": f"Bearer {given['access_token']}"}
    assert nobody.get("/api/issues", headers=headers).status_code == 200
    assert nobody.get("/maps/density", headers=headers).status_code == 200


def test_cookie_is_out_of_reach_of_scripts_and_opens_the_api_too(visitor):
    answer = sign_in(visitor, next="/desk?community=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?community=x")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert visitor.get("/api/issues").status_code == 200


def test_cookie_is_secure_behind_tls(app, nobody):
    visitor = TestClient(app, base_url="https://testserver", follow_redirects=False)
    assert "secure" in sign_in(visitor).headers["set-cookie"].lower()


def test_cookie_is_of_this_very_host_behind_tls(app, nobody):
    visitor = TestClient(app, base_url="https://testserver", follow_redirects=False, headers=PAGE)
    given = sign_in(visitor).headers["set-cookie"]
    assert given.startswith("__Host-dualgrid_session=")
    assert "domain" not in given.lower()
    assert "path=/;" in given.lower()
    assert visitor.get("/issues").status_code == 200
    visitor.cookies = {"dualgrid_session": visitor.cookies["__Host-dualgrid_session"]}
    assert visitor.get("/issues").status_code == 303


def test_proxy_is_believed_only_where_the_operator_trusts_it(settings, town_engine, town):
    told = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9", **PAGE}
    for trusted, secure, address in (("", False, "10.0.0.5"), ("10.0.0.0/24", True, "203.0.113.9")):
        app = create_app(settings.model_copy(update={"trusted_proxies": trusted}), town_engine)
        with TestClient(app, client=("10.0.0.5", 1), follow_redirects=False, headers=told) as visitor:
            token = token_in(page := visitor.get("/sign-in"))
            # over plain HTTP the client keeps a Secure cookie for itself
            cookie = page.headers["set-cookie"].partition(";")[0]
            given = {"csrf_token": token, "username": "official", "password": PASSWORD}
            answer = visitor.post("/sign-in", data=given, headers={"cookie": cookie})
            assert ("; secure" in answer.headers["set-cookie"].lower()) == secure
        with transaction(town_engine) as connection:
            latest = select(sign_in_table.c.address).order_by(sign_in_table.c.id.desc()).limit(1)
            assert connection.scalar(latest) == address


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.0/99", "10.0.0.1,,"])
def test_proxies_are_addresses_or_networks(proxies, home):
    with pytest.raises(ValidationError):
        Settings(home=home, trusted_proxies=proxies)


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
    assert sign_out(visitor).headers["location"] == "/sign-in"
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


def test_address_that_tries_very_often_waits_even_with_the_right_password(app, nobody):
    app.state.throttle.__init__(3)
    given = {"username": "official", "password": PASSWORD}
    assert [nobody.post("/api/token", data=given).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = nobody.post("/api/token", data=given)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert 0 < int(refused.headers["retry-after"]) <= 20


def test_failures_of_long_names_take_no_more_room_than_others(nobody, town_engine):
    for tail in "ab":
        nobody.post("/api/token", data={"username": "x" * 100_000 + tail, "password": "y"})
    names = select(sign_in_failure.c.key_hash).where(sign_in_failure.c.subject == "name")
    with transaction(town_engine) as connection:
        assert [len(each) for each in connection.scalars(names)] == [32]


def test_success_forgets_the_failures_before(nobody):
    for _ in range(3):
        for _ in range(9):
            nobody.post("/api/token", data={"username": "planner", "password": "x"})
        assert nobody.post("/api/token", data={"username": "planner", "password": PASSWORD}).status_code == 200
