"""Every operation of the OpenAPI document answers as it says, whoever asks and whatever is sent.

No 500, no status and no content that the document does not name. What is sent is drawn from the document itself, as it
wants it and as it does not.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as example_settings

from api.app import create_app
from gis.settings import Settings
from tests.api.conftest import ROLES
from tests.client import TestClient

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
DESCRIBED = schemathesis.openapi.from_dict(create_app(Settings()).openapi())
OPERATIONS = {each.ok().label: each.ok() for each in DESCRIBED.get_all_operations()}
CASES = [
    *((label, GenerationMode.POSITIVE) for label in OPERATIONS),
    *((label, GenerationMode.NEGATIVE) for label, each in OPERATIONS.items() if each.query or each.body),
]
"""Where neither a query nor a body is described, nothing can be sent that is not wanted."""


def send(client: TestClient, case: Any) -> Any:
    """One drawn request, by the client's own transport and with its own way of having signed in."""
    asked = case.as_transport_kwargs(base_url="http://testserver")
    drawn = {
        name: value for name, value in (case.headers or {}).items() if name.lower() not in ("authorization", "cookie")
    }
    body = {name: asked[name] for name in ("json", "data") if asked.get(name) is not None}
    if isinstance(body.get("data"), bytes | str):
        body = {"content": body["data"]}
    headers = {**drawn, "content-type": case.media_type} if "content" in body else drawn
    return client.request(asked["method"], asked["url"], params=asked.get("params"), headers=headers, **body)


@pytest.fixture(scope="module")
def clients(client_for: Callable[..., TestClient], nobody: TestClient) -> list[TestClient]:
    return [nobody, *(client_for(role) for role in ROLES)]


@pytest.mark.parametrize(("operation", "mode"), CASES, ids=[f"{label}-{mode.value}" for label, mode in CASES])
def test_operation_answers_as_described(operation: str, mode: GenerationMode, clients: list[TestClient]) -> None:
    @example_settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(case=OPERATIONS[operation].as_strategy(mode))
    def answers(case: Any) -> None:
        for client in clients:
            case.validate_response(send(client, case), checks=CHECKS)

    answers()
