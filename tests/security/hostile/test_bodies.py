"""The corpus in bodies and forms: refused with a reason, or taken; never a failure."""

from __future__ import annotations

import json

import pytest

from tests.client import TestClient
from tests.security.hostile.asked import INNER_WORDS, address, mind, of
from tests.security.hostile.corpus import BODIES, NO_TEXT, TEXTS
from tests.security.hostile.described import OPERATIONS, fields, with_value


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
