"""What holds for every request, whatever answers it."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from sqlalchemy import Engine, text

from api.app import create_app
from api.border import SIGNING_KEYS
from api.deps import Begin
from gis.errors import Unavailable
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.storage.session import create_engine, transaction
from tests.api.conftest import PASSWORD, PERSONS, ROLES
from tests.client import TestClient

OPEN311 = "/open311/"
OPEN = {("GET", "/health"), ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/api/token")}
OPEN |= {(method, f"/{platform}/callback") for method in ("GET", "POST") for platform in ("wechat", "wecom")}
OPEN |= {("GET", SIGNING_KEYS)}  # with which anybody checks a map that was carried away
ON_OFFER = {("GET", f"{OPEN311}{path}.xml") for path in ("discovery", "v2/discovery", "v2/services", "v2/services/G1")}
"""What Open311 tells everybody; the rest of it wants a key."""


def routes(app):
    """Every route as (method, path with an example in place of its parameters)."""

    examples = (("{id}", "1"), ("{code}", "G1"), ("{number}", "1"), ("{token}", "1"), ("{format}", "xml"))

    def example(path):
        for name, value in examples:
            path = path.replace(name, value)
        return path

    def walk(found):
        for route in found:
            if isinstance(route, APIRoute) or getattr(route, "methods", None):
                for method in route.methods - {"HEAD"}:
                    yield method, example(route.path)
            elif hasattr(route, "effective_candidates"):
                yield from walk(route.effective_candidates())

    return set(walk(app.routes))


def test_all_routes_are_walked(app):
    walked = {path for _, path in routes(app)}
    assert {"/openapi.json", "/docs", "/", "/maps/density", "/api/issues", "/api/issues/1/location"} <= walked


def test_nothing_but_the_open_paths_answers_without_an_account(app, nobody):
    for method, path in routes(app) - OPEN - ON_OFFER:
        if path.startswith(OPEN311):
            continue
        answer = nobody.request(method, path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"
        assert nobody.request(method, path, headers={"authorization": "Bearer wrong"}).status_code == 401


def test_open311_answers_nothing_of_a_matter_without_a_key(app, nobody):
    behind = {each for each in routes(app) - ON_OFFER if each[1].startswith(OPEN311)}
    assert ("POST", "/open311/v2/requests.xml") in behind
    for method, path in behind:
        for headers in ({}, {"authorization": "Bearer wrong"}):
            kind = {"content-type": "application/x-www-form-urlencoded"}
            assert nobody.request(method, path, headers=headers | kind).status_code == 403, path


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api/nowhere", "/docs/", "/static", "/health/x", "//health", "/API/token"]
)
def test_path_that_does_not_exist_is_no_way_around_the_gate(nobody, path):
    assert nobody.get(path).status_code == 401


def test_host_header_does_not_open_the_gate(nobody):
    for host in ("x/static/?", "x/health?", "x/sign-in#"):
        assert nobody.get("/api/issues", headers={"host": host}).status_code == 401


def test_browser_is_sent_to_the_sign_in_and_back(nobody):
    answer = nobody.get("/maps/density?topic=消防安全&grid=G1", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2Fmaps%2Fdensity%3Ftopic%3D")


def test_intake_may_report_and_nothing_else(app, client_for):
    intake = client_for("intake")
    assert intake.post("/api/issues", json={"text": "路灯不亮"}).status_code == 201
    allowed = OPEN | {("POST", "/api/issues"), ("POST", "/sign-out")}
    allowed |= {("GET", "/openapi.json"), ("GET", "/api/permissions")}
    allowed |= {("POST", "/api/issues/1/transitions")}  # of its own matters: take back, confirm, object
    own = {(method, path) for method, path in routes(app) if re.match(r"(/api)?/account(/|$)", path)}
    assert len(own) == 12
    for method, path in routes(app) - allowed - own - ON_OFFER:
        if path.startswith(OPEN311):
            continue  # a key sees what it has entered: tests/api/open311
        assert intake.request(method, path, json={"lon": 107, "lat": 29}).status_code == 403, path


@pytest.mark.parametrize("role", ROLES)
def test_role_may_report_and_pin_as_the_table_says(client_for, report, role):
    client = client_for(role)
    made = report(location={"lon": 107.0004, "lat": 29.0004})
    reported = client.post("/api/issues", json={"text": "路灯不亮"}).status_code == 201
    pinned = (
        client.post(f"/api/issues/{made['id']}/location", json={"lon": 107.0005, "lat": 29.0005}).status_code == 200
    )
    assert reported == (role in {"admin", "dispatcher", "intake", *PERSONS})
    assert pinned == (role in {"admin", "dispatcher", "planner", "worker"})


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://testserver"}, True),
        ({}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://elsewhere"}, False),
        ({"origin": "http://testserver.elsewhere"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, False),
    ],
)
def test_change_asked_for_by_another_site_is_refused(client_for, headers, allowed):
    browser = client_for("admin", browser=True)
    answer = browser.post("/api/issues", json={"text": "路灯不亮"}, headers={"accept": "*/*", **headers})
    assert answer.status_code == (201 if allowed else 403)


def test_another_site_may_not_sign_a_reader_in(nobody):
    answer = nobody.post(
        "/sign-in", data={"username": "admin", "password": PASSWORD}, headers={"origin": "http://elsewhere"}
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/health", "/sign-in", "/api/issues", "/api/locate", "/nowhere", "/static/css/dualgrid.css"]
)
def test_every_answer_has_the_security_headers(nobody, admin, path):
    for client in (nobody, admin):
        answer = client.get(path)
        headers = answer.headers
        if headers["content-type"].startswith("text/html"):
            assert "script-src 'self' 'nonce-" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
        else:
            nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            assert headers["content-security-policy"] == nothing
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == ("public, max-age=0" if path.startswith("/static/") else "no-store")


@pytest.mark.parametrize("path", ["/", "/docs", "/issues", "/maps/density", "/sign-in", "/nowhere"])
def test_every_page_has_a_nonce_in_its_policy(client_for, path):
    answer = client_for("admin", browser=True).get(path, follow_redirects=True)
    assert answer.headers["content-type"].startswith("text/html")
    assert "script-src 'self' 'nonce-" in answer.headers["content-security-policy"]


def test_nonce_is_new_for_each_answer_and_is_the_pages(client_for):
    browser = client_for("admin", browser=True)
    first, second = browser.get("/maps/density"), browser.get("/maps/density")
    nonces = [a.headers["content-security-policy"].split("'nonce-")[1].split("'")[0] for a in (first, second)]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0]}"' in first.text


def test_large_body_is_refused_whether_it_is_announced_or_not(admin):
    def pieces():
        for _ in range(20):
            yield b" " * 100_000

    for body in (b" " * 1_000_001, pieces()):
        answer = admin.post("/api/issues", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["code"]


def test_answers_are_compressed(admin):
    assert admin.get("/openapi.json").headers["content-encoding"] == "gzip"


@pytest.fixture
def broken(engine: Engine, owner_engine: Engine, settings):
    """A service with routes that fail in ways that no route should."""
    with transaction(engine) as connection:
        account = create_account(connection, username="a", password=PASSWORD, role="admin")
        token = open_sign_in(connection, account, 1)
    with owner_engine.begin() as connection:
        connection.execute(text("CREATE TABLE pair (id int PRIMARY KEY, next int REFERENCES pair INITIALLY DEFERRED)"))
        connection.execute(text("GRANT INSERT ON pair TO dualgrid_app"))
    app = create_app(settings, engine)
    router = APIRouter()

    @router.get("/fails")
    def fails() -> None:
        raise RuntimeError("secret detail")

    @router.get("/commit-fails")
    def commit_fails(begin: Begin) -> str:
        with begin() as connection:
            connection.execute(text("INSERT INTO pair VALUES (1, 2)"))
        return "done"

    app.include_router(router)
    with TestClient(app, headers={"authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.mark.parametrize("path", ["/fails", "/commit-fails"])
def test_failure_gives_a_reference_and_says_nothing_of_its_cause(broken, caplog, path):
    for accept in ("*/*", "text/html"):
        caplog.clear()
        answer = broken.get(path, headers={"accept": accept})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "pair" not in answer.text
        reference = caplog.records[0].getMessage().removeprefix("reference ")
        assert reference in answer.text
        assert caplog.records[0].exc_info
        assert "content-security-policy" in answer.headers


def test_database_that_is_down_is_503(broken):
    here = broken.app.state.engine
    broken.app.state.engine = create_engine("postgresql://nobody@/none?host=/nonexistent")
    broken.app.state.actors = type(broken.app.state.actors)(broken.app.state.engine)
    try:
        for path in ("/health", "/api/issues", "/sign-in"):
            answer = broken.get(path)
            assert answer.status_code == 503
            assert "nonexistent" not in answer.text
            assert answer.headers["retry-after"]
    finally:
        broken.app.state.engine = here


def test_service_does_not_start_on_a_schema_that_it_does_not_know(new_database, settings):
    engine = create_engine(new_database())
    with pytest.raises(Unavailable, match="db migrate"), TestClient(create_app(settings, engine)):
        pass
    engine.dispose()


def test_what_can_be_fetched_can_be_asked_about(nobody: TestClient, admin: TestClient) -> None:
    assert nobody.head("/health").status_code == 200
    assert nobody.head("/api/grids").status_code == 401
    assert admin.head("/api/grids").status_code == 200
