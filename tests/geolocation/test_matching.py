"""From a text to the place that it means, in a town of three compounds and a road."""

from __future__ import annotations

import pytest

from gis.geolocation.address import parse
from gis.geolocation.households import Household, household_of
from gis.geolocation.matching.confidence import shared
from gis.geolocation.matching.context import Context
from gis.geolocation.matching.deciding import decided
from gis.geolocation.matching.folding import fold
from gis.geolocation.matching.index import PlaceIndex
from gis.geolocation.matching.matcher import match
from gis.geolocation.matching.places import Building, Compound, taken_apart
from gis.geolocation.texts import read_text_from

HERE = 1


def _town() -> PlaceIndex:
    compounds = [
        Compound(1, HERE, "金佛尚城", ()),
        Compound(2, HERE, "翰林苑", ("翰林院小区",)),
        Compound(3, HERE, "农机厂宿舍", ()),
    ]
    buildings = [
        Building(100 * c.id + n, HERE, f"B{c.id}{n:02}", f"{c.name}{n}栋", (), c.id, 107 + c.id / 100, 29 + n / 1e4)
        for c in compounds
        for n in (1, 2, 3, 11, 12)
    ]
    buildings[0:5] = [
        Building(b.id, b.community_id, b.code, b.name, b.aliases, b.compound_id, b.lon, b.lat, "金佛大道79号")
        for b in buildings[0:5]
    ]
    buildings.append(Building(401, HERE, "B401", "南大街42号", ("老供销社",), None, 107.05, 29))
    buildings.append(Building(402, HERE, "B402", "实验幼儿园", (), None, 107.06, 29))
    return PlaceIndex(compounds, buildings)


TOWN = _town()


def best(text: str, context: Context = Context()) -> tuple[str, str]:  # noqa: B008 (immutable)
    found = decided(match(text, TOWN, context))
    return (found.ranked[0].target.name if found.ranked else "", found.verdict)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("金佛尚城3栋2单元502漏水", "金佛尚城3栋"),
        ("金佛尚城③栋2-5-2", "金佛尚城3栋"),
        ("尚城 3幢2单元502", "金佛尚城3栋"),
        ("金佛3号楼二单元5楼2号", "金佛尚城3栋"),
        ("金佛商城3栋", "金佛尚城3栋"),
        ("金福尚城十一栋", "金佛尚城11栋"),
        ("金尚城11栋", "金佛尚城11栋"),
        ("金佛大道79号3栋", "金佛尚城3栋"),
        ("翰林院小区12#楼", "翰林苑12栋"),
        ("农机场宿舍2栋", "农机厂宿舍2栋"),
        ("南大街四十二号门口", "南大街42号"),
        ("老供销社旁边", "南大街42号"),
    ],
)
def test_building_is_assigned_however_it_is_written(text: str, name: str) -> None:
    assert best(text) == (name, "assigned")


@pytest.mark.parametrize("text", ["消防水管改造后，旧水管偶尔还有水", "", "。", "3栋", "请问医保怎么交"])
def test_text_without_a_place_is_unknown(text: str) -> None:
    assert best(text) == ("", "unknown")


@pytest.mark.parametrize("text", ["金佛尚城7栋", "南大街2号", "南大街142号", "南大街"])
def test_a_number_that_is_not_known_is_never_assigned(text: str) -> None:
    assert best(text)[1] != "assigned"


def test_compound_is_assigned_as_a_whole_where_no_building_is_named() -> None:
    assert best("金佛尚城门口堆了垃圾") == ("金佛尚城", "assigned")
    assert best("金佛尚城7栋")[1] == "ask"
    assert best("金佛尚城5楼漏水")[1] == "ask"


def test_our_compound_is_no_name() -> None:
    town = PlaceIndex([], [Building(1, HERE, "B1", "西门小区", (), None, 107, 29)])
    assert match("我们小区大门口道闸坏了", town) == []
    assert match("西们小区大门口道闸坏了", town)[0].target.name == "西门小区"


def test_group_decides_what_a_bare_number_means() -> None:
    assert best("2号楼停水了", Context(covered=frozenset({202}))) == ("翰林苑2栋", "assigned")
    assert best("2号楼停水了", Context(covered=frozenset({102, 202})))[1] == "ask"


