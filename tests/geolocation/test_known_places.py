"""Gates, kindergartens, roads, one's own home, and buildings that do not exist, in the hand-drawn town.

`tests/world.py` has its map, and in `add_places` the places that are no buildings.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gis.errors import InvalidInput
from gis.geolocation.clues import Clues, Knowledge, context_of, look_up
from gis.geolocation.decide import Decision, decide
from gis.geolocation.texts import LocatedText, read_text
from gis.settings import Settings
from gis.storage.memory import versions
from tests.world import NOON, add_places, add_to_the_road


@pytest.fixture
def town(connection: Connection, world: SimpleNamespace) -> SimpleNamespace:
    add_places(connection, world)
    return world


@pytest.fixture
def decided(connection: Connection, settings: Settings, town: SimpleNamespace) -> Any:
    def decided(text: str, **clues: Any) -> Decision:
        return decide(connection, Clues(text=text, **clues), at=NOON, settings=settings)

    return decided


@pytest.fixture
def reads(connection: Connection, town: SimpleNamespace) -> Any:
    def reads(text: str, **clues: Any) -> LocatedText:
        knowledge = Knowledge.current(connection)
        context = context_of(look_up(Clues(**clues), knowledge, at=NOON), knowledge)
        return read_text(connection, knowledge, text, context=context, at=NOON)

    return reads


def where(decision: Decision) -> tuple[str | None, str | None]:
    return (decision.place.code if decision.place else None, decision.grid.code if decision.grid else None)


def meant(decision: Decision) -> list[tuple[str, str]]:
    return [(each["name"], each["grid"]["code"]) for each in decision.receipt["read"]["may_mean"]]


def test_east_gate_in_a_group_is_that_of_the_groups_compound(decided: Any) -> None:
    decision = decided("东门口垃圾堆", group="QA")
    assert where(decision) == ("P1", "G1")
    assert (decision.method, decision.building, decision.doubt) == ("address", None, None)
    assert decision.receipt["read"] == {"words": "东门口", "place": "梨园东门"}
    assert where(decided("东门口垃圾堆", group="QB")) == ("P2", "G2")


@pytest.mark.parametrize("text", ["长坡东门口垃圾堆", "长坡的东门", "长坡小区东门垃圾"])
def test_gate_beside_its_compounds_name_needs_no_group(decided: Any, text: str) -> None:
    assert where(decided(text)) == ("P2", "G2")


def test_gate_that_nothing_tells_the_compound_of_asks_with_all(decided: Any) -> None:
    decision = decided("东门口垃圾堆")
    assert (decision.grid, decision.doubt) == (None, "ambiguous")
    assert meant(decision) == [("梨园东门", "G1"), ("长坡东门", "G2")]


def test_gate_that_a_compound_does_not_have_leaves_the_compound(decided: Any) -> None:
    decision = decided("梨园西门口垃圾堆")
    assert (where(decision), decision.receipt["read"]["compound"]) == ((None, "G1"), "梨园")


def test_the_one_kindergarten_where_the_group_is_is_meant(decided: Any, reads: Any) -> None:
    assert where(decided("幼儿园对面有人乱停车", group="QA")) == ("P3", "G1")
    located = reads("幼儿园对面有人乱停车", group="QA")
    first = located.candidates[0]
    assert (located.decision, first.building, first.place.code, first.grid.code) == ("assigned", None, "P3", "G1")


def test_several_kindergartens_ask(decided: Any) -> None:
    decision = decided("幼儿园对面有人乱停车")
    assert (decision.grid, decision.doubt) == (None, "ambiguous")
    assert {name for name, _ in meant(decision)} == {"向阳幼儿园", "红星幼儿园"}


def test_kindergarten_elsewhere_is_not_taken_for_the_groups_grid(decided: Any) -> None:
    decision = decided("幼儿园对面有人乱停车", group="QC")
    assert (decision.grid, decision.doubt) == (None, "ambiguous")


def test_places_own_name_is_enough(decided: Any) -> None:
    assert where(decided("红星幼儿园门口堵车")) == ("P4", "G4")
    assert meant(decided("红心幼儿园门口堵车"))[0] == ("红星幼儿园", "G4")


def test_buildings_number_says_more_than_the_gate_beside_it(decided: Any) -> None:
    decision = decided("长坡2栋东门口垃圾堆")
    assert (decision.building.name, decision.place) == ("长坡2栋", None)


def test_new_place_is_known_to_the_next_message(decided: Any, connection: Connection) -> None:
    assert where(decided("红星幼儿园门口"))[0] == "P4"
    before = versions(connection)["gazetteer"]
    connection.execute(text("UPDATE place SET name = '晨光幼儿园' WHERE code = 'P4'"))
    assert versions(connection)["gazetteer"] == before + 1
    assert where(decided("晨光幼儿园门口"))[0] == "P4"


def test_road_in_one_grid_is_that_grid(decided: Any) -> None:
    decision = decided("河街路面破了")
    assert (decision.grid.code, decision.building, decision.receipt["read"]["road"]) == ("G3", None, "河街")


def test_road_in_several_grids_asks_which(decided: Any, reads: Any, connection: Connection, town: Any) -> None:
    add_to_the_road(connection, town)
    decision = decided("河街路面破了")
    assert (decision.grid, decision.doubt) == (None, "ambiguous")
    assert decision.receipt["read"]["may_mean"] == [
        {"name": "G2网格", "grid": {"code": "G2", "name": "G2网格"}},
        {"name": "G3网格", "grid": {"code": "G3", "name": "G3网格"}},
    ]
    located = reads("河街路面破了")
    assert located.decision == "ask"
    assert [(each.road.name, each.grid.code) for each in located.candidates] == [("河街", "G2"), ("河街", "G3")]
    assert sum(each.confidence for each in located.candidates) <= 1


def test_road_in_several_grids_is_the_grid_that_the_group_covers(
    decided: Any, connection: Connection, town: SimpleNamespace
) -> None:
    add_to_the_road(connection, town)
    assert decided("河街路面破了", group="QC").grid.code == "G3"
    assert decided("河街路面破了", group="QA").doubt == "ambiguous"


def test_house_number_on_a_road_is_the_house(decided: Any, connection: Connection, town: SimpleNamespace) -> None:
    add_to_the_road(connection, town)
    assert decided("河街12号路面破了").building.code == "B5"


def test_own_home_is_what_a_resident_calls_it(decided: Any, town: SimpleNamespace) -> None:
    decision = decided("我家楼下堆满了垃圾", home_id=town.buildings["B4"])
    assert (decision.building.code, decision.grid.code) == ("B4", "G4")
    assert decision.receipt["read"]["by_home"] is True
    assert decided("我家楼下堆满了垃圾").grid is None
    assert decided("我家亲戚问医保怎么交", home_id=town.buildings["B4"]).grid is None


def test_bare_number_means_the_reporters_own_compound(decided: Any, town: SimpleNamespace) -> None:
    decision = decided("1栋楼道灯坏了", home_id=town.buildings["B4"])
    assert (decision.building.name, decision.grid.code) == ("长坡1栋", "G2")
    assert decided("2栋楼道灯坏了", home_id=town.buildings["B1"], group="QA").building.name == "梨园2栋"


def test_bare_number_of_a_group_that_is_not_the_reporters_asks(decided: Any, town: SimpleNamespace) -> None:
    decision = decided("1栋楼道灯坏了", home_id=town.buildings["B1"], group="QB")
    assert decision.doubt == "ambiguous"
    assert set(meant(decision)) == {("梨园1栋", "G1"), ("长坡1栋", "G2")}


def test_named_place_says_more_than_the_reporters_home(decided: Any, town: SimpleNamespace) -> None:
    assert decided("我家楼下，就是河街12号", home_id=town.buildings["B4"]).building.code == "B5"


def test_building_that_a_compound_in_one_grid_lacks_is_that_grid_less_surely(decided: Any) -> None:
    decision = decided("梨园99栋漏水")
    assert (decision.building, decision.grid.code, decision.confidence) == (None, "G1", 0.5)
    assert decision.receipt["read"] == {"words": "梨园99栋", "compound": "梨园", "missing": "99栋"}
    assert decided("梨园漏水").confidence > 0.9


def test_building_that_a_compound_in_several_grids_lacks_asks_with_the_grids(decided: Any) -> None:
    decision = decided("长坡99栋漏水")
    assert (decision.grid, decision.doubt) == (None, "ambiguous")
    assert [each["grid"]["code"] for each in decision.receipt["read"]["may_mean"]] == ["G2", "G4"]
    assert decision.receipt["read"]["missing"] == "99栋"


def test_building_that_is_a_digit_off_asks_with_those_that_exist(decided: Any) -> None:
    decision = decided("长坡12栋漏水")
    assert decision.doubt == "ambiguous"
    assert meant(decision) == [("长坡1栋", "G2"), ("长坡2栋", "G4")]


def test_candidate_says_that_there_is_no_such_building(reads: Any) -> None:
    located = reads("梨园99栋漏水")
    first = located.candidates[0]
    assert (located.decision, first.compound.name, first.grid.code, first.confidence) == ("ask", "梨园", "G1", 0.5)
    assert "no building 99" in first.why
    assert sum(each.confidence for each in located.candidates) <= 1


def test_place_that_a_person_names_by_hand_is_its_point_and_grid(
    connection: Connection, settings: Settings, town: SimpleNamespace
) -> None:
    from gis.geolocation.decide import decide_with

    knowledge = Knowledge.current(connection)
    decision = decide_with(knowledge, Clues(place="P2"), at=NOON, settings=settings, method="manual")
    assert (where(decision), decision.lon) == (("P2", "G2"), 107.0018)
    with pytest.raises(InvalidInput, match="there is no place"):
        decide_with(knowledge, Clues(place="P9"), at=NOON, settings=settings, method="manual")
