"""A copied conversation, read: who wrote what, and when.

Each program copies in its own way, and a text that was typed may look like a line of another:

    WeChat, PC          `昵称 2023/12/5 9:13`, the text below it
    WeCom, PC           `昵称 12/5 09:13:20`, the text below it
    phone, forwarded    `昵称 12月5日 上午9:13`, the text below it; also 昨天, 星期二, or below a line with the day
    exported            `2023-12-05 09:13:22 昵称`, the text below it, or behind a colon
    older copies        `昵称:`, the text below it
    merged forward      `昵称: 文字`, a message a line
    nothing of these    each line is a message of somebody unknown

So the first heading decides how headings look, and a line in another way is text. Where that fails: a sentence that
ends in a time as the program writes it (`开会 12月5日 9:00`) is taken for a heading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from gis.errors import Fault, InvalidInput, said
from gis.intake.conversation_times import DAY, STAMP, Clock, Style, style_of

LONGEST = 100_000
MOST_MESSAGES = 1_000
LONGEST_NAME = 40

Kind = Literal["text", "image", "other"]
T = TypeVar("T")
_Line = tuple[int, str, str]
"""Where it stands, in narrow characters, and as it was written."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u3000\t]")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_NAME = rf"(?P<sender>\S(?:.{{0,{LONGEST_NAME - 2}}}?\S)??)"
_NAME_FIRST = re.compile(rf"{_NAME} +\(?{STAMP}\)?")
_TIME_FIRST = re.compile(rf"\[?{STAMP}\]? +{_NAME}(?: *: *(?P<text>.*))?")
_ABOVE = re.compile(rf"(?P<sender>[^:\n]{{1,{LONGEST_NAME}}}):")
_BESIDE = re.compile(rf"(?P<sender>[^:\n ][^:\n]{{0,{LONGEST_NAME - 1}}}): ?(?P<text>(?!//).*\S.*)")
_STAMP_ALONE = re.compile(STAMP)
_TITLE = re.compile(r"(?:.{0,80}的)?聊天记录(?:如下)?:?|.{0,20}以下(?:是|为)(?:新消息|聊天记录).{0,10}")
_FIELDS = re.compile(
    r"地点|地址|位置|时间|问题|事项|内容|电话|手机|联系人|联系电话|姓名|情况|要求|诉求|备注|通知|注意|原因|标题"
)
_OF_A_SENTENCE = re.compile(r"[，。！？；,!?;]")
_TIMES_OF_DAY = re.compile(r".*(?:今天|明天|后天|昨天|早上|上午|中午|下午|晚上|今晚|时间|左右|到|至|[-~])")
_QUOTED = r"[\"“”'].{1,40}[\"“”']"
_WHO = rf"(?:{_QUOTED}|\S{{1,40}}) ?"
_NOTICE = re.compile(
    rf"{_WHO}撤回了一条(?:成员)?消息|.{{1,40}} recalled a message|以上是打招呼的内容"
    rf"|{_WHO}拍了拍 ?{_QUOTED}.{{0,20}}|{_QUOTED} ?拍了拍.{{1,40}}|.{{1,40}} 拍了拍我.{{0,20}}"
    rf"|{_WHO}(?:邀请.{{1,60}})?(?:通过扫描.{{1,60}}二维码)?(?:加入|退出)了?(?:本)?群聊?|{_WHO}将.{{1,60}}移出了?群聊"
    rf"|{_WHO}修改群名为.{{1,60}}"
)
_LONGEST_NOTICE = 160
_IMAGE = re.compile(r"(?:\[(?:图片|照片|视频|小视频|Photo|Image|Video)\]\s*)+")
_OTHER = re.compile(
    r"(?:\[(?:表情|动画表情|语音|语音通话|视频通话|文件|链接|名片|个人名片|红包|微信红包|转账|音乐|小程序|聊天记录|合并转发|视频号"
    r"|Sticker|Voice|Audio|File|Link)\].*\s*)+"
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message, numbered from 1 in the order of the copy. `sender` is empty where nobody is named.

    `sent_at` has the community's time zone; it is the moment of the copy where `timed` is false.
    """

    number: int
    sender: str
    sent_at: datetime
    text: str
    timed: bool = True

    @property
    def kind(self) -> Kind:
        """Whether it is a picture, something else without words, or a text."""
        if _IMAGE.fullmatch(self.text):
            return "image"
        return "other" if _OTHER.fullmatch(self.text) else "text"


_Heads = Callable[[str], re.Match[str] | None]
"""Whether a line is a heading: who wrote what stands below it, or (the group `text`) behind it."""


def read_conversation(text: str, *, copied_at: datetime, zone: str) -> list[Message]:
    """The messages of a copied conversation, without what the program itself says in it (who joined, who recalled).

    Raises InvalidInput with every fault: times that cannot be, too much, nothing at all.
    """
    if len(text) > LONGEST:
        raise InvalidInput([Fault("text", "too_long", said("must have at most {most:,} characters", most=LONGEST))])
    every = [(at, line.translate(_NARROW), line) for at, line in enumerate(_lines(text), 1) if line]
    lines = [line for line in every if not _is_notice(line[1])]
    messages, faults = _messages(lines, _heads(lines, titled=len(lines) < len(every)), Clock(copied_at, ZoneInfo(zone)))
    if not messages and not faults:
        faults = [
            Fault("text", "no_messages", said("holds no message: copy the lines of the chat, with who wrote them"))
        ]
    if len(messages) > MOST_MESSAGES:
        reason = said(
            "has {count:,} messages; paste at most {most:,} at a time",
            count=len(messages),
            most=MOST_MESSAGES,
        )
        faults.append(Fault("text", "too_many", reason))
    if faults:
        raise InvalidInput(faults)
    return messages


def _is_notice(line: str) -> bool:
    """Whether it is the program that says this."""
    return len(line) <= _LONGEST_NOTICE and bool(_NOTICE.fullmatch(line) or _TITLE.fullmatch(line))


def _lines(text: str) -> Iterator[str]:
    """Lines without what cannot be seen, all spaces alike."""
    for line in re.split("\r\n|[\r\n\u2028\u2029\x0b\x0c]", text):
        yield _SPACES.sub(" ", _INVISIBLE.sub("", line)).strip()


def _messages(lines: list[_Line], heads: _Heads | None, clock: Clock) -> tuple[list[Message], list[Fault]]:
    found: list[Message] = []
    faults: list[Fault] = []
    sender, sent_at, timed = "", clock.copied_at.astimezone(clock.zone), False
    day: date | None = None
    said: list[str] = []

    def close() -> None:
        if said:
            found.append(Message(len(found) + 1, sender, sent_at, "\n".join(said), timed))
            said.clear()

    for at, narrow, line in lines:
        if heads is None:
            said.append(line)
            close()
            continue
        heading = heads(narrow)
        separator = DAY.fullmatch(narrow)
        stamp = _timed(heading) if heading else _STAMP_ALONE.fullmatch(narrow)
        if heading or separator or stamp:
            close()
        else:
            said.append(line)
        if separator:
            read = clock.read_day(separator, where=f"line {at}")
            day = _noted(read, faults) or day
        elif stamp:
            moment = _noted(clock.read(stamp, day, where=f"line {at}"), faults)
            sent_at, timed = moment or sent_at, True
        if heading:
            # As it was written: a narrow line has the same length.
            sender = line[slice(*heading.span("sender"))].strip()
            beside = line[slice(*heading.span("text"))].strip() if heading.groupdict().get("text") else ""
            said += [beside] if beside else []
    close()
    return found, faults


def _noted(read: T | Fault, faults: list[Fault]) -> T | None:
    if isinstance(read, Fault):
        faults.append(read)
        return None
    return read


def _timed(heading: re.Match[str]) -> re.Match[str] | None:
    return heading if heading.groupdict().get("hour") else None


def _heads(lines: list[_Line], *, titled: bool) -> _Heads | None:
    """How headings look in these lines; None where there is none.

    The first line tells, or, where it belongs to a message that was cut off, the first that has a whole time.
    `titled`: the program's own lines say that it is a chat, even if it has one message.
    """
    told = [narrow for _, narrow, _ in lines if not (DAY.fullmatch(narrow) or _STAMP_ALONE.fullmatch(narrow))]
    first = told[0] if told else ""
    if stamped := _stamped(first, whole=False):
        return stamped
    if len(told) > 1 and _named(_ABOVE, first):
        return partial(_named, _ABOVE)
    if _named(_BESIDE, first) and (titled or sum(bool(_named(_BESIDE, line)) for line in told) > 1):
        return partial(_named, _BESIDE)
    return next((found for line in told if (found := _stamped(line, whole=True))), None)


def _stamped(line: str, *, whole: bool) -> _Heads | None:
    """Headings written as this line is, if it is one; `whole`: if it tells the day as well."""
    for pattern in (_TIME_FIRST, _NAME_FIRST):
        found = _sent(pattern, line)
        if found is not None and not (whole and style_of(found) == "clock"):
            style = style_of(found)
            styles: frozenset[Style] = frozenset({"spoken", "clock"} if style in ("spoken", "clock") else {style})
            return partial(_sent, pattern, styles=styles)
    return None


def _sent(pattern: re.Pattern[str], line: str, *, styles: frozenset[Style] | None = None) -> re.Match[str] | None:
    found = pattern.fullmatch(line)
    if found is None or (styles is not None and style_of(found) not in styles):
        return None
    # A sentence may end in a time, as people write it.
    typed = style_of(found) in ("spoken", "clock") and _OF_A_SENTENCE.search(found["sender"])
    return None if typed or (style_of(found) == "clock" and _TIMES_OF_DAY.fullmatch(found["sender"])) else found


def _named(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    found = pattern.fullmatch(line)
    if found is None or _FIELDS.fullmatch(found["sender"]) or _OF_A_SENTENCE.search(found["sender"]):
        return None
    return found
