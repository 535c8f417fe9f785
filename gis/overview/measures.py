"""What tells a grid that is in trouble from one that is not: five measures, each with what it is of.

A measure of few matters says more about chance than about its grid. `too_few` marks it, and it is neither coloured nor
ranked: fewer than `FEW` matters that a rate or median is made of, and for cases per household as few both found and to
be expected at the rate of all grids together. A count of overdue matters is what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from gis.issues.figures import Both
from gis.overview.classes import Classes, Method, classes, cut

Measure = Literal["overdue", "on_time", "rate", "settlement", "change"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
LOW_IS_WORSE: frozenset[Measure] = frozenset({"on_time"})

FEW = 5
CHANGES = (0.5, 0.8, 1.25, 2.0, float("inf"))
"""The classes of a change: halved or less, fewer, about as many, more, more than doubled."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of one grid. `part` of `whole` is what the value is made of; None where there is nothing.

    `overdue`: matters, of all received. `on_time`: the share closed on time, of those that are judged. `rate`: matters
    for each 100 households. `settlement`: the median hours to settle, of `part` matters of `whole` settled ones.
    `change`: matters of this period divided by those of the one before, infinite after none.
    """

    value: float | None
    part: int
    whole: int
    too_few: bool = False


@dataclass(frozen=True, slots=True)
class Shaded:
    """One measure of all grids, by their ids, and the classes of what can be told."""

    measure: Measure
    classes: Classes
    grids: Mapping[int, Measured]

    def shade(self, grid: int) -> int | None:
        """The class of a grid from 0, least trouble, up; None where there is nothing, or too little, to tell."""
        found = self.grids[grid]
        if found.value is None or found.too_few:
            return None
        at = self.classes.of(found.value)
        return len(self.classes.bounds) - 1 - at if self.measure in LOW_IS_WORSE else at

    def worst(self) -> list[int]:
        """All grids, those in most trouble first; those of which too little can be told last."""
        sign = 1 if self.measure in LOW_IS_WORSE else -1

        def trouble(grid: int) -> tuple[bool, float, int]:
            found = self.grids[grid]
            told = found.value is not None and not found.too_few
            return (not told, sign * (found.value or 0.0) if told else 0.0, -found.part)

        return sorted(self.grids, key=trouble)


def shaded(
    measure: Measure,
    by_grid: Mapping[int | None, Both],
    homes: Mapping[int, int],
    *,
    grids: Sequence[int],
    method: Method = "natural",
) -> Shaded:
    """A measure of grids by the figures of each and its households; grids that are not in either have none."""
    both = {grid: by_grid.get(grid, Both()) for grid in grids}
    all_homes = sum(homes.get(grid, 0) for grid in grids)
    usual = sum(each.now.received for each in both.values()) / all_homes if all_homes else 0.0
    found = {grid: measured(measure, each, homes.get(grid, 0), usual=usual) for grid, each in both.items()}
    values = [each.value for each in found.values() if each.value is not None and not each.too_few]
    if measure == "change":
        return Shaded(measure, cut(values, CHANGES, method="fixed"), found)
    return Shaded(measure, classes(values, method=method), found)


def measured(measure: Measure, both: Both, homes: int, *, usual: float) -> Measured:
    """One measure of one grid with so many households, where `usual` is the cases per household of all grids."""
    now, before = both.now, both.before.received
    if measure == "overdue":
        return Measured(now.overdue, now.overdue, now.received)
    if measure == "on_time":
        return Measured(now.on_time.rate, now.on_time.on_time, now.on_time.of, now.on_time.of < FEW)
    if measure == "rate":
        rate = 100 * now.received / homes if homes else None
        return Measured(rate, now.received, homes, max(now.received, usual * homes) < FEW)
    if measure == "settlement":
        hours = None if now.settlement is None else now.settlement.total_seconds() / 3600
        return Measured(hours, now.settlements, now.settled, now.settlements < FEW)
    ratio = now.received / before if before else float("inf") if now.received else None
    return Measured(ratio, now.received, before, now.received + before < FEW)
