from __future__ import annotations

from sqlalchemy import Connection, func, select

from gis.importers.demonstration import COMMUNITY, is_loaded, load
from gis.importers.plan import Counts
from gis.settings import Settings
from gis.storage.tables import area, building, resident


def test_the_demonstration_community_loads_whole_and_only_once(connection: Connection, settings: Settings) -> None:
    assert not is_loaded(connection)
    counts = load(connection, settings=settings)
    assert is_loaded(connection)
    assert counts["boundaries"] == Counts(new=31)
    assert counts["households"].new >= 11_000
    assert counts["groups"] == Counts(new=31)
    assert (connection.scalar(select(func.count()).select_from(resident)) or 0) >= 30_000
    assert not connection.scalar(select(func.count()).where(building.c.footprint.is_(None)))
    synthetic = connection.scalars(select(area.c.code).where(area.c.synthetic)).all()
    assert synthetic == [COMMUNITY]
    again = load(connection, settings=settings)
    assert {kind for kind, count in again.items() if count.new or count.changed} == set()
