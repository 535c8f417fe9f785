"""A copied chat is read as it was written, whichever program copied it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.intake.conversation import MOST_MESSAGES, Message, read_conversation

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2023, 12, 6, 4, tzinfo=UTC)
"""Wednesday, 6 December 2023, noon in the town."""


class Written(NamedTuple):
    sender: str
    sent_at: datetime
    text: str


def read(text: str, *, now: datetime = NOW) -> list[Message]:
    return read_conversation(text, copied_at=now, zone="Asia/Shanghai")


def told(text: str) -> list[tuple[str, str, str]]:
    return [(each.sender, f"{each.sent_at:%Y-%m-%d %H:%M:%S}", each.text) for each in read(text)]


def blocks(heading: Callable[[Written], str]) -> Callable[[Sequence[Written]], str]:
    """Messages below their headings, a blank line between them."""
    return lambda written: "\n\n".join(f"{heading(each)}\n{each.text}" for each in written)


def spoken(at: datetime) -> str:
    part = "凌晨" if at.hour < 6 else "上午" if at.hour < 12 else "下午" if at.hour < 18 else "晚上"
    return f"{at.month}月{at.day}日 {part}{at.hour % 12 or 12 if at.hour != 0 else 12}:{at:%M}"


FORMATS: dict[str, Callable[[Sequence[Written]], str]] = {
    "WeChat on a PC": blocks(lambda m: f"{m.sender} {m.sent_at.year}/{m.sent_at.month}/{m.sent_at:%d %H:%M}"),
    "WeCom on a PC": blocks(lambda m: f"{m.sender} {m.sent_at.month}/{m.sent_at.day} {m.sent_at:%H:%M:%S}"),
    "phone, forwarded": lambda written: (
        "“梨园业主群”的聊天记录\n" + blocks(lambda m: f"{m.sender} {spoken(m.sent_at)}")(written)
    ),
    "exported": blocks(lambda m: f"{m.sent_at:%Y-%m-%d %H:%M:%S} {m.sender}"),
    "exported, beside": lambda written: "\n".join(
        f"[{m.sent_at:%Y-%m-%d %H:%M:%S}] {m.sender}: {m.text}" for m in written
    ),
    "without times": blocks(lambda m: f"{m.sender}："),
    "merged forward": lambda written: "群聊的聊天记录\n" + "\n".join(f"{m.sender}: {m.text}" for m in written),
}
TIMED = ("WeChat on a PC", "WeCom on a PC", "phone, forwarded", "exported", "exported, beside")
BESIDE = ("exported, beside", "merged forward")
WITH_SECONDS = ("WeCom on a PC", "exported", "exported, beside")

_LOOKS_LIKE_A_HEADING = re.compile(
    r"\d\s*[:：]|[:：]\s*\S|[:：]$|聊天记录|拍了拍|消息|群聊?|\d{4}[-/年]\d{1,2}[-/月]\d{1,2}"
)
names = st.from_regex(re.compile(r"[\u4e00-\u9fffA-Za-z🌸][\u4e00-\u9fffA-Za-z0-9🌸_-]{0,10}"), fullmatch=True).filter(
    lambda name: not re.search("地|时|问|事|内|电|手|联|姓|情|要|诉|备|通|注|原|标|位", name)
)
lines = (
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
    .filter(lambda line: not _LOOKS_LIKE_A_HEADING.search(line))
    .filter(
        lambda line: line.strip(" \u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") == line
    )
    .filter(lambda line: not re.search("[\u2060-\u206f\ufe00-\ufe0f]", line) and line.strip("—–─=-* ") == line)
)
texts = st.lists(lines, min_size=1, max_size=3).map("\n".join)
moments = st.integers(1, 339 * 86_400).map(lambda before_s: (NOW - timedelta(seconds=before_s)).astimezone(CHINA))
"""The seconds of this year up to now: a stamp without a year means the latest."""
chats = st.lists(st.builds(Written, names, moments, texts), min_size=2, max_size=6)


@pytest.mark.parametrize("form", FORMATS)
@given(written=chats)
def test_what_a_program_copies_is_read_as_it_was_written(form: str, written: list[Written]) -> None:
    if form in BESIDE:  # a message a line
        written = [each._replace(text=each.text.replace("\n", "，")) for each in written]
    found = read(FORMATS[form](written))
    assert [(each.sender, each.text) for each in found] == [(each.sender, each.text) for each in written]
    if form in TIMED:
        seconds = 0 if form in WITH_SECONDS else 59
        for each, sent in zip(found, written, strict=True):
            assert timedelta() <= sent.sent_at - each.sent_at <= timedelta(seconds=seconds)
    assert [each.timed for each in found] == [form in TIMED] * len(written)


@pytest.mark.parametrize("form", FORMATS)
@given(written=chats)
def test_what_cannot_be_seen_changes_nothing(form: str, written: list[Written]) -> None:
    if form in BESIDE:
        written = [each._replace(text=each.text.replace("\n", "，")) for each in written]
    clean = FORMATS[form](written)
    dirty = clean.replace("\n", " \u200b\r\n").replace(" ", "\u2005").replace("/", "／").replace(": ", "：")
    assert [(each.sender, each.sent_at) for each in read(dirty)] == [
        (each.sender, each.sent_at) for each in read(clean)
    ]


def test_messages_have_several_lines_and_the_blank_ones_between_them_go() -> None:
    text = "王姐 2023/12/5 9:13\r\n旧水管还有水\r\n能不能处理一下。\r\n\r\n张三 2023/12/5 9:14\r\n收到\r\n"
    assert told(text) == [
        ("王姐", "2023-12-05 09:13:00", "旧水管还有水\n能不能处理一下。"),
        ("张三", "2023-12-05 09:14:00", "收到"),
    ]


def test_times_are_read_as_people_say_them() -> None:
    stamps = {
        "昨天 21:03": "2023-12-05 21:03:00",
        "前天 下午3:05": "2023-12-04 15:05:00",
        "星期二 9:10": "2023-12-05 09:10:00",
        "周三 9:10": "2023-11-29 09:10:00",  # today is Wednesday: the last one
        "12月5日 上午12:05": "2023-12-05 00:05:00",
        "12月5日 中午12:05": "2023-12-05 12:05:00",
        "12月5日 晚上11:30": "2023-12-05 23:30:00",
        "12月5日 凌晨2:30": "2023-12-05 02:30:00",
        "12月31日 9:00": "2022-12-31 09:00:00",
        "2月29日 9:00": "2020-02-29 09:00:00",
        "2021年3月2日 下午1:00": "2021-03-02 13:00:00",
        "11:50": "2023-12-06 11:50:00",
        "23:50": "2023-12-05 23:50:00",
    }
    assert {stamp: told(f"王姐 {stamp}\n停水了")[0][1] for stamp in stamps} == stamps


def test_times_are_those_of_the_communitys_clock() -> None:
    (one,) = read_conversation("Ann 2023/12/5 9:13\nhello", copied_at=NOW, zone="America/New_York")
    assert one.sent_at.astimezone(UTC) == datetime(2023, 12, 5, 14, 13, tzinfo=UTC)


def test_line_with_the_day_dates_the_messages_below_it() -> None:
    text = "—————  2023-12-04  —————\n\n王姐  21:13\n\n停水了\n\n—————  2023-12-05  —————\n\n张三  00:02\n\n来了"
    assert [each[:2] for each in told(text)] == [("王姐", "2023-12-04 21:13:00"), ("张三", "2023-12-05 00:02:00")]


def test_text_in_another_way_of_writing_times_is_no_heading() -> None:
    text = "王姐 2023/12/5 9:13\n通知：开会 12月5日 15:00\n地点: 3栋\n张三 2023/12/5 9:14\n收到"
    assert [each[2] for each in told(text)] == ["通知：开会 12月5日 15:00\n地点: 3栋", "收到"]


def test_sentence_with_a_time_in_it_is_no_heading() -> None:
    text = "王姐 12月5日 上午9:13\n大家注意，明天停水，从上午9:00\n张三 昨天 21:03\n好"
    assert [each[2] for each in told(text)] == ["大家注意，明天停水，从上午9:00", "好"]


def test_what_the_program_says_itself_is_left_out() -> None:
    text = """王姐 2023/12/5 9:13
