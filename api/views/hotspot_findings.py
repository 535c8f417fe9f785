"""What the map of hotspots says in words: what was found, and whether a campaign cooled it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.moments import begin_of
from api.schemas.hotspots import AreaQuery, CampaignOut, HotspotsQuery, PeriodOut, RiseOut, circle_text
from api.views.filtering import filters_of, issue_filter
from api.views.hotspots import Findings
from api.views.place import Where
from gis.actor import Actor
from gis.errors import Fault, InvalidInput, said
from gis.hotspots.change import Period, compared
from gis.hotspots.regions import Cylinder, Region
from gis.hotspots.reporting import rise_of
from gis.issues.filters import IssueFilter
from gis.issues.matter_list import in_parts
from gis.issues.spans import Area, Circle, Span, first_and_last, in_spans
from maps.filters import Filters
from maps.pages.hotspots import (
    HOT,
    CampaignView,
    FindingsView,
    FoundCluster,
    FoundCylinder,
    FoundPile,
    HotCell,
    Reporting,
    SharedValue,
)

MOST_HOT_CELLS = 12
LONGEST = timedelta(days=365)
SHORTEST_DAYS = 7
"""A week has all its weekdays."""


def findings_view(
    connection: Connection,
    found: Findings,
    asked: HotspotsQuery,
    place: Where,
    *,
    outdated: bool,
    reader: Actor,
) -> FindingsView:
    """What was found, as the page says it."""
    filters = filters_of(asked, place)
    said = FindingsView(filters, found.matters, found.cases, found.as_of, asked_per=asked.rate_per, outdated=outdated)
    survey = found.survey
    if survey is None:
        return said
    cells = survey.found.cells
    hot = cells[cells["class"].isin(HOT)].sort_values("z", ascending=False)[:MOST_HOT_CELLS]
    clusters, scan = survey.regions, survey.cylinders
    return replace(
        said,
        since=found.since,
        until=found.until,
        per=str(survey.method["per"]),
        least=int(survey.method["least_households"]),
        method=survey.method,
        by_class=dict(cells["class"].value_counts()),
        by_trend=dict(cells["trend"].value_counts()),
        hot=tuple(
            HotCell(str(id), row["class"], int(row["count"]), float(row["expected"]), near, _of_cell(filters, str(id)))
            for (id, row), near in zip(hot.iterrows(), (survey.near.get(id, "") for id in hot.index), strict=True)
        ),
        clusters=None if clusters is None else tuple(_cluster(each, filters) for each in clusters),
        scan=None if scan is None else tuple(_cylinder(each, filters) for each in scan),
        piles=tuple(FoundPile(len(ids), _hrefs(ids.tolist(), filters)) for ids in survey.piled),
        reporting=_reporting(connection, issue_filter(connection, filters, place, reader), found, place.zone),
    )


def _of_cell(filters: Filters, cell: str) -> str:
    return f"/maps/hotspots/cells/{cell}{filters.query()}"


def _hrefs(ids: Sequence[int], filters: Filters) -> tuple[str, ...]:
    return tuple("/issues" + Filters(community=filters.community, ids=part).query() for part in in_parts(ids))


def _cluster(region: Region, filters: Filters) -> FoundCluster:
    return FoundCluster(
        len(region.ids),
        region.first.to_pydatetime(),
        region.last.to_pydatetime(),
        circle_text(region.lon, region.lat, region.radius_m),
        tuple(SharedValue(**vars(each)) for each in region.shared),
        _hrefs(region.ids.tolist(), filters),
        region.age,
    )


def _cylinder(found: Cylinder, filters: Filters) -> FoundCylinder:
    return FoundCylinder(
        len(found.ids),
        found.expected,
        found.first,
        found.last,
        found.radius_m,
        found.p,
        circle_text(found.lon, found.lat, found.radius_m),
        _hrefs(found.ids.tolist(), filters),
    )


def _others(chosen: IssueFilter) -> IssueFilter | None:
    """All matters of whatever topic, to tell how much is reported; None where these are the chosen ones."""
    if chosen.topic is None and chosen.hazard is None:
        return None
    return replace(chosen, topic=None, hazard=None)


def _reporting(connection: Connection, chosen: IssueFilter, found: Findings, zone: str) -> Reporting | None:
    others = _others(chosen)
    if others is None or found.since is None or found.until is None:
        return None
    until = (chosen.until or found.until + timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    since = (chosen.since or found.since).astimezone(ZoneInfo(zone))
    middle = since + (until - since) / 2
    halves: list[Span] = [(since, middle), (middle, until)]
    own, all_of_them = (
        [each.inside for each in in_spans(connection, asked, halves, Area(grid=chosen.grid))]
        for asked in (chosen, others)
    )
    before, after = (both - one for both, one in zip(all_of_them, own, strict=True))
    if not before or not after:
        return None
    rise = rise_of(cases_before=own[0], cases_after=own[1], activity_before=before, activity_after=after)
    return Reporting(rise.source, own[0], own[1], before, after, since.date(), middle.date(), until.date())


def campaign(
    connection: Connection, asked: AreaQuery, on: date, place: Where, *, now: datetime, reader: Actor
) -> CampaignOut:
    """Before and after a day, in as many days on both sides as there are.

    Raises InvalidInput for two areas, a circle that is none, or too few days on one side.
    """
    filters = filters_of(asked, place)
    chosen = issue_filter(connection, filters, place, reader)
    area = _area(asked, filters)
    day = begin_of(on, place.zone)
    known = first_and_last(connection, replace(chosen, grid=None))
    synthetic = place.one is not None and place.one.synthetic
    first = chosen.since or (known[0] if known else day)
    last = chosen.until or (known[1] if known and synthetic else now)
    length = min(day - first, last - day, LONGEST)
    days = length // timedelta(days=1)
    if days < SHORTEST_DAYS:
        reason = said("there must be at least {days} days with matters on both sides of it", days=SHORTEST_DAYS)
        raise InvalidInput([Fault("day", "out_of_range", reason)])
    before, after = (
        (
            begin_of((on - timedelta(days=days)), place.zone),
            day,
        ),
        (day, begin_of(on + timedelta(days=days), place.zone)),
    )
    own = in_spans(connection, chosen, [before, after], area)
    control = min(each.outside for each in own) > 0
    verdict = compared(
        Period(own[0].inside, days),
        Period(own[1].inside, days),
        control_before=Period(own[0].outside, days) if control else None,
        control_after=Period(own[1].outside, days) if control else None,
    )
    rise = None
    others = _others(chosen)
    if others is not None:
        both = in_spans(connection, others, [before, after], area)
        activity = [each.inside - mine.inside for each, mine in zip(both, own, strict=True)]
        if all(activity):
            source = rise_of(
                cases_before=own[0].inside,
                cases_after=own[1].inside,
                activity_before=activity[0],
                activity_after=activity[1],
            ).source
            rise = RiseOut(source=source, other_before=activity[0], other_after=activity[1])
    return CampaignOut(
        day=on,
        days=days,
        counts=PeriodOut(
            before=own[0].inside,
            after=own[1].inside,
            elsewhere_before=own[0].outside,
            elsewhere_after=own[1].outside,
        ),
        compared=control,
        direction=verdict.direction,
        ratio=_finite(verdict.ratio),
        low=verdict.low,
        high=_finite(verdict.high),
        by_chance=verdict.by_chance,
        may_regress=verdict.may_regress,
        rise=rise,
    )


def campaign_view(told: CampaignOut, asked: AreaQuery, place: Where) -> CampaignView:
    """The same, as the page says it."""
    area = _area(asked, filters_of(asked, place))
    return CampaignView(
        told.day,
        told.days,
        told.counts.before,
        told.counts.after,
        told.counts.elsewhere_before,
        told.counts.elsewhere_after,
        told.compared,
        area == Area(),
        told.direction,
        told.ratio,
        told.low,
        told.high,
        told.may_regress,
        *((told.rise.source, told.rise.other_before, told.rise.other_after) if told.rise else ()),
    )


def _area(asked: AreaQuery, filters: Filters) -> Area:
    if asked.near is None:
        return Area(grid=asked.area or filters.grid or None)
    lon, lat, radius_m = map(float, asked.near.split(","))
    faults = []
    if asked.area:
        faults.append(Fault("near", "two_areas", said("there is a grid already: name one area")))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        faults.append(Fault("near", "out_of_range", said("its middle must be longitude and latitude in degrees")))
    if faults:
        raise InvalidInput(faults)
    return Area(circle=Circle(lon, lat, radius_m))


def _finite(value: float) -> float | None:
    return value if value == value and value != float("inf") else None
