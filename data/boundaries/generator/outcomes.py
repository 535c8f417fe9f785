"""How matters went: when somebody first answered, at which level they were settled, and in which way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from math import exp
from typing import TYPE_CHECKING

from .random_source import stream

if TYPE_CHECKING:
    from .ledger import Matter

# Median minutes to the first answer, by where it was said; at night it takes four times as long.
ANSWERED_MINUTES = {"wechat_group": 14, "hotline": 55, "visit": 1, "web": 75}
BY_NIGHT = 4
WAYS = {
    "wechat_group": {"in_group": 38, "on_site": 44, "online": 6, "by_neighbours": 12},
    "hotline": {"on_site": 70, "online": 24, "by_neighbours": 6},
    "visit": {"on_site": 88, "by_neighbours": 12},
    "web": {"on_site": 62, "online": 34, "by_neighbours": 4},
}
LEVELS = {"household": 14, "grid": 58, "network": 17, "street": 8, "department": 3}
UNRECORDED = 0.12


def record_outcomes(ledger: Iterable[Matter]) -> None:
    """Note the outcome of each matter that has none, by a stream of chance of its own; of some nobody noted the way.

    What went up to the street or a department was settled on site.
    """
    rng = stream("outcomes")
    for matter in ledger:
        slow = BY_NIGHT if not 7 <= matter.reported_at.hour < 22 else 1
        minutes = ANSWERED_MINUTES[matter.source] * slow * exp(rng.gauss(0, 0.8))
        way = rng.choices(list(WAYS[matter.source]), list(WAYS[matter.source].values()))[0]
        level = rng.choices(list(LEVELS), list(LEVELS.values()))[0]
        noted = rng.random() >= UNRECORDED
        if matter.settled_way:
            continue
        if matter.status != "reported":
            answered_at = matter.reported_at + timedelta(seconds=round(60 * minutes))
            matter.first_answered_at = min(answered_at, matter.closed_at or answered_at)
        if matter.closed_at and noted:
            matter.settled_level = level
            matter.settled_way = "on_site" if level in ("street", "department") else way