def test_context_tells_two_places_of_one_name_apart() -> None:
    twins = [Building(n, HERE, f"B{n}", "阳光花园1栋", (), None, 107 + n / 10, 29) for n in (1, 2)]
    town = PlaceIndex([], twins)
    open_ = match("阳光花园1栋", town)
    assert open_[0].confidence == pytest.approx(open_[1].confidence)
    assert decided(open_).verdict == "ask"
    for context in (Context(covered=frozenset({2})), Context(home_id=2), Context(lon=107.2, lat=29.0)):
        assert match("阳光花园1栋", town, context)[0].target.id == 2


def test_areas_tell_two_places_of_one_name_apart() -> None:
    areas = [(("town", "东城街道"),), (("town", "西城街道"),)]
    town = PlaceIndex([], [Building(n, HERE, f"B{n}", "花园路8号", (), None, 107, 29, "", areas[n]) for n in (0, 1)])
    assert [match(f"{town_name}花园路8号", town)[0].target.id for town_name in ("东城街道", "西城街道")] == [0, 1]


def test_another_communitys_places_are_not_found() -> None:
    assert match("金佛尚城3栋", TOWN, Context(community_id=HERE + 1)) == []


def test_chances_of_one_truth_sum_to_one_at_most() -> None:
    assert sum(shared([0.6, 0.6, 0.3])) == pytest.approx(1)
    assert shared([0.99, 0.3])[0] == 0.99
    assert sum(shared([0.99, 0.3])) == pytest.approx(1)
    assert shared([0.5, 0.1]) == [0.5, 0.1]


@pytest.mark.parametrize(
    ("name", "stem", "number"),
    [
        ("金佛尚城3栋", "金佛尚城", "3"),
        ("金佛尚城B座", "金佛尚城", "B"),
        ("南大街42号", "南大街", "42"),
        ("朝晖七区", "朝晖7区", ""),
        ("三里亭", "三里亭", ""),
        ("启明路655-77号", "启明路", "655-77"),
    ],
)
def test_names_are_taken_apart(name: str, stem: str, number: str) -> None:
    assert taken_apart(name) == (stem, number)


class TestHouseholds:
    def test_502_is_floor_and_door_where_doors_are_counted_on_each_floor(self) -> None:
        homes = [Household(n, "2", floor, str(door)) for n, (floor, door) in enumerate([(5, 1), (5, 2), (50, 2)])]
        assert self.named("金佛尚城3栋2单元502", homes) == homes[1]

    def test_502_is_a_door_where_doors_are_called_so(self) -> None:
        homes = [Household(1, "2", 5, "502"), Household(2, "2", 5, "2")]
        assert self.named("金佛尚城3栋2单元502", homes) == homes[0]

    def test_two_numbers_are_floor_and_door_or_unit_and_door_as_the_building_has_them(self) -> None:
        by_floor, by_unit = [Household(1, "", 5, "2")], [Household(1, "5", 2, "2"), Household(2, "4", 2, "2")]
        assert self.named("金佛尚城3栋5-2", by_floor) == by_floor[0]
        assert self.named("金佛尚城3栋5-2", by_unit) == by_unit[0]

    def test_three_numbers_are_unit_floor_and_door(self) -> None:
        homes = [Household(1, "2", 5, "2"), Household(2, "5", 2, "2")]
        assert self.named("金佛尚城3栋2-5-2", homes) == homes[0]

    def test_a_door_that_two_units_have_is_left_open(self) -> None:
        homes = [Household(1, "1", 5, "2"), Household(2, "2", 5, "2")]
        assert self.named("金佛尚城3栋502", homes) is None

    def test_a_unit_alone_names_no_household(self) -> None:
        assert self.named("金佛尚城3栋2单元", [Household(1, "2", 5, "2")]) is None

    @staticmethod
    def named(text: str, homes: list[Household]) -> Household | None:
        parts = parse(text)
        behind = next(n for n, part in enumerate(parts) if part.kind == "building") + 1
        return household_of(parts[behind:], homes)


def test_answer_says_parts_candidates_and_why() -> None:
    located = read_text_from(TOWN, "金佛商城3栋2单元502")
    assert located.decision == "assigned"
    assert [part.kind for part in located.parts] == ["place", "building", "unit", "door"]
    first = located.candidates[0]
    assert first.building is not None
    assert first.building.name == "金佛尚城3栋"
    assert "sound" in first.why
    assert "number 3" in first.why


def test_letter_that_grows_when_it_is_made_small_keeps_its_place() -> None:
    found = fold("İl3栋")
    assert found.text == "il3栋"
    assert len(found.text) == len(found.origin) == len(found.until)
