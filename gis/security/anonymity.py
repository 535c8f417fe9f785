"""Counts of people for those who may not know persons: no result, and no difference of results, tells of a few.

The method is rounding to a fixed base in fixed cells (Hundepool et al., Statistical Disclosure Control, 2012,
chapter 5.4), made additive. The cell is the building. In a building with fewer than k households nothing is
counted; in any other a count is rounded to a multiple of k, and what fewer than k have is none. Whatever is larger
than a building (a grid, a community, any filter or shape) is the sum of what its buildings show.

Every published number is therefore made of the buildings' published numbers alone, so that no two, nor any
number of them, tell more by their difference than the buildings' own do; and those tell of k households at least.
Where it ends: a number that changes between two days tells that its building has passed a threshold; a building
in which all are alike tells of each; sums are off by up to k/2 for each building, and by all of the small ones.
"""

from __future__ import annotations

from collections.abc import Iterable


def published(count: int, *, households: int, k: int) -> int:
    """What may be shown of a count of something that `households` households of one building have.

    `count` may be of people or cars; it is told if at least k households are behind it.
    """
    return 0 if households < k else k * ((2 * count + k) // (2 * k))


def published_sum(cells: Iterable[tuple[int, int]], *, k: int) -> int:
    """What may be shown of buildings together, each as its (count, households)."""
    return sum(published(count, households=households, k=k) for count, households in cells)
