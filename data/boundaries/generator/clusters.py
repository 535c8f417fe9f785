"""Hazards that cluster in place and time, and how days differ in what is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .random_source import Random

LEFT_AFTER_CAMPAIGN = 1 / 7


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports of one hazard in some compounds; a campaign at `cooled` leaves a seventh of them."""

    subject: str
    compounds: tuple[str, ...]
    first: date
    last: date
    count: int
    growth: float = 1.0
    cooled: date | None = None

    def days(self, rng: Random) -> list[date]:
        """The day of each of its reports."""
        days = days_between(self.first, self.last)
        weights = day_weights(days, growth=self.growth)
        if self.cooled:
            weights = [w * (LEFT_AFTER_CAMPAIGN if d >= self.cooled else 1) for d, w in zip(days, weights, strict=True)]
        return rng.choices(days, weights, k=self.count)


CLUSTERS = [
    Cluster("ebike", ("南门安置房", "农机厂宿舍"), date(2023, 7, 1), date(2023, 12, 15), 210, cooled=date(2023, 10, 8)),
    Cluster("fire_lane", ("鼎盛国际", "站前小区"), date(2023, 9, 1), date(2023, 12, 15), 150, growth=2.2),
    Cluster("gas_smell", ("丝厂家属区",), date(2023, 11, 18), date(2023, 12, 12), 44),
    Cluster("facade", ("银杏苑", "康居苑"), date(2023, 5, 5), date(2023, 7, 20), 72),
]


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def day_weights(days: Sequence[date], *, growth: float) -> list[float]:
    """More at weekends, and `growth` times as much on the last day as on the first."""
    return [
        (1 + (growth - 1) * i / max(len(days) - 1, 1)) * (1.35 if day.weekday() >= 5 else 1.0)
        for i, day in enumerate(days)
    ]
