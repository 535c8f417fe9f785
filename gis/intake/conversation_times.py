"""When a message of a copied chat was sent: `2023/12/5 9:13`, `12月5日 上午9:13`, `昨天 21:03`, `星期二 9:13`, `9:13`.

What a chat leaves out is what was plain to who copied it: the year, or the day. It is the latest that lies before
the copy. A stamp of another community's clock would be wrong by its difference; the copy does not tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from gis.errors import Fault, said
from gis.issues.report import CLOCKS_DIFFER

_DATE = r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})(?P<between>[-/.月])(?P<day>\d{1,2})日?"
_AGO = r"(?P<ago>今天|昨天|前天|Today|Yesterday)"
_WEEKDAY = r"(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])"
_PART = r"(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上)"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?: ?(?P<half>[AaPp][Mm]))?"
STAMP = rf"(?:(?:{_DATE}|{_AGO}|{_WEEKDAY}) *)?(?:{_PART} *)?{_CLOCK}"
"""A time as chats write it, in narrow characters; for one place of a pattern, because its groups have names."""
DAY = re.compile(r"[—–─=\-* ]*(?P<year>\d{4})[-/年](?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?[—–─=\-* ]*")
"""A line that tells the day of the messages below it."""

Style = Literal["full", "short", "spoken", "clock"]

_DAYS_AGO = {"今天": 0, "Today": 0, "昨天": 1, "Yesterday": 1, "前天": 2}
_WEEKDAYS = "一二三四五六日"
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "PM"})
_YEARS_BACK = 8
"""As far as the 29th of February may be."""


def style_of(stamp: re.Match[str]) -> Style:
    """How a stamp is written: one program writes all of its stamps in one way, or in the ways of people (`spoken`)."""
    if stamp["between"] and stamp["between"] != "月":
        return "full" if stamp["year"] else "short"
    return "spoken" if stamp["between"] or stamp["ago"] or stamp["weekday"] or stamp["part"] else "clock"


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads stamps that were copied at a moment, in a community's time zone."""

    copied_at: datetime
    zone: ZoneInfo

    def read(self, stamp: re.Match[str], day: date | None = None, *, where: str) -> datetime | Fault:
        """The moment of a stamp; `day` is that of the lines around it, for stamps that tell none."""
        today = self.copied_at.astimezone(self.zone).date()
        hour, minute, second = int(stamp["hour"]), int(stamp["minute"]), int(stamp["second"] or 0)
        hour = _of_day(hour, stamp["part"] or (stamp["half"] or "").upper())
        try:
            clock = time(hour, minute, second)
            on = self._day(stamp, day, clock, today)
        except ValueError:
            return Fault(where, "not_a_time", said("names a time that does not exist"))
        sent_at = datetime.combine(on, clock, self.zone)
        if sent_at > self.copied_at + CLOCKS_DIFFER:
            return Fault(where, "impossible_time", said("names a time in the future"))
        return sent_at

    def read_day(self, line: re.Match[str], *, where: str) -> date | Fault:
        """The day that a line of its own tells."""
        try:
            return date(int(line["year"]), int(line["month"]), int(line["day"]))
        except ValueError:
            return Fault(where, "not_a_time", said("names a day that does not exist"))

    def _day(self, stamp: re.Match[str], day: date | None, clock: time, today: date) -> date:
        if stamp["month"]:
            month, of_month = int(stamp["month"]), int(stamp["day"])
            if stamp["year"]:
                return date(int(stamp["year"]), month, of_month)
            return self._latest(month, of_month, today)
        if stamp["ago"]:
            return today - timedelta(days=_DAYS_AGO[stamp["ago"]])
        if stamp["weekday"]:
            weekday = _WEEKDAYS.index(stamp["weekday"].replace("天", "日"))
            return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        if day is not None:
            return day
        passed = datetime.combine(today, clock, self.zone) <= self.copied_at + timedelta(minutes=10)
        return today if passed else today - timedelta(days=1)

    def _latest(self, month: int, of_month: int, today: date) -> date:
        """The latest such day that is not after tomorrow. Raises ValueError for one that no year has."""
        for year in range((today + timedelta(days=1)).year, today.year - _YEARS_BACK, -1):
            try:
                found = date(year, month, of_month)
            except ValueError:
                continue
            if found <= today + timedelta(days=1):
                return found
        raise ValueError


def _of_day(hour: int, part: str) -> int:
    """An hour of 24 from one as it is said; one that is written in 24 hours already stays."""
    if part == "中午":
        return hour + 12 if hour < 10 else hour
    if part in _AFTERNOON:
        midnight = hour == 12 and part == "晚上"
        return 0 if midnight else hour + 12 if hour < 12 else hour
    return 0 if part and hour == 12 else hour
