"""Buildings as the ground of a map."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from gis.population import basemap
from gis.population.basemap import building_shapes
from gis.storage.tables import building
from tests.world import add, add_other_community, point


def test_buildings_have_their_compound_and_their_number_in_it(connection: Connection, world: Any) -> None:
    shapes = building_shapes(connection, world.community_id)
    assert shapes is not None
    named = {each["id"]: (each["properties"]["compound"], each["properties"]["number"]) for each in shapes["features"]}
    assert named == {
        "B1": ("梨园", "1"),
        "B2": ("梨园", "2"),
        "B3": ("长坡", "1"),
        "B4": ("长坡", "2"),
        "B5": ("", "12"),
    }
    assert shapes["features"][0]["geometry"] == {"type": "Point", "coordinates": [107.0003, 29.0005]}


def test_new_building_is_drawn_from_the_next_request_on(connection: Connection, world: Any) -> None:
    there = add_other_community(connection)
    assert building_shapes(connection, there) is None
    add(connection, building, community_id=there, code="B1", name="B1", geom=point(107, 29))
    assert building_shapes(connection, there) is not None


def test_community_of_too_many_buildings_is_drawn_without_them(
    connection: Connection, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basemap, "MOST_BUILDINGS", 4)
    assert building_shapes(connection, world.community_id) is None
