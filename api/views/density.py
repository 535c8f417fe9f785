"""What `/maps/density` shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.moments import begin_of
from api.views.cells import on_the_map
from api.views.filtering import PageQuery, choices, filters_of, issue_filter
from api.views.lists import listed
from api.views.place import Where, extent, grids_of, ground, shown
from gis.actor import Actor
from gis.density.counting import Days, matters_by_day, summed
from gis.issues.filters import IssueFilter
from gis.issues.query import Issue, issues
from maps.layers.surface import radius_m
from maps.pages.density import DensityFigures, DensityView, TopicCount, Totals

RECENT = 8


def density_view(connection: Connection, asked: PageQuery, place: Where, *, at: datetime, reader: Actor) -> DensityView:
    """Everything on the density page but what its map is painted with."""
    return DensityView(
        figures=density_figures(connection, asked, place, at=at, reader=reader),
        base=ground(connection, place.one, at),
        bounds=extent(connection, place.one, at),
    )


def density_figures(
    connection: Connection, asked: PageQuery, place: Where, *, at: datetime, reader: Actor
) -> DensityFigures:
    """What is counted: it costs the same however many matters there are."""
    filters = filters_of(asked, place)
    chosen = issue_filter(connection, filters, place, reader)
    found = grids_of(connection, place.one, at)
    bounds = extent(connection, place.one, at)
    counted = summed(connection, chosen)
    days = matters_by_day(connection, chosen)
    total = counted.total
    return DensityFigures(
        filters=filters,
        choices=choices(connection, place, found),
        grids=shown(found, counted.by_grid),
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
        recent=tuple(map(listed, _latest(connection, chosen, days, place.zone))),
        since=days.first,
        until=days.first and days.first + timedelta(days=len(days.matters) - 1),
        far_away=total.with_point - on_the_map(connection, chosen, bounds) if bounds else 0,
        radius_m=radius_m(bounds) if bounds else 0,
    )


def _latest(connection: Connection, chosen: IssueFilter, days: Days, zone: str) -> list[Issue]:
    """The latest matters, looked for from the day on that has so many: of a rare kind, not among all."""
    first = days.since_latest(RECENT)
    if first is None:
        return []
    since = begin_of(first, zone)
    found, _ = issues(connection, replace(chosen, since=max(since, chosen.since or since)), limit=RECENT)
    return found
