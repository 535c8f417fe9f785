"""What may be said of a figure beside that of the period before.

A count that differs no more than chance would have it is called about as many: of all matters of both equal periods,
those of the later one are binomial (`gis.hotspots.change`). A share or median that few matters are behind is told, and
called small.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gis.hotspots.change import Period, compared

Direction = Literal["up", "down", "level"]
SMALL = 20
"""A share or median of fewer matters than this is called small."""
SAME_POINTS = 1.0
SAME_TIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the period before: `by` so many matters, percentage points, or so long.

    `level` is about as many: by chance, or too little to matter. `small`: too few matters stand behind it to say more.
    """

    direction: Direction
    by: float | timedelta
    small: bool = False


def change_of_count(now: int, before: int) -> Change:
    """Of matters in two periods of one length."""
    verdict = compared(Period(before, 1), Period(now, 1), chosen_by_before=False)
    directions: dict[str, Direction] = {"grew": "up", "cooled": "down"}
    return Change(directions.get(verdict.direction, "level"), abs(now - before), verdict.direction == "too_few")


def change_of_share(now: tuple[int, int], before: tuple[int, int]) -> Change | None:
    """Of two shares, each (part, whole), in percentage points; None where one is of nothing."""
    if not now[1] or not before[1]:
        return None
    points = 100 * (now[0] / now[1] - before[0] / before[1])
    direction: Direction = "level" if abs(points) < SAME_POINTS else "up" if points > 0 else "down"
    return Change(direction, abs(points), min(now[1], before[1]) < SMALL)


def change_of_time(now: timedelta | None, before: timedelta | None, *, of: int) -> Change | None:
    """Of two medians, of which the smaller sample has `of` matters; None where there is one only."""
    if now is None or before is None:
        return None
    longer = now - before
    direction: Direction = "level" if abs(longer) < SAME_TIME else "up" if longer > timedelta(0) else "down"
    return Change(direction, abs(longer), of < SMALL)
