"""Matters in stretches of time, inside an area and outside it: what a before and an after are compared by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, not_, select, true

from gis.issues.filters import IssueFilter, conditions
from gis.storage.tables import SRID, grid, issue

Span = tuple[datetime, datetime]
"""From the first moment up to, not including, the second."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A middle in EPSG:4326, and how far around it."""

    lon: float
    lat: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Area:
    """A grid by its code, or a circle; neither is everywhere."""

    grid: str | None = None
    circle: Circle | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Matters in one span: those in the area, and those that are not."""

    inside: int
    outside: int


def in_spans(connection: Connection, chosen: IssueFilter, spans: Sequence[Span], area: Area) -> list[Counted]:
    """The matters that pass a filter (its own days and grid aside), by span.

    Matters without a point lie outside of every circle. Raises InvalidInput as `conditions` does, for the area's grid
    too.
    """
    if area.grid is not None:
        conditions(connection, replace(chosen, grid=area.grid))
    inside = _inside(area)
    told: list[ColumnElement[int]] = []
    for since, until in spans:
        then = and_(issue.c.reported_at >= since, issue.c.reported_at < until)
        told += [func.count().filter(then, inside), func.count().filter(then, not_(inside))]
    wide = replace(chosen, grid=None, since=min(since for since, _ in spans), until=max(until for _, until in spans))
    counts = connection.execute(select(*told).select_from(issue).where(*conditions(connection, wide))).one()
    return [Counted(*counts[at : at + 2]) for at in range(0, len(counts), 2)]


def first_and_last(connection: Connection, chosen: IssueFilter) -> Span | None:
    """When the first and the last of the matters that pass a filter were reported; None if there is none."""
    query = select(func.min(issue.c.reported_at), func.max(issue.c.reported_at))
    first, last = connection.execute(query.where(*conditions(connection, chosen))).one()
    return None if first is None else (first, last)


def _inside(area: Area) -> ColumnElement[bool]:
    if area.grid is not None:
        own = select(grid.c.id).where(grid.c.code == area.grid)
        return func.coalesce(issue.c.grid_id.in_(own), False)
    if area.circle is not None:
        middle = func.ST_SetSRID(func.ST_MakePoint(area.circle.lon, area.circle.lat), SRID)
        near = func.ST_DWithin(func.geography(issue.c.geom), func.geography(middle), area.circle.radius_m)
        return func.coalesce(near, False)
    return true()
