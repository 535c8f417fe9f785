"""Which matters may be the same one, and which come back.

Two reports of one burst pipe come minutes apart, from two people, in different words. What makes them alike is
told apart and multiplied: how near their places are, how near their times, and how much of the shorter text is in
the other one (pairs of characters, which for Chinese need no words). It is an offer to a person, who merges.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from gis.errors import NotFound, said
from gis.storage.tables import OPEN, issue

NEAR_M = 150.0
"""Beyond this, two places are not one."""
WITHIN = timedelta(days=14)
RECURS_WITHIN = timedelta(days=180)
LEAST_LIKENESS = 0.25
MOST = 5
_DEGREES_A_METRE = 1 / 110_574


@dataclass(frozen=True, slots=True)
class Likeness:
    """A matter that may be the same; each part and the whole between 0 and 1."""

    id: int
    text: str
    status: str
    reported_at: datetime
    likeness: float
    place: float
    time: float
    words: float
    distance_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a matter that is not recorded yet would be; `geom` is an EPSG:4326 point as an expression."""

    text: str
    reported_at: datetime
    topic: str | None
    building_id: int | None
    grid_id: int | None
    group_id: int | None
    geom: ColumnElement[Any] | None
    id: None = None


def duplicates(connection: Connection, issue_id: int) -> list[Likeness]:
    """The open matters in scope that may be the same as an issue, likeliest first, at most `MOST`. Raises NotFound."""
    return alike(connection, _row(connection, issue_id))


def alike(connection: Connection, row: Sought | Any) -> list[Likeness]:
    """As `duplicates`, of a matter that is not recorded yet, or of an issue's row."""
    others = select(*_COLUMNS, _distance(row).label("distance_m")).where(
        issue.c.id.is_distinct_from(row.id),
        issue.c.status.in_(OPEN),
        issue.c.reported_at.between(row.reported_at - WITHIN, row.reported_at + WITHIN),
        _near(row),
    )
    # The latest first, so that a storm of reports at one place cannot make this slow.
    found = connection.execute(others.order_by(issue.c.reported_at.desc()).limit(200))
    told = [likeness(row, other, other.distance_m) for other in found]
    return sorted((each for each in told if each.likeness >= LEAST_LIKENESS), key=lambda each: -each.likeness)[:MOST]


def recurrences(connection: Connection, issue_id: int) -> list[int]:
    """The matters of the same topic that were closed at the same building before, latest first. Raises NotFound."""
    row = _row(connection, issue_id)
    if row.building_id is None or row.topic is None:
        return []
    before = select(issue.c.id).where(
        issue.c.building_id == row.building_id,
        issue.c.topic == row.topic,
        issue.c.status == "closed",
        issue.c.closed_at.between(row.reported_at - RECURS_WITHIN, row.reported_at),
        issue.c.id != issue_id,
    )
    return list(connection.scalars(before.order_by(issue.c.closed_at.desc()).limit(20)))


def likeness_of_words(one: str, other: str) -> float:
    """How much of the shorter text's pairs of characters is in the other one, 0 to 1; punctuation does not count."""
    first, second = _pairs(one), _pairs(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def likeness(row: Any, other: Any, distance_m: float | None) -> Likeness:
    """How alike two rows of issues are; `distance_m` is None where one of them has no point."""
    words = likeness_of_words(row.text, other.text)
    if row.topic and other.topic and row.topic != other.topic:
        words /= 2
    if row.building_id is not None and row.building_id == other.building_id:
        place = 1.0
    elif distance_m is not None:
        place = max(0.0, 1 - distance_m / NEAR_M)
    else:
        place = 0.5  # the same grid or group, and no more is known
    time = 1 - abs(row.reported_at - other.reported_at) / WITHIN
    whole = words * (0.4 + 0.6 * place) * (0.6 + 0.4 * time)
    return Likeness(other.id, other.text, other.status, other.reported_at, whole, place, time, words, distance_m)


def _near(row: Any) -> ColumnElement[bool]:
    """Matters near enough to be the same: by point, or by grid or group where one has no point."""
    same: list[ColumnElement[bool]] = []
    if row.geom is not None:
        reach = NEAR_M * _DEGREES_A_METRE
        box = func.ST_Expand(row.geom, reach * 2, reach)
        same.append(issue.c.geom.bool_op("&&")(box))
    by_name = [
        column == value
        for column, value in ((issue.c.grid_id, row.grid_id), (issue.c.group_id, row.group_id))
        if value is not None
    ]
    if by_name:
        there = or_(*by_name)
        same.append(there if row.geom is None else and_(issue.c.geom.is_(None), there))
    return or_(*same) if same else issue.c.id.is_(None)


def _distance(row: Any) -> ColumnElement[Any]:
    return func.ST_DistanceSphere(issue.c.geom, row.geom)


def _row(connection: Connection, issue_id: int) -> Any:
    found = connection.execute(select(*_COLUMNS).where(issue.c.id == issue_id)).one_or_none()
    if found is None:
        raise NotFound(said("There is no issue {issue_id}.", issue_id=issue_id))
    return found


def _pairs(text: str) -> set[str]:
    kept = [c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum()]
    return {a + b for a, b in pairwise(kept)}


_COLUMNS = (
    issue.c.id,
    issue.c.text,
    issue.c.status,
    issue.c.reported_at,
    issue.c.topic,
    issue.c.building_id,
    issue.c.grid_id,
    issue.c.group_id,
    issue.c.geom,
)
