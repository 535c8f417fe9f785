"""Compares what a file says of a thing with what is stored of it."""

from __future__ import annotations

from typing import Any

import shapely

Record = dict[str, Any]

SAME_WITHIN_DEG = 1e-7
"""Shapes whose corners agree to a centimetre are the same shape, written by another program."""


def difference(stored: Record, given: Record) -> Record:
    """The fields of `given` that differ from `stored`; what is not given does not differ."""
    return {name: value for name, value in given.items() if not _same(stored.get(name), value)}


def same_shape(one: shapely.Geometry | None, other: shapely.Geometry | None) -> bool:
    """Whether two geometries are equal to a centimetre, whatever corner each begins at."""
    if one is None or other is None:
        return one is other
    pair = [shapely.normalize(shapely.transform(shape, lambda corners: corners.round(7))) for shape in (one, other)]
    return bool(shapely.equals_exact(*pair, tolerance=SAME_WITHIN_DEG * 1.01))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, shapely.Geometry) or isinstance(other, shapely.Geometry):
        return same_shape(one, other)
    return bool(one == other)
