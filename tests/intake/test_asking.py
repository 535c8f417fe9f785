"""What is asked by chat, and what is a report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.intake.asking import Asked, asked_of


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("进度 123", Asked("progress", 123)),
        ("进度123", Asked("progress", 123)),
        (" 查询：１２３ ", Asked("progress", 123)),
        ("进度", Asked("progress")),
        ("Status #7", Asked("progress", 7)),
        ("满意 123。", Asked("confirm", 123)),
        ("确认", Asked("confirm")),
        ("没解决 123 还在漏", Asked("object", 123, "还在漏")),
        ("不满意 123，没人来", Asked("object", 123, "没人来")),
        ("not settled 5", Asked("object", 5)),
        ("事项 123", Asked("progress", 123)),
        ("“进度 123”", Asked("progress", 123)),
        ("进度 123 谢谢", Asked("progress", 123)),
        ("进度？", Asked("progress")),
        ("123 进度", Asked("progress", 123)),
        ("满意！", Asked("confirm")),
        ("满意 123，谢谢你们", Asked("confirm", 123)),
        ("123满意", Asked("confirm", 123)),
        ("没解决 123 WiFi（Ａ栋）还不通", Asked("object", 123, "WiFi（Ａ栋）还不通")),
    ],
)
def test_short_words_ask(text: str, asked: Asked) -> None:
    assert asked_of(text) == asked


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("123", Asked("progress", 123, sure=False)),
        ("13812345678", Asked("progress", 13812345678, sure=False)),
        ("没解决，还在漏", Asked("object", None, "还在漏", sure=False)),
        ("没解决 3栋漏水", Asked("object", None, "3栋漏水", sure=False)),
        ("没解决 3 栋漏水", Asked("object", None, "3 栋漏水", sure=False)),
    ],
)
def test_what_may_be_either_is_not_sure(text: str, asked: Asked) -> None:
    assert asked_of(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "进度太慢了，路还没修好",
        "查询 3栋水费怎么交",
        "满意度调查什么时候做",
        "不满意物业的服务",
        "没解决好停车问题",
        "确认 5 号楼停水吗",
        "",
    ],
)
def test_report_that_begins_alike_is_a_report(text: str) -> None:
    assert asked_of(text) is None


@given(st.text(), st.integers(min_value=0, max_value=10**18 - 1))
def test_any_text_is_read_and_a_number_is_read_right(text: str, number: int) -> None:
    asked_of(text)
    assert asked_of(f"进度 {number}") == Asked("progress", number)
