"""Where issues are, as few points as a map on paper needs."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from gis.issues.filters import IssueFilter, conditions
from gis.storage.tables import issue


def points_by_place(
    connection: Connection, chosen: IssueFilter, *, cell_deg: float
) -> tuple[tuple[float, float, int], ...]:
    """Issues with a point that pass a filter, summed by cells of a size: (lon, lat, issues) in EPSG:4326.

    A cell's place is the mean of its points, so that a pile on one point stays where it is.
    """
    x, y = func.ST_X(issue.c.geom), func.ST_Y(issue.c.geom)
    query = (
        select(func.avg(x), func.avg(y), func.count())
        .where(*conditions(connection, chosen), issue.c.geom.is_not(None))
        .group_by(func.floor(x / cell_deg), func.floor(y / cell_deg))
    )
    return tuple((lon, lat, count) for lon, lat, count in connection.execute(query))
