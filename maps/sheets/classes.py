"""Classes of amounts: quantiles, of which each holds about as many grids."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

CLASSES = 5


def quantiles(amounts: Sequence[int]) -> tuple[int, ...]:
    """The upper ends of up to five classes of the amounts above zero; equal amounts are in one class."""
    ordered = sorted(amount for amount in amounts if amount > 0)
    if not ordered:
        return ()
    ends = {ordered[-(-len(ordered) * part // CLASSES) - 1] for part in range(1, CLASSES + 1)}
    return tuple(sorted(ends))


def class_of(amount: int, ends: Sequence[int]) -> int | None:
    """The class that an amount is in, counted from zero; None for zero."""
    return bisect_left(ends, amount) if amount > 0 else None
