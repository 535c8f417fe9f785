"""Working time in a place: which days are worked, at which hours, and when an amount of it has passed.

China moves working days around its holidays (调休): a Saturday may be worked and a Tuesday not. The default
is the State Council's yearly notices as the package `chinesecalendar` has them, 2004 to the year of its release; for
later years Monday to Friday. What the table `calendar_day` says of a day goes before both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import chinese_calendar

Unit = Literal["working_hours", "working_days", "hours", "days"]
REMEMBERED_DAYS = 4096
FURTHEST = timedelta(days=3660)
"""A due time further away than this is a mistake in a rule."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Working time by the clock of `zone`; `days` are exceptions, `hours` the worked spans of a day."""

    zone: ZoneInfo
    days: Mapping[date, bool] = field(default_factory=dict)
    hours: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))

    def is_worked(self, day: date) -> bool:
        """Whether a day is worked."""
        known = self.days.get(day)
        if known is not None:
            return known
        return _worked_by_default(day)

    def after(self, begun: datetime, amount: float, unit: Unit) -> datetime:
        """When an amount of time has passed since a moment; both with a zone, the answer in UTC.

        A working day is as long as the worked spans of one day. Raises ValueError for a negative amount, or one
        that would take longer than `FURTHEST`.
        """
        if amount < 0:
            raise ValueError("amount must not be negative")
        if unit == "hours":
            return begun.astimezone(UTC) + timedelta(hours=amount)
        if unit == "days":
            return begun.astimezone(UTC) + timedelta(days=amount)
        left = timedelta(hours=amount) if unit == "working_hours" else amount * self._day_length()
        return self._forward(begun, left)

    def between(self, begun: datetime, ended: datetime) -> timedelta:
        """The working time from one moment to another, zero if the second is not after the first."""
        day, last = begun.astimezone(self.zone).date(), ended.astimezone(self.zone).date()
        total = timedelta(0)
        while day <= last:
            for start, end in self._spans(day):
                total += max(min(end, ended) - max(start, begun), timedelta(0))
            day += timedelta(days=1)
        return total

    def _forward(self, begun: datetime, left: timedelta) -> datetime:
        day = begun.astimezone(self.zone).date()
        last = day + FURTHEST
        while day <= last:
            for start, end in self._spans(day):
                start = max(start, begun)
                if start <= end and left <= end - start:
                    return start + left
                left -= max(end - start, timedelta(0))
            day += timedelta(days=1)
        raise ValueError("the working time does not end within ten years")

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        return _worked_spans(day, self.zone, self.hours) if self.is_worked(day) else []

    def _day_length(self) -> timedelta:
        return sum((_since_midnight(end) - _since_midnight(start) for start, end in self.hours), timedelta(0))


# Remembered, because the same few days are asked for with every report.


@lru_cache(REMEMBERED_DAYS)
def _worked_by_default(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


@lru_cache(REMEMBERED_DAYS)
def _worked_spans(day: date, zone: ZoneInfo, hours: tuple[tuple[time, time], ...]) -> list[tuple[datetime, datetime]]:
    def moment(clock: time) -> datetime:
        return datetime.combine(day, clock, zone).astimezone(UTC)

    return [(moment(start), moment(end)) for start, end in hours]


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute)
