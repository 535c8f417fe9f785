from __future__ import annotations

from typing import Any

import pytest

from gis.geolocation.gazetteer import Building, Compound, Gazetteer, Match
from gis.geolocation.matching.context import Context

HERE = 1


def place(id: int, name: str, compound_id: int | None = None, *aliases: str) -> Building:
    return Building(id, HERE, f"B{id}", name, aliases, compound_id, 107.0 + id / 1000, 29.0)


GAZETTEER = Gazetteer(
    [Compound(1, HERE, "金佛尚城", ("尚城",)), Compound(2, HERE, "金佛小区", ())],
    [
        place(1, "金佛尚城1栋", 1),
        place(2, "金佛尚城11栋", 1),
        place(3, "金佛小区1栋", 2, "老供销社"),
        place(4, "南大街42号"),
        place(5, "南大街142号"),
    ],
)


def find(text: str, **context: Any) -> Match:
    return GAZETTEER.find(text, Context(**context))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("金佛尚城1栋楼道堆了杂物", "金佛尚城1栋"),
        ("金佛尚城11幢", "金佛尚城11栋"),
        ("尚城①号楼2单元", "金佛尚城1栋"),
        ("尚城小区十一栋", "金佛尚城11栋"),
        ("老供销社门口", "金佛小区1栋"),
        ("南大街 142 号的路灯", "南大街142号"),
        ("住在金佛小区，金佛尚城1栋那家太吵", "金佛尚城1栋"),
    ],
)
def test_building_is_read_from_running_text(text: str, name: str) -> None:
    found = find(text).one
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", ["南大街2号", "栋", "", "3栋", "南大街1420号"])
def test_nothing_is_read_where_nothing_stands(text: str) -> None:
    assert find(text).places == ()


def test_unknown_number_in_a_known_compound_means_the_compound() -> None:
    match = find("金佛尚城7栋")
    assert match.whole is not None
    assert match.whole.name == "金佛尚城"
    assert len(match.places) == 2


def test_another_communitys_buildings_are_not_found() -> None:
    assert find("金佛尚城1栋", community_id=HERE + 1).places == ()


def test_group_decides_what_a_bare_number_means() -> None:
    match = find("1号楼没水", covered={3})
    assert match.one is not None
    assert (match.one.name, match.by) == ("金佛小区1栋", "group")


def test_bare_number_that_two_covered_buildings_bear_is_left_open() -> None:
    match = find("1号楼没水", covered={1, 3})
    assert match.one is None
    assert [b.name for b in match.places] == ["金佛尚城1栋", "金佛小区1栋"]
