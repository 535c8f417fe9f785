"""The service over HTTP, as the tests of the API have it."""

from tests.api.conftest import admin, app, client_for, nobody, report, source, town, town_engine

__all__ = ["admin", "app", "client_for", "nobody", "report", "source", "town", "town_engine"]
