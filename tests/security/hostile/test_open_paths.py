"""Who has not signed in gets nothing but the way in: every path of the OpenAPI document answers 401 but these."""

from __future__ import annotations

import pytest

from tests.client import TestClient
from tests.security.hostile.asked import address
from tests.security.hostile.described import OPERATIONS

OPEN = {"GET /health", "GET /.well-known/dualgrid-keys.json", "POST /api/token"}


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label not in OPEN])
@pytest.mark.parametrize("token", [None, "", "wrong", "null", "' OR 1=1 --", "e30.e30."])
def test_operation_is_closed_without_a_sign_in(label: str, token: str | None, nobody: TestClient) -> None:
    operation = OPERATIONS[label]
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    answer = nobody.request(operation.method, address(operation), headers=headers, json={})
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"
    assert operation.security, "the document says that it needs a sign-in"


def test_open_paths_are_described() -> None:
    assert set(OPERATIONS) >= OPEN
    assert len(OPERATIONS) > 10
