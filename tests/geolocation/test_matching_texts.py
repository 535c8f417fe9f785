"""What a text says of a place in the hand-drawn town (see tests/world.py for its map)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from gis.geolocation.clues import Clues, Knowledge, context_of, look_up
from gis.geolocation.texts import LocatedText, read_text
from tests.world import NOON

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def reads(connection: Connection) -> Any:
    def reads(text: str, **clues: Any) -> LocatedText:
        knowledge = Knowledge.current(connection)
        context = context_of(look_up(Clues(**clues), knowledge, at=NOON), knowledge)
        return read_text(connection, knowledge, text, context=context, at=NOON)

    return reads


@pytest.mark.parametrize("text", ["梨园1栋1单元502漏水", "老梨园①栋1-5-2", "黎园一幢一单元5楼2号", "梨园1#5-2"])
def test_door_is_known_however_it_is_written(reads: Any, text: str) -> None:
    located = reads(text)
    first = located.candidates[0]
    assert located.decision == "assigned"
    assert (first.building.code, first.grid.code) == ("B1", "G1")
    assert (first.household.unit, first.household.floor, first.household.door) == ("1", 5, "2")


def test_door_that_nobody_lives_behind_is_no_household(reads: Any) -> None:
    located = reads("梨园1栋1单元902")
    assert located.decision == "assigned"
    assert located.candidates[0].household is None


def test_compound_in_two_grids_has_no_grid(reads: Any) -> None:
    first = reads("长坡门口堆了垃圾").candidates[0]
    assert (first.compound.name, first.building, first.grid) == ("长坡", None, None)


def test_group_is_context(reads: Any) -> None:
    located = reads("2号楼电梯坏了", group="QA")
    assert (located.decision, located.candidates[0].building.name) == ("assigned", "梨园2栋")
    assert "sender is from there" in located.candidates[0].why
    assert reads("2号楼电梯坏了").decision == "unknown"


def test_text_without_a_place_says_nothing(reads: Any) -> None:
    assert reads("请问医保怎么交") == LocatedText((), (), "unknown")
