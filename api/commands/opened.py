"""The data of this home, for a command that reads or changes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from gis.errors import GisError
from gis.security.rotation import check_keys
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_engine, transaction


def prepared(settings: Settings, url: str) -> Engine:
    """An engine for this home's database, which is brought up to date and whose keys are there."""
    vault = Vault.of(settings)
    prepare(url, vault=vault)
    engine = create_engine(url, vault=vault)
    try:
        check_keys(engine)
    except GisError:
        engine.dispose()
        raise
    return engine


@contextmanager
def opened(settings: Settings) -> Iterator[Connection]:
    """One transaction on this home's database, brought up to date; the cluster runs for as long as it takes."""
    with opened_engine(settings) as engine, transaction(engine) as connection:
        yield connection


@contextmanager
def opened_engine(settings: Settings) -> Iterator[Engine]:
    """This home's database, brought up to date, for a command that commits in steps."""
    with Cluster(settings).running() as url:
        engine = prepared(settings, url)
        try:
            yield engine
        finally:
            engine.dispose()
