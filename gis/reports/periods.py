"""Weeks and months, by the clock of a community: weeks are those of ISO 8601, from Monday to Sunday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from gis.errors import Fault, InvalidInput, said

Kind = Literal["week", "month"]
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """One week or month, by its first day."""

    kind: Kind
    begins: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> Self:
        """The week or month in which a day is."""
        return cls(kind, day - timedelta(days=day.weekday()) if kind == "week" else day.replace(day=1))

    @classmethod
    def read(cls, written: str, *, field: str) -> Self:
        """`2023-W49` or `2023-12`. Raises InvalidInput for anything else, also for a week that its year lacks."""
        week, month = _WEEK.fullmatch(written), _MONTH.fullmatch(written)
        try:
            if week:
                return cls("week", date.fromisocalendar(int(week[1]), int(week[2]), 1))
            if month:
                return cls("month", date(int(month[1]), int(month[2]), 1))
        except ValueError:
            pass
        reason = said("must be a week (2023-W49) or a month (2023-12)")
        raise InvalidInput([Fault(field, "not_a_period", reason)])

    @property
    def name(self) -> str:
        """As `read` takes it."""
        if self.kind == "month":
            return f"{self.begins:%Y-%m}"
        year, week, _ = self.begins.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def after(self) -> Period:
        """The next one."""
        days = 7 if self.kind == "week" else 32
        return Period.of(self.kind, self.begins + timedelta(days=days))

    @property
    def before(self) -> Period:
        """The one before."""
        return Period.of(self.kind, self.begins - timedelta(days=1))

    @property
    def last_day(self) -> date:
        return self.after.begins - timedelta(days=1)

    def moments(self, zone: str) -> tuple[datetime, datetime]:
        """From its first moment up to, not including, that of the next one."""
        clock = ZoneInfo(zone)
        return datetime.combine(self.begins, time(), clock), datetime.combine(self.after.begins, time(), clock)


def last_ended(kind: Kind, at: datetime, zone: str) -> Period:
    """The latest week or month that is over at a moment."""
    return Period.of(kind, at.astimezone(ZoneInfo(zone)).date()).before
