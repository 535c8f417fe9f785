"""Shared by all tests: a real PostGIS, booted the way the product boots it.

One private cluster for the run, one migrated template database; a database of its own for whoever needs
to commit (`engine`), a transaction that is rolled back for everybody else (`connection`).
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from gis.actor import SYSTEM
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import OWNER, create_engine, create_owner_engine, set_actor
from tests.world import build_world

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dualgrid-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def settings(home: Path) -> Settings:
    return Settings(home=home, database_url="")


@pytest.fixture(scope="session")
def vault(settings: Settings) -> Vault:
    """The vault of the run's home, with the key that it made for itself."""
    return Vault.of(settings)


@pytest.fixture(scope="session")
def cluster_url(settings: Settings) -> Iterator[str]:
    with Cluster(settings).running() as url:
        with psycopg.connect(url, autocommit=True) as server:
            # Nothing of a test needs to outlive a power failure.
            server.execute("ALTER SYSTEM SET fsync = off")
            server.execute("SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def new_database(cluster_url: str) -> Callable[..., str]:
    """Makes an empty database, or a copy of another, and gives its URL."""

    def make(template: str = "template1") -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(cluster_url, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return make_url(cluster_url).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
def template(new_database: Callable[..., str]) -> str:
    """The name of a migrated database without rows."""
    url = new_database()
    prepare(url)
    name = make_url(url).database
    assert name
    return name


@pytest.fixture(scope="session")
def shared_engine(new_database: Callable[..., str], template: str, vault: Vault) -> Iterator[Engine]:
    engine = create_engine(new_database(template), vault=vault)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(new_database: Callable[..., str], template: str, vault: Vault) -> Iterator[Engine]:
    """A migrated database of the test's own, without rows."""
    engine = create_engine(new_database(template), vault=vault)
    yield engine
    engine.dispose()


@pytest.fixture
def owner_engine(engine: Engine) -> Iterator[Engine]:
    """The database of `engine`, as its owner sees it."""
    owner = create_owner_engine(engine.url.set(username=OWNER).render_as_string(hide_password=False))
    yield owner
    owner.dispose()


@pytest.fixture
def connection(shared_engine: Engine) -> Iterator[Connection]:
    """A transaction on a migrated database; it is rolled back, so nothing is left behind."""
    with shared_engine.connect() as connection:
        transaction = connection.begin()
        set_actor(connection, SYSTEM)
        yield connection
        transaction.rollback()


@pytest.fixture
def world(connection: Connection) -> SimpleNamespace:
    """The hand-drawn town of `tests/world.py`, in the test's transaction."""
    return build_world(connection)
