"""Matters as cases: when and where each was, in columns, for statistics over thousands of them."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import BigInteger, Connection, cast, func, select

from gis.issues.filters import IssueFilter, conditions
from gis.storage.tables import issue


def cases(connection: Connection, chosen: IssueFilter) -> pd.DataFrame:
    """The matters with a point that pass a filter, oldest first: id, lon, lat (EPSG:4326), time (UTC), topic.

    Raises InvalidInput as `conditions` does.
    """
    query = (
        select(
            issue.c.id,
            func.ST_X(issue.c.geom),
            func.ST_Y(issue.c.geom),
            cast(func.extract("epoch", issue.c.reported_at), BigInteger),
            issue.c.topic,
        )
        .where(*conditions(connection, chosen), issue.c.geom.is_not(None))
        .order_by(issue.c.reported_at, issue.c.id)
    )
    frame = pd.DataFrame(connection.execute(query).all(), columns=["id", "lon", "lat", "time", "topic"])
    frame["time"] = pd.to_datetime(frame["time"].astype("int64"), unit="s", utc=True)
    return frame.astype({"id": "int64", "lon": "float64", "lat": "float64", "topic": "object"})


def state_of(connection: Connection, chosen: IssueFilter) -> str:
    """What changes whenever a matter that passes a filter comes, goes or is changed: their numbers and versions."""
    told = select(func.count(), func.sum(issue.c.id), func.sum(issue.c.version))
    return "-".join(str(each or 0) for each in connection.execute(told.where(*conditions(connection, chosen))).one())
