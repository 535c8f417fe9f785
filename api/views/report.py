"""What a report of a week or a month tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from api.views.cells import summed
from api.views.place import Where, grids_of, ground, shown
from gis.boundaries.areas import Community
from gis.issues.figures import Figures, figures
from gis.issues.filters import IssueFilter
from gis.issues.summary import Count, Summary, how_many, summary
from gis.reports.hazards import HazardSpots, hazard_spots, longest_overdue
from gis.reports.kept import Hearing
from gis.reports.periods import Period
from maps.pages.report import GridRow, HotPlace, LateMatter, ReportFigures, ReportView, Row, Spots
from maps.sheets.drawing import whole
from maps.sheets.surface import Density

HAZARD_DAYS = 90
"""Of a week or a month alone there are too few hazards to say anything: these days up to its end are looked at."""
MOST_LATE = 15


def report_view(
    connection: Connection,
    place: Where,
    period: Period,
    *,
    at: datetime,
    made_by: str,
    step: Hearing = lambda _: None,
) -> ReportView:
    """Everything in the report of a community that `place` names. `step` hears what is being done."""
    community = place.one
    assert community is not None
    since, until = period.moments(place.zone)
    since_before, _ = period.before.moments(place.zone)
    chosen = IssueFilter(community=community.code, since=since, until=until)
    earlier = replace(chosen, since=since_before, until=since)
    step("figures")
    now, before = summary(connection, chosen), summary(connection, earlier)
    told, told_before = figures(connection, chosen), figures(connection, earlier)
    overdue = IssueFilter(community=community.code, due="overdue")
    late = longest_overdue(connection, overdue, limit=MOST_LATE)
    step("hotspots")
    spots = _hazards(connection, community, since=until - timedelta(days=HAZARD_DAYS), until=until, at=at)
    step("maps")
    found = grids_of(connection, community, at)
    shapes = shown(found, now.by_grid)
    base = ground(connection, community, at)
    extent = whole(base, shapes)
    return ReportView(
        kind=period.kind,
        name=period.name,
        begins=period.begins,
        last_day=period.last_day,
        before_begins=period.before.begins,
        before_last_day=period.before.last_day,
        made_at=at,
        made_by=made_by,
        now=_figures(told, now.total),
        before=_figures(told_before, before.total),
        topics=_topics(now, before),
        levels=_rows(told.levels, told_before.levels),
        ways=_rows(told.ways, told_before.ways),
        grids=[
            GridRow(
                name=each.name,
                worker=each.responsible.post.worker_name if each.responsible else "",
                received=now.by_grid[each.id].issues,
                before=before.by_grid[each.id].issues,
                settled=now.by_grid[each.id].settled,
                open=now.by_grid[each.id].open,
                hazards=now.by_grid[each.id].hazards,
            )
            for each in found
        ],
        late=[
            LateMatter(
                id=str(each.id),
                topic=each.topic or "",
                status=each.status,
                grid_name=each.grid_name or "",
                worker=each.worker_name or "",
                due_at=each.due_at,
                late=at - each.due_at,
                hazard=each.hazard,
            )
            for each in late
            if each.due_at is not None
        ],
        late_of=how_many(connection, overdue),
        spots=spots,
        base=base,
        shapes=shapes,
        density=summed(connection, chosen, extent) if extent else Density(),
        ended=until <= at,
    )


def _figures(told: Figures, counted: Count) -> ReportFigures:
    return ReportFigures(
        received=told.received,
        settled=told.settled,
        open=told.open,
        overdue=told.overdue,
        hazards=counted.hazards,
        located=counted.with_point,
        on_time=told.on_time.on_time,
        on_time_of=told.on_time.of,
        first_answer=told.first_answer,
        settlement=told.settlement,
    )


def _topics(now: Summary, before: Summary) -> list[Row]:
    names = {*now.by_topic, *before.by_topic}
    rows = [Row(name, now.by_topic[name].issues, before.by_topic[name].issues) for name in names]
    return sorted(rows, key=lambda row: (-row.now, -row.before, row.name))


def _rows(now: Mapping[str, int], before: Mapping[str, int]) -> list[Row]:
    return [Row(name, count, before[name]) for name, count in now.items()]


def _hazards(connection: Connection, community: Community, *, since: datetime, until: datetime, at: datetime) -> Spots:
    chosen = IssueFilter(community=community.code, hazard=True, since=since, until=until)
    found: HazardSpots = hazard_spots(connection, chosen, community, at=at)
    return Spots(
        since=since.date(),
        hazards=found.hazards,
        places=[HotPlace(each.grid_name, each.level, each.hazards) for each in found.cells],
        outlines=[each.geometry for each in found.cells],
        cell_m=found.cell_m,
        tested=found.tested,
        piled=found.piled,
    )
