from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.geolocation.normal import normal


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("金佛尚城 ③ 幢", "金佛尚城3栋"),
        ("３＃楼", "3栋"),
        ("3号楼", "3栋"),
        ("十三栋", "13栋"),
        ("二十座", "20栋"),
        ("一百零五号", "105号"),
        ("二〇三室", "203室"),
        ("两单元", "2单元"),
        ("三八路", "三八路"),
        ("Ａ区", "a区"),
    ],
)
def test_one_spelling_for(written: str, meant: str) -> None:
    assert normal(written) == meant


@given(st.text(alphabet="金佛一二十百3３③栋幢座号楼单元#＃ -A", max_size=20))
def test_normal_spelling_stays_as_it_is(text: str) -> None:
    assert normal(normal(text)) == normal(text)
