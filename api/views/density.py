"""What `/maps/density` shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from api.views.filtering import PageQuery, choices, filters_of, issue_filter
from api.views.lists import listed
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.issues.query import issues
from gis.issues.summary import heat_points, summary
from maps.layers.base import bounds_of
from maps.layers.grids import grid_shapes
from maps.layers.surface import METRES_A_DEGREE, radius_m
from maps.pages.density import DensityView, TopicCount, Totals

RECENT = 8
CELLS_A_RADIUS = 6
"""Points closer than a sixth of the radius over which each is spread look the same: they are sent as one."""


def density_view(connection: Connection, asked: PageQuery, place: Where, *, at: datetime, reader: Actor) -> DensityView:
    """Everything on the density page: three grouped queries over the issues that pass its filters."""
    filters = filters_of(asked, place)
    chosen = issue_filter(connection, filters, place, reader)
    found = grids_of(connection, place.one, at)
    counted = summary(connection, chosen)
    recent, _ = issues(connection, chosen, limit=RECENT)
    base = ground(connection, place.one, at)
    grids = shown(found, counted.by_grid)
    bounds = bounds_of(base.outline) or bounds_of(grid_shapes(grids))
    cell_deg = radius_m(bounds) / CELLS_A_RADIUS / METRES_A_DEGREE if bounds else 1e-4
    total = counted.total
    return DensityView(
        filters=filters,
        choices=choices(connection, place, found),
        grids=grids,
        base=base,
        points=tuple(heat_points(connection, chosen, cell_deg=cell_deg)),
        totals=Totals(
            matters=total.issues,
            settled=total.settled,
            open=total.open,
            hazards=total.hazards,
            located=total.with_point,
        ),
        by_topic=tuple(
            TopicCount(topic, count.issues)
            for topic, count in sorted(counted.by_topic.items(), key=lambda item: (-item[1].issues, item[0]))
        ),
        recent=tuple(map(listed, recent)),
        since=counted.since,
        until=counted.until,
    )
