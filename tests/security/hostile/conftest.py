"""The service over HTTP, as the tests of the API have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import app, client_for, nobody, report, source, town, town_engine, town_template
from tests.client import TestClient

__all__ = ["app", "client_for", "nobody", "report", "source", "town", "town_engine", "town_template"]


@pytest.fixture
def admin(client_for: Callable[..., Any]) -> TestClient:
    """Signed in for one test alone: among all that is tried is what signs everybody out."""
    client: TestClient = client_for("admin")
    return client