停水了
"张三"撤回了一条消息
"李四"邀请"赵六"加入了群聊
我拍了拍 "张三"
"李四"通过扫描"王姐"分享的二维码加入群聊
张三 2023/12/5 9:14
[图片]
李四 2023/12/5 9:15
[语音] 5"
"""
    found = read(text)
    assert [(each.sender, each.text, each.kind) for each in found] == [
        ("王姐", "停水了", "text"),
        ("张三", "[图片]", "image"),
        ("李四", '[语音] 5"', "other"),
    ]


def test_form_that_somebody_has_filled_in_is_no_chat_of_field_names() -> None:
    assert [each.sender for each in read("地点：3栋\n问题：漏水\n时间：昨晚")] == ["", "", ""]


def test_lines_of_nobody_known_are_a_message_each() -> None:
    found = read("电梯又坏了\n\n3栋没水")
    assert [(each.sender, each.text, each.timed) for each in found] == [
        ("", "电梯又坏了", False),
        ("", "3栋没水", False),
    ]


def test_beginning_that_was_cut_off_is_kept() -> None:
    assert [(each.sender, each.text) for each in read("……不然就上访\n张三 2023/12/5 9:13\n好的")] == [
        ("", "……不然就上访"),
        ("张三", "好的"),
    ]


@pytest.mark.parametrize(
    "text", ["", " \n\u200b\r\n", "群聊的聊天记录", '"张三"撤回了一条消息', "王姐 2023/12/5 9:13\n"]
)
def test_copy_without_a_message_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("text", "no_messages")]
    assert "copy the lines of the chat" in str(refused.value)


def test_every_impossible_time_is_told_with_its_line() -> None:
    text = "甲 2023/13/5 9:13\n好\n乙 2023/12/5 25:13\n好\n丙 2024/12/5 9:13\n好\n丁 2023/12/5 9:13\n好"
    with pytest.raises(InvalidInput) as refused:
        read(text)
    faults = [(fault.where, fault.code) for fault in refused.value.faults]
    assert faults == [("line 1", "not_a_time"), ("line 3", "not_a_time"), ("line 5", "impossible_time")]


def test_more_than_a_person_can_look_through_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at a time"):
        read("漏水\n" * (MOST_MESSAGES + 1))
    with pytest.raises(InvalidInput, match="characters"):
        read("漏" * 100_001)


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading(text: str) -> None:
    try:
        found = read(text)
    except InvalidInput:
        return
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert all(each.text.strip() for each in found)
