"""The corpus, sent to every way in that the service describes: refused with a reason, or taken; never a failure.

A refusal is a problem document (RFC 9457). It never tells how the service is built: no trace, no statement, no path.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from tests.api.conftest import TestClient
from tests.security.hostile.corpus import BODIES, HEADERS, NO_TEXT, TEXTS
from tests.security.hostile.described import OPERATIONS, fields, with_value

INNER_WORDS = re.compile(
    r"Traceback|File \"|psycopg|sqlalchemy|pydantic|\bSELECT\b.*\bFROM\b|pgcode|/site-packages/|0x[0-9a-f]{8,}",
    re.DOTALL,
)


def mind(answer: Any, sent: object = "") -> None:
    """Fail unless an answer is one that may be given to anybody; what was sent may come back in it."""
    assert answer.status_code < 500, (answer.status_code, answer.text[:500], sent)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", sent
        problem = answer.json()
        assert problem["status"] == answer.status_code
        own_words = answer.text.replace(json.dumps(str(sent), ensure_ascii=False)[1:-1], "")
        assert not INNER_WORDS.search(own_words), own_words[:500]


def address(operation: Any, **filled: str) -> str:
    """The path with its parameters filled, with 1 where nothing is given."""
    path: str = operation.path
    for name in operation.in_path:
        path = path.replace("{" + name + "}", quote(filled.get(name, "1").encode("utf-8", "surrogatepass"), safe=""))
    return path


def of(kind: str) -> list[str]:
    return [label for label, each in OPERATIONS.items() if getattr(each, kind)]


DRAWN = ("GET /api/maps/file", "GET /api/maps/sheet")
"""They draw a map for every text that they take."""
FILTERS = frozenset(OPERATIONS["GET /api/maps/days"].in_query) - {"q"}
"""They are read there as `/api/maps/days` reads them, and tried there; free words are tried on both."""


def in_query(label: str) -> list[str]:
    return [name for name in OPERATIONS[label].in_query if label not in DRAWN or name not in FILTERS]


def test_what_is_drawn_is_tried_with_all_its_own_parameters() -> None:
    assert {"extent", "paper", "orientation", "format", "q"} <= set(in_query("GET /api/maps/sheet"))


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


@pytest.mark.parametrize("label", of("body"))
def test_text_in_a_field_of_the_body(label: str, admin: TestClient) -> None:
    operation = OPERATIONS[label]
    assert operation.body
    for way in fields(operation.body):
        for text in TEXTS.values():
            mind(admin.request(operation.method, address(operation), json=with_value(operation.body, way, text)), text)
        for text in NO_TEXT.values():
            body = json.dumps(with_value(operation.body, way, text))
            answer = admin.request(
                operation.method, address(operation), content=body, headers={"content-type": "application/json"}
            )
            mind(answer, text)
            assert answer.status_code >= 400, (way, text)


@pytest.mark.parametrize("label", of("body"))
@pytest.mark.parametrize("name", BODIES)
def test_body_that_is_none(label: str, name: str, admin: TestClient) -> None:
    operation = OPERATIONS[label]
    answer = admin.request(
        operation.method, address(operation), content=BODIES[name], headers={"content-type": "application/json"}
    )
    mind(answer)
    assert 400 <= answer.status_code < 500
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("label", of("form"))
def test_text_in_a_field_of_a_form(label: str, nobody: TestClient) -> None:
    operation = OPERATIONS[label]
    for name in operation.form:
        for text in TEXTS.values():
            sound = dict.fromkeys(operation.form, "x")
            answer = nobody.request(operation.method, address(operation), data=sound | {name: text})
            mind(answer, text)
            assert answer.status_code >= 400


@pytest.mark.parametrize("path", ["/sign-in", "/api/token"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"username=%00&password=%ff%fe%ed%a0%80"),
        ("application/x-www-form-urlencoded", b"&" * 100_000),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(20_000))),
        ("application/x-www-form-urlencoded", b"username=a&username=b&password=c&password=d"),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n'),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\na\r\n--x--'),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="username"; filename="../../a"\r\n\r\na\r\n--x--\r\n',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n"),
        ("text/plain", b"username=a"),
        ("application/json", b'{"username": {"a": 1}}'),
    ],
)
def test_form_that_is_none(path: str, kind: str, body: bytes, nobody: TestClient) -> None:
    answer = nobody.post(path, content=body, headers={"content-type": kind})
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert not INNER_WORDS.search(answer.text)


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
