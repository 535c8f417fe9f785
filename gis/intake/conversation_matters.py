"""A conversation split into matters: what reports something, what belongs to it, and what is only talk.

The rules, in their order; each line says by which one it stands where it stands (`Why`):

- a picture, or what the same person writes within ten minutes, belongs to that person's matter, unless it is plainly
  about something else (another topic, another place);
- what somebody of the staff writes is an answer: to whom it calls or quotes, else to the latest matter of the last
  three hours that is not answered as done; a notice of theirs is none;
- what names a topic or asks for something is a report. It belongs to a matter of the last hour if it says the same
  there (topic, place, words), or says that it is so here too; else it is a matter;
- thanks, greetings, advertisements, what one neighbour says to another and the rest are left over.

A copy without times counts a minute for each message.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from gis.intake.chat import BELONGS_FOR
from gis.intake.conversation import Message
from gis.intake.conversation_words import Said
from gis.issues.duplicates import likeness_of_words

SAME_WITHIN = timedelta(hours=1)
ANSWERED_WITHIN = timedelta(hours=3)
_SAME_WORDS, _LIKE_WORDS = 0.6, 0.3

Why = Literal[
    "topic", "request", "follow_up", "picture", "same", "me_too", "answer", "done", "courtesy", "staff", "talk", "mute"
]

_COURTESY = re.compile(
    r"谢谢|感谢|多谢|谢了|辛苦|收到|好的|好滴|好嘞|不客气|没事|没关系|知道了|明白|了解|可以|早上好|中午好|下午好|晚上好|早安|晚安"
    r"|大家|各位|邻居们?|你好|您好|在吗|师傅|老师|网格员|物业|社区|管家|[嗯哦噢额啊呀嘛啦哈呵了的你您们早好行对是哇耶]|ok|yes",
    re.IGNORECASE,
)
_NO_SIGN = re.compile(r"[\W_]+")
_NO_REPORT = re.compile(
    r"二手|转让|出售|团购|接龙|拼单|代购|优惠|促销|砍一刀|招聘|求租|出租|https?://|[0-9]元|折扣|生日快乐|节日快乐"
)
_REQUEST = re.compile(
    r"能不能|可不可以|麻烦|求助|求救|救命|帮忙|帮.{0,4}[看问下]|请.{0,8}(?:处理|解决|来|看|清理|修|管|挪)|谁.{0,6}(?:管|的车|负责)"
    r"|怎么(?:回事|办|又|还)|为什么|没人[管修来]|反映|投诉|举报|坏了|不亮|漏|堵|停水|停电|没水|没电|没气|断了|掉(?:下|落)"
    r"|好?臭|太?吵|危险|着火|冒烟|跳闸|挡[住到]|占用|乱[停扔丢堆]|积水|破了|裂|塌|被困|关不[上到]|打不开|进不[去来]|啷个|咋个"
)
_ME_TOO = re.compile(r"\+1|同[问求感]|(?:我|我家|我们|这边|楼上|楼下).{0,8}也(?:是|有|一样|没|在|坏|停|漏|堵)|一样的?$")
_DONE = re.compile(
    r"(?:已经?|都)(?:处理|解决|修|清|联系好|挪|恢复|换|通了)|(?:处理|修|弄|搞|清理|疏通|换)(?:好|完)|搞定|解决了|恢复了|挪[开走]了|来[水电]了"
)
_STAFF_NOTICE = re.compile(r"^(?:【|各位|通知|温馨提示|紧急通知|请(?:大家|各位|广大))|@所有人")


@dataclass(frozen=True, slots=True)
class About:
    """What words are about: their topic and the terms that tell it, and the one place that they name."""

    topic: str | None = None
    terms: frozenset[str] = frozenset()
    place: Hashable | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A message with its own words, the office of who wrote it (None: a resident), and what it is about.

    `to_neighbour`: it calls another resident by name, and so is talk unless it asks for something.
    """

    message: Message
    said: Said
    office: str | None = None
    about: About = About()
    to_neighbour: bool = False


