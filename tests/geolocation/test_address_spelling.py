"""Characters and numbers in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geolocation.address.numerals import integer, level, number
from gis.geolocation.address.spelling import spell
from gis.geolocation.matching.mistakes import in_chinese


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3栋", "3"),
        ("③幢", "3"),
        ("１２号楼", "12"),
        ("十三栋", "13"),
        ("二十座", "20"),
        ("廿三号", "23"),
        ("一百零五号", "105"),
        ("二〇三室", "203"),
        ("两单元", "2"),
        ("a座", "A"),
        ("B07栋", "B7"),
        ("08幢", "8"),
        ("53—6号", "53-6"),
        ("东单元", "东"),
        ("单元", "单元"),
    ],
)
def test_number_in_plain_digits_and_letters(written: str, meant: str) -> None:
    assert number(spell(written).text) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("5楼", "5"), ("五层", "5"), ("12F", "12"), ("负一楼", "-1"), ("B2层", "-2"), ("地下二层", "-2")],
)
def test_floors_below_ground_are_negative(written: str, meant: str) -> None:
    assert level(written) == meant


@given(st.integers(1, 99))
def test_numerals_are_read_as_they_are_said(value: int) -> None:
    assert integer(in_chinese(value)) == value


@given(st.text(max_size=30))
def test_spelling_keeps_the_way_back(text: str) -> None:
    spelled = spell(text)
    assert len(spelled.origin) == len(spelled.text)
    assert spelled.origin == sorted(spelled.origin)
    assert all(0 <= origin < len(text) for origin in spelled.origin)


@given(st.text(max_size=30))
def test_spelling_again_changes_nothing(text: str) -> None:
    once = spell(text).text
    assert spell(once).text == once
