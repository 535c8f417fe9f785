"""The security headers are on every answer: pages, errors, static files, redirections, refusals."""

from __future__ import annotations

import pytest

from tests.client import TestClient

ANSWERS = {
    "page": ("GET", "/sign-in", {}, 200),
    "static file": ("GET", "/static/css/dualgrid.css", {}, 200),
    "missing static file": ("GET", "/static/none", {}, 404),
    "no sign-in": ("GET", "/api/issues", {}, 401),
    "sent to the sign-in": ("GET", "/maps/density", {"accept": "text/html"}, 303),
    "from another site": ("POST", "/sign-in", {"origin": "http://elsewhere"}, 403),
    "wrong method": ("DELETE", "/health", {}, 405),
    "too long": ("GET", "/health?" + "a" * 50_000, {}, 414),
    "broken form": ("POST", "/api/token", {"content-type": "text/plain"}, 422),
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ANSWERS)
def test_answer_has_the_security_headers(name: str, scheme: str, nobody: TestClient) -> None:
    method, path, sent, status = ANSWERS[name]
    answer = nobody.request(method, f"{scheme}://testserver{path}", headers=sent)
    assert answer.status_code == status
    headers = answer.headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert policy["form-action"] == "'self'"
        assert policy["script-src"].startswith("'self' 'nonce-")
    else:
        assert policy["form-action"] == "'none'"
        assert "script-src" not in policy
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "geolocation=(self)" in headers["permissions-policy"]
    assert ("strict-transport-security" in headers) == (scheme == "https")
    assert "server" not in headers
    assert headers["cache-control"] == ("public, max-age=0" if name == "static file" else "no-store")