@dataclass(slots=True)
class Matter:
    """What belongs together; `answers` are the staff's. Each line with why it is here."""

    lines: list[tuple[Line, Why]]
    answers: list[tuple[Line, Why]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether somebody of the staff says that it is done."""
        return any(why == "done" for _, why in self.answers)

    @property
    def words(self) -> str:
        """Everything that was said of it, a message a line; of pictures alone, that there are some."""
        told = [line.said.words for line, _ in self.lines if line.message.kind == "text"]
        return "\n".join(filter(None, told)) or self.lines[0][0].message.text


@dataclass(frozen=True, slots=True)
class Split:
    """The matters in the order of their first lines, and what belongs to none."""

    matters: list[Matter]
    left: list[tuple[Line, Why]]


def split(lines: Sequence[Line]) -> Split:
    """A conversation's matters, by the rules above."""
    found = Split([], [])
    for line in lines:
        _place(line, found)
    return found


def _place(line: Line, found: Split) -> None:
    if line.office is not None:
        _answer(line, found)
        return
    own = _own(line, found.matters)
    if line.message.kind != "text" or not line.said.words:
        if own is not None and line.message.kind == "image":
            own.lines.append((line, "picture"))
        else:
            found.left.append((line, "mute"))
        return
    if is_courtesy(line.said.words):
        found.left.append((line, "courtesy"))
        return
    why = _report(line)
    if own is not None and (why is None or not _elsewhere(line.about, own)):
        own.lines.append((line, "follow_up"))
    elif (same := _same(line, why, found.matters)) is not None:
        same[0].lines.append((line, same[1]))
    elif why is not None:
        found.matters.append(Matter([(line, why)]))
    else:
        found.left.append((line, "talk"))


def _answer(line: Line, found: Split) -> None:
    words = line.said.words
    called = _called(line, found.matters)
    recent = [each for each in found.matters if not each.done and _since(_latest(each), line) <= ANSWERED_WITHIN]
    answered = called or (recent[-1] if recent else None)
    if answered is None or not words or line.message.kind != "text" or _STAFF_NOTICE.search(line.message.text):
        found.left.append((line, "staff"))
        return
    answered.answers.append((line, "done" if _DONE.search(words) else "answer"))


def _own(line: Line, matters: list[Matter]) -> Matter | None:
    """The matter that the same person was writing of just now; of nobody known, none."""
    for matter in reversed(matters):
        for before, _ in reversed(matter.lines):
            if line.message.sender and before.message.sender == line.message.sender:
                if _since(before, line) <= BELONGS_FOR:
                    return matter
                break
    return None


def _same(line: Line, why: Why | None, matters: list[Matter]) -> tuple[Matter, Why] | None:
    """The matter of others that a line reports too."""
    recent = [each for each in reversed(matters) if _since(_latest(each), line) <= SAME_WITHIN]
    if _ME_TOO.search(line.said.words):
        meant = _called(line, matters) or next((each for each in recent if not _elsewhere(line.about, each)), None)
        if meant is not None:
            return meant, "me_too"
    if why is None:
        return None
    return next(((each, "same") for each in recent if _alike(line, each)), None)


def _alike(line: Line, matter: Matter) -> bool:
    """Whether a line speaks of the same thing: in nearly the same words, or of the same topic there."""
    if _elsewhere(line.about, matter):
        return False
    for other, _ in matter.lines:
        likeness = likeness_of_words(line.said.words, other.said.words)
        if likeness >= _SAME_WORDS:
            return True
        if line.about.topic is None or line.about.topic != other.about.topic:
            continue
        there = line.about.place is not None and line.about.place == other.about.place
        if there or line.about.terms & other.about.terms or likeness >= _LIKE_WORDS:
            return True
    return False


def _elsewhere(about: About, matter: Matter) -> bool:
    """Whether something is of another place or another topic, as far as both are named."""
    places = {line.about.place for line, _ in matter.lines} - {None}
    topics = {line.about.topic for line, _ in matter.lines} - {None}
    other_place = about.place is not None and bool(places) and about.place not in places
    return other_place or (about.topic is not None and bool(topics) and about.topic not in topics)


def _called(line: Line, matters: list[Matter]) -> Matter | None:
    """The latest matter of whom a line quotes or calls; a quotation names the very message."""
    quoted = line.said.quoted
    for matter in reversed(matters):
        for other, _ in matter.lines:
            if quoted and other.message.sender == quoted[0] and quoted[1][:20] in other.message.text:
                return matter
    called = {quoted[0]} if quoted else set(line.said.mentions)
    for matter in reversed(matters):
        if any(other.message.sender in called for other, _ in matter.lines):
            return matter
    return None


def _report(line: Line) -> Why | None:
    words = line.said.words
    if len(words) < 4 or _NO_REPORT.search(words):
        return None
    if line.about.topic is not None and not line.to_neighbour:
        return "topic"
    return "request" if _REQUEST.search(words) else None


def is_courtesy(words: str) -> bool:
    """Whether words are nothing but greetings, thanks and signs."""
    return not _COURTESY.sub("", _NO_SIGN.sub("", words))


def _latest(matter: Matter) -> Line:
    return max((line for line, _ in (*matter.lines, *matter.answers)), key=lambda line: line.message.number)


def _since(before: Line, line: Line) -> timedelta:
    if before.message.timed and line.message.timed:
        return line.message.sent_at - before.message.sent_at
    return timedelta(minutes=line.message.number - before.message.number)
