"""The corpus in addresses and headers: in every parameter, every path, and what a client says of itself."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.client import TestClient
from tests.security.hostile.asked import INNER_WORDS, address, mind, of
from tests.security.hostile.corpus import HEADERS, NO_TEXT, TEXTS
from tests.security.hostile.described import OPERATIONS

FILTERED = "GET /api/maps/days"
FILTERS = frozenset(OPERATIONS[FILTERED].in_query) - {"q"}
"""All maps read them by the same model: they are tried there; free words are tried on every map."""


def in_query(label: str) -> list[str]:
    elsewhere = FILTERS if label.startswith("GET /api/maps/") and label != FILTERED else frozenset[str]()
    return [name for name in OPERATIONS[label].in_query if name not in elsewhere]


def test_maps_are_tried_with_all_that_they_alone_read() -> None:
    assert {"extent", "paper", "orientation", "format", "q"} <= set(in_query("GET /api/maps/sheet"))
    assert in_query(FILTERED) == list(OPERATIONS[FILTERED].in_query)


@pytest.mark.parametrize("label", of("in_query"))
def test_text_in_a_parameter_of_the_query(label: str, admin: TestClient) -> None:
    operation = OPERATIONS[label]
    for name in in_query(label):
        for text in (TEXTS | NO_TEXT).values():
            query = f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}"
            mind(admin.request(operation.method, f"{address(operation)}?{query}"), text)


@pytest.mark.parametrize("label", of("in_path"))
def test_text_in_the_path(label: str, admin: TestClient) -> None:
    operation = OPERATIONS[label]
    for name in operation.in_path:
        for text in (TEXTS | NO_TEXT).values():
            answer = admin.request(operation.method, address(operation, **{name: text}), json={})
            mind(answer, text)
            assert answer.status_code >= 400, text


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize(
    "path", ["/api/issues?limit=1", "/sign-in", "/static/css/dualgrid.css", "/maps/density", "/no"]
)
def test_header_that_lies(name: str, path: str, admin: TestClient, nobody: TestClient) -> None:
    for value in HEADERS[name]:
        for client in (admin, nobody):
            answer = client.get(path, headers={name: value.encode("latin-1")})  # type: ignore[dict-item]
            assert answer.status_code < 500, (name, value, answer.text[:300])
            assert answer.status_code < 400 or not INNER_WORDS.search(answer.text)
            assert "evil.invalid" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../api/app.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/static/..%5c..%5capp.py",
        "/static/vendor/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/static/%00",
        "/static/css/dualgrid.css%00.js",
        "/static/" + "a/" * 2000,
        "/static/%ff%fe",
    ],
)
def test_path_that_leads_out_of_the_static_files(path: str, nobody: TestClient) -> None:
    answer = nobody.get(path)
    assert answer.status_code in (401, 404, 414), answer.text[:200]
    assert "root:" not in answer.text
