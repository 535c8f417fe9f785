"""The index in memory against PostGIS, which stays the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from gis.geolocation.boundaries import current_boundaries
from gis.storage.session import transaction
from tests.world import NOON, add_other_community, build_world, redraw

AT = text("SELECT code, edge_m FROM grids_at(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :at) WHERE community_id = :of")
NEAR = text("SELECT code FROM grids_near(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :at, :m) WHERE community_id = :of")

# Corners, edges, middles, and a little beyond: a quarter of a grid's width apart.
lattice = st.tuples(st.integers(-2, 14), st.integers(-2, 10)).map(lambda p: (107 + p[0] / 4000, 29 + p[1] / 4000))
anywhere = st.tuples(st.floats(106.9995, 107.0035), st.floats(28.9995, 29.0025))
moments = st.integers(-2, 2).map(lambda hours: NOON + timedelta(hours=hours))


@given(place=lattice | anywhere, at=moments)
@example(place=(107.001, 29.001), at=NOON)
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_index_and_postgis_agree_on_every_point_before_and_after_a_redraw(
    connection: Connection, world: Any, place: tuple[float, float], at: datetime
) -> None:
    with connection.begin_nested() as savepoint:
        redraw(connection, world, at=NOON)
        lon, lat = place
        asked = {"lon": lon, "lat": lat, "at": at, "of": world.community_id}
        truth = connection.execute(AT, asked).all()
        near = connection.scalars(NEAR, asked | {"m": 40}).all()
        boundaries = current_boundaries(connection)
        spot = boundaries.spot(lon=lon, lat=lat, at=at, reach_m=40, community_id=world.community_id)
        assert [grid.code for grid in spot.covering] == [row.code for row in truth]
        assert {g.code for g in spot.covering} | {n.grid.code for n in spot.near} == set(near)
        if truth:
            assert spot.edge_m == pytest.approx(truth[0].edge_m, rel=0.01, abs=0.01)
        savepoint.rollback()


def test_lowest_code_holds_across_communities_too(connection: Connection, world: Any) -> None:
    add_other_community(connection)
    boundaries = current_boundaries(connection)
    spot = boundaries.spot(lon=107.0015, lat=29.0005, at=NOON, reach_m=0, community_id=None)
    assert [(g.code, g.community.code) for g in spot.covering] == [("G1", "boston"), ("G2", "999119003004")]


def test_committed_change_is_seen_by_the_next_transaction_and_an_uncommitted_one_by_nobody_else(
    engine: Engine,
) -> None:
    place: dict[str, Any] = {"lon": 107.0012, "lat": 29.0005, "reach_m": 0}

    def held(connection: Connection, at: datetime) -> str:
        return current_boundaries(connection).spot(**place, at=at, community_id=None).covering[0].code

    with transaction(engine) as connection:
        world = build_world(connection)
    later = NOON + timedelta(days=1)
    with transaction(engine) as reader:
        assert held(reader, later) == "G2"
    with transaction(engine) as writer:
        redraw(writer, world, at=datetime(2024, 6, 1, 4, tzinfo=UTC))
        assert held(writer, later) == "G1"
        with transaction(engine) as reader:
            assert held(reader, later) == "G2"
    with transaction(engine) as reader:
        assert held(reader, later) == "G1"
