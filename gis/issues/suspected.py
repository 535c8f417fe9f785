"""Open matters that may be the same as an earlier open one, found among all of them at once.

What makes two alike is told in `duplicates.py`; here each is compared with those of the same building, of the same
square of ground or its neighbours, or of the same grid where it has no point, and not with all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from math import cos, floor, hypot, radians
from typing import Any

from sqlalchemy import Connection, func, select

from gis.issues.duplicates import LEAST_LIKENESS, NEAR_M, WITHIN, likeness
from gis.issues.filters import IssueFilter, conditions
from gis.storage.tables import issue

MOST_COMPARED = 400
"""The latest matters that are compared; what is older has been looked at."""
MOST_AT_A_PLACE = 40
METRES_A_DEGREE = 111_195
_SQUARE_DEG = NEAR_M / 55_000
"""At least `NEAR_M` from side to side up to 60 degrees of latitude."""


def suspected(connection: Connection, chosen: IssueFilter) -> list[int]:
    """The ids of those that pass a filter and may repeat an earlier one of them, latest first."""
    query = (
        select(
            issue.c.id,
            issue.c.text,
            issue.c.status,
            issue.c.reported_at,
            issue.c.topic,
            issue.c.building_id,
            issue.c.grid_id,
            issue.c.group_id,
            func.ST_X(issue.c.geom).label("x"),
            func.ST_Y(issue.c.geom).label("y"),
        )
        .where(*conditions(connection, chosen), issue.c.reported_at > func.now() - WITHIN)
        .order_by(issue.c.reported_at.desc(), issue.c.id.desc())
        .limit(MOST_COMPARED)
    )
    seen: dict[Hashable, list[Any]] = defaultdict(list)
    found: list[int] = []
    for row in reversed(connection.execute(query).all()):
        others = {other.id: other for place in _around(row) for other in seen[place][-MOST_AT_A_PLACE:]}
        if any(likeness(row, other, _distance_m(row, other)).likeness >= LEAST_LIKENESS for other in others.values()):
            found.append(row.id)
        seen[_own(row)].append(row)
    return found[::-1]


def _distance_m(row: Any, other: Any) -> float | None:
    """Good enough within `NEAR_M`: on a plane that touches the ground there."""
    if row.x is None or other.x is None:
        return None
    east, north = (row.x - other.x) * cos(radians(row.y)), row.y - other.y
    return hypot(east, north) * METRES_A_DEGREE


def _own(row: Any) -> Hashable:
    if row.x is not None:
        return floor(row.x / _SQUARE_DEG), floor(row.y / _SQUARE_DEG)
    return row.grid_id, row.group_id


def _around(row: Any) -> Iterable[Hashable]:
    own = _own(row)
    if row.x is None:
        return [own]
    x, y = floor(row.x / _SQUARE_DEG), floor(row.y / _SQUARE_DEG)
    return [(x + east, y + north) for east in (-1, 0, 1) for north in (-1, 0, 1)]
