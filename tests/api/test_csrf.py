"""No change by cookie without a token of the page: every form, every script, every route."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import maps
from api.border import CALLBACKS
from api.csrf import csrf_token, fits
from api.csrf_check import SAFE_METHODS
from tests.api.test_border import routes
from tests.api.test_sign_in import PAGE, PASSWORD, sign_in, token_in
from tests.client import TestClient
from tests.maps.sample import pages

TEMPLATES = sorted((Path(maps.__file__).parent / "templates").glob("*.html"))
SCRIPTS = sorted((Path(maps.__file__).parent / "static" / "js").glob("*.js"))
FORM = re.compile(r"<form\b[^>]*>\s*(\{% include \"csrf.html\" %\})?", re.I)
READING_FORM = re.compile(r"method=\"?get\b", re.I)


def forms_without_a_token(template: str) -> list[str]:
    """The forms of a template that post and do not begin with the token."""
    return [each[0] for each in FORM.finditer(template) if not each[1] and not READING_FORM.search(each[0])]


def scripts_that_change_without_a_token(script: str) -> bool:
    """Whether a script sends a change by itself, not by `send()`."""
    asked = [call_from(script, found.end()) for found in re.finditer(r"\bfetch\(", script)]
    return any("method" in each for each in asked) or bool(re.search(r"XMLHttpRequest|sendBeacon", script))


def call_from(script: str, start: int) -> str:
    """What stands between a bracket, which has been opened before `start`, and its end."""
    depth = 1
    for at in range(start, len(script)):
        depth += {"(": 1, ")": -1}.get(script[at], 0)
        if depth == 0:
            return script[start:at]
    return script[start:]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_begins_with_the_token(template: Path) -> None:
    assert forms_without_a_token(template.read_text()) == []


@pytest.mark.parametrize("script", [each for each in SCRIPTS if each.name != "send.js"], ids=lambda path: path.name)
def test_every_script_sends_changes_by_the_one_way_that_carries_the_token(script: Path) -> None:
    assert not scripts_that_change_without_a_token(script.read_text())


def test_form_and_script_without_a_token_would_be_found() -> None:
    assert forms_without_a_token('<form method="post" action="/x"><button>')
    assert forms_without_a_token("<form><button formmethod=post>")
    assert scripts_that_change_without_a_token('await fetch(`/api/x/${id}`, { headers: {}, method: "POST" })')
    assert not scripts_that_change_without_a_token('await fetch("/x"); send("/y", { method: "POST" })')


def test_rendered_pages_have_the_token_in_each_form() -> None:
    for html in pages().values():
        posting = re.findall(r'<form method="post"[^>]*>\s*(<input type="hidden" name="csrf_token")?', html)
        assert all(posting)


def test_every_route_that_changes_something_refuses_a_cookie_alone(app, client_for) -> None:
    browser = client_for("admin", browser=True)
    browser.cookies.set("lang", "en")
    right = browser.headers.pop("x-csrf-token")
    wrong = csrf_token("somebody else's")
    changing = {(method, path) for method, path in routes(app) if method not in SAFE_METHODS}
    assert ("POST", "/sign-out") in changing
    no_cookie_counts = {("POST", "/api/token"), *(("POST", path) for path in CALLBACKS)}
    for method, path in changing - no_cookie_counts:
        for headers in ({}, {"x-csrf-token": wrong}, {"x-csrf-token": ""}, {"x-csrf-token": right[:-2]}):
            answer = browser.request(method, path, headers={"accept": "*/*", **headers})
            assert answer.status_code == 403, path
            assert "no longer current" in answer.text, path
    assert browser.get("/issues").status_code == 200


def test_bearer_token_needs_none(client_for) -> None:
    answer = client_for("admin").post("/api/issues", json={"text": "路灯不亮"})
    assert answer.status_code == 201


def test_cookie_beside_a_bearer_token_changes_nothing(client_for) -> None:
    browser = client_for("admin", browser=True)
    del browser.headers["x-csrf-token"]
    answer = browser.post("/api/issues", json={"text": "路灯不亮"}, headers={"authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_token_of_one_sign_in_is_worth_nothing_in_another(client_for) -> None:
    mine, theirs = client_for("admin", browser=True), client_for("dispatcher", browser=True)
    answer = mine.post("/sign-out", data={"csrf_token": token_in(theirs.get("/docs"))}, headers={"x-csrf-token": ""})
    assert answer.status_code == 403


def test_form_may_be_sent_in_both_encodings_of_a_form(client_for) -> None:
    for encoding in ({}, {"files": {"file": b"x" * 10_000}}):
        browser = client_for("admin", browser=True)
        del browser.headers["x-csrf-token"]
        token = token_in(browser.get("/docs"))
        assert browser.post("/sign-out", data={"csrf_token": token}, **encoding).status_code == 303


def test_token_is_not_taken_from_elsewhere_in_a_body(client_for) -> None:
    browser = client_for("admin", browser=True)
    token = browser.headers.pop("x-csrf-token")
    for body in (f"x=1&csrf_token={token}", f" csrf_token={token}", f"csrf_token={token}x", f"csrf_token={token}%00"):
        answer = browser.post("/sign-out", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 403


def test_sign_in_form_is_bound_to_the_browser_that_asked_for_it(app, nobody) -> None:
    mine, theirs = (TestClient(app, follow_redirects=False, headers=PAGE) for _ in range(2))
    token = token_in(theirs.get("/sign-in"))
    given = {"csrf_token": token, "username": "official", "password": PASSWORD}
    assert mine.post("/sign-in", data=given).status_code == 403
    mine.get("/sign-in")
    assert mine.post("/sign-in", data=given).status_code == 403
    assert theirs.post("/sign-in", data=given).status_code == 303


def test_sign_in_form_works_in_two_windows_and_after_a_failure(app, nobody) -> None:
    visitor = TestClient(app, follow_redirects=False, headers=PAGE)
    first = token_in(visitor.get("/sign-in"))
    assert sign_in(visitor, password="wrong").status_code == 401
    given = {"csrf_token": first, "username": "official", "password": PASSWORD}
    assert visitor.post("/sign-in", data=given).status_code == 303


def test_token_looks_different_on_each_page_and_tells_nothing_of_the_secret() -> None:
    made = {csrf_token("secret") for _ in range(50)}
    assert len(made) == 50
    assert all(fits(each, "secret") and not fits(each, "other") for each in made)


@pytest.mark.parametrize("token", ["", "x", "é", "=" * 8, "A" * 85, "A" * 87, "\x00"])
def test_token_that_is_none_fits_nothing(token: str) -> None:
    assert not fits(token, "secret")
