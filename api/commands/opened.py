"""The data of this home, for a command that reads or changes it once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_engine, transaction


@contextmanager
def opened(settings: Settings) -> Iterator[Connection]:
    """One transaction on this home's database, brought up to date; the cluster runs for as long as it takes."""
    with Cluster(settings).running() as url:
        prepare(url)
        engine = create_engine(url)
        try:
            with transaction(engine) as connection:
                yield connection
        finally:
            engine.dispose()
