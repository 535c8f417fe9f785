"""Reading the parts of an address from running text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geolocation.address import parse
from gis.geolocation.address.parts import INDOORS


def numbers(text: str) -> dict[str, str]:
    return {part.kind: part.value for part in parse(text) if part.kind in INDOORS}


@pytest.mark.parametrize(
    ("text", "building", "unit", "floor", "door"),
    [
        ("金佛3号楼二单元5楼2号", "3", "2", "5", "2"),
        ("金佛尚城③栋2-5-2", "3", "2", "5", "2"),
        ("尚城 3幢2单元502", "3", "2", None, "502"),
        ("金佛尚城小区三幢2单元502", "3", "2", None, "502"),
        ("金佛尚城3栋2单元5-2", "3", "2", "5", "2"),
        ("金佛商城3栋", "3", None, None, None),
        ("３＃楼", "3", None, None, None),
        ("4号楼2单元", "4", "2", None, None),
        ("2号楼电梯坏了", "2", None, None, None),
        ("医院负一楼", None, None, "-1", None),
    ],
)
def test_numbers_are_read_however_they_are_written(
    text: str, building: str | None, unit: str | None, floor: str | None, door: str | None
) -> None:
    said = {"building": building, "unit": unit, "floor": floor, "door": door}
    assert numbers(text) == {kind: value for kind, value in said.items() if value is not None}


def test_a_full_address_is_read_from_the_province_down() -> None:
    parts = parse("重庆市南川区西城街道长远社区金佛大道79号金佛尚城A座1205")
    assert [(p.kind, p.value) for p in parts] == [
        ("city", "重庆市"),
        ("district", "南川区"),
        ("town", "西城街道"),
        ("community", "长远社区"),
        ("road", "金佛大道"),
        ("road_number", "79"),
        ("place", "金佛尚城"),
        ("building", "A"),
        ("door", "1205"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "消防水管改造后，旧水管偶尔还有水，能不能处理一下。",
        "入户时听住户说，小娃儿的医保要在哪里参保，才出生3个月。",
        "",
        " \n",
    ],
)
def test_nothing_is_read_where_no_place_is_named(text: str) -> None:
    assert parse(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("鑫庆医药有限公司拖欠我们的工资,已经八个月了", "公司"),
        ("205路公交车早上经常不按时发车", "205路"),
        ("希望能修好,农村公路太窄了", "公路"),
    ],
)
def test_what_is_named_but_stands_nowhere_is_no_part(text: str, name: str) -> None:
    assert not [part for part in parse(text) if part.text.endswith(name)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("雨花路12号鑫庆医药有限公司", "公司"),
        ("你好,鑫庆医药有限公司门口有人乱停车", "公司"),
        ("你好,解放西路的路灯坏了", "解放西路"),
    ],
)
def test_a_name_that_says_where_is_kept(text: str, name: str) -> None:
    assert [part for part in parse(text) if part.text.endswith(name)]


def test_spans_are_offsets_into_the_text_as_sent() -> None:
    text = "你好，金佛 尚城　１２ 栋"
    building = next(part for part in parse(text) if part.kind == "building")
    assert (building.value, building.text) == ("12", "１２ 栋")
    assert text[building.start : building.end] == building.text


@given(st.text(alphabet="金佛尚城路街3５③二十栋幢号楼单元室-—# 　\n，。Aａ①㈢²", max_size=40))
def test_any_text_is_cut_into_spans_in_order_that_are_its_own(text: str) -> None:
    parts = parse(text)
    assert all(text[p.start : p.end] == p.text and p.text for p in parts)
    assert [p.start for p in parts] == sorted(p.start for p in parts)


def test_threads_read_alike() -> None:
    texts = ["金佛尚城3栋2单元502", "南大街133号门口有垃圾"] * 20
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(parse, texts)) == [parse(text) for text in texts]
