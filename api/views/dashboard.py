"""What the dashboard shows, and what `/api/maps/grids` answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.moments import begin_of
from api.networking import least_told
from api.schemas.fields import EARLIEST, LATEST
from api.views.filtering import PageQuery, choices, filters_of, issue_filter
from api.views.ledger import ledger_line
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.boundaries.grids import Grid
from gis.errors import Fault, InvalidInput, said
from gis.issues.figures import Both, Compared, Figures, compared_figures
from gis.issues.filters import NONE, IssueFilter
from gis.issues.query import issues
from gis.issues.summary import how_many
from gis.overview.classes import Method
from gis.overview.comparison import Change, change_of_count, change_of_share, change_of_time
from gis.overview.measures import LOW_IS_WORSE, Measure, Shaded, shaded
from gis.population.homes import homes_by_grid
from gis.settings import Settings
from maps.filters import Choice, Choices, Filters
from maps.pages.dashboard import DashboardView, GridRow, Row, Scale, Sums

DAYS = 30
"""Days that are looked at where none were asked for."""
LATE = 6
"""Overdue matters that are listed."""


class DashboardQuery(PageQuery):
    """The filters, and how the map shows them: by which measure, in which classes. `part`: without the page around."""

    by: Measure = "overdue"
    classes: Literal["natural", "quantiles"] = "natural"
    part: Literal["figures"] | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: the filters with their days filled in, the first day of the period before, the query.

    `stopped` says that an invented community's clock stands at its latest matter: counted back from today there would
    be nothing to see.
    """

    filters: Filters
    since_before: date
    chosen: IssueFilter
    begin_before: datetime
    choices: Choices
    grids: list[Grid]
    stopped: bool


def looked_at(connection: Connection, asked: PageQuery, place: Where, *, at: datetime, reader: Actor) -> Looked:
    """What was asked for, the last `DAYS` days where no days were. What figures open by themselves (deadlines, levels,
    ways, known times) is not narrowed by.

    Raises InvalidInput for days that end before they begin, or that no calendar of ours has.
    """
    filters = replace(filters_of(asked, place), due="", level="", way="", timed="")
    grids = grids_of(connection, place.one, at)
    offered = choices(connection, place, grids)
    today = at.astimezone(ZoneInfo(place.zone)).date()
    stopped = bool(place.one and place.one.synthetic and offered.latest and offered.latest < today)
    last = offered.latest if stopped and offered.latest else today
    until = asked.until or max(last, asked.since or last)
    since = asked.since or until - timedelta(days=DAYS - 1)
    if not EARLIEST <= since.year <= until.year < LATEST or since > until:
        raise InvalidInput([Fault("to", "impossible_time", said("must not be before its beginning"))])
    filters = replace(filters, since=since, until=until)
    before = since - (until - since) - timedelta(days=1)
    return Looked(
        filters=filters,
        since_before=before,
        chosen=issue_filter(connection, filters, place, reader),
        begin_before=begin_of(before, place.zone),
        choices=replace(offered, today=last),
        grids=grids,
        stopped=stopped,
    )


def dashboard_view(
    connection: Connection, asked: DashboardQuery, place: Where, settings: Settings, *, at: datetime, reader: Actor
) -> DashboardView:
    """Everything on the dashboard. A grid that is chosen narrows the figures; the map goes on showing all."""
    looked = looked_at(connection, asked, place, at=at, reader=reader)
    chosen, filters = looked.chosen, looked.filters
    found = compared_figures(connection, chosen, since_before=looked.begin_before)
    around = found if chosen.grid is None else _around(connection, looked)
    shades = _shades(connection, looked, around, asked.by, asked.classes, place, settings, at=at, reader=reader)
    overdue = replace(chosen, since=None, until=None, due="overdue")
    late, _ = issues(connection, overdue, limit=LATE, oldest_first=True)
    return DashboardView(
        filters=filters,
        choices=looked.choices,
        since_before=looked.since_before,
        until_before=filters.since - timedelta(days=1) if filters.since else looked.since_before,
        grids=shown(looked.grids),
        base=ground(connection, place.one, at),
        measure=asked.by,
        method=asked.classes,
        now=_sums(found.all.now),
        before=_sums(found.all.before),
        changes=_changes(found.all),
        by_line=_rows(found.by_line, (each.value for each in looked.choices.lines)),
        by_topic=_rows(found.by_topic, ()),
        by_grid=_grid_rows(shades, looked.grids),
        scale=_scale(shades),
        late=tuple(map(ledger_line, late)),
        overdue_now=how_many(connection, overdue),
        nowhere=around.by_grid.get(None, Both()).now.received,
        latest=looked.choices.latest,
        stopped=looked.stopped,
    )


def grid_shades(
    connection: Connection,
    asked: PageQuery,
    place: Where,
    settings: Settings,
    *,
    measures: Iterable[Measure],
    method: Method,
    at: datetime,
    reader: Actor,
) -> tuple[Looked, list[Shaded]]:
    """Measures of all grids for the map, and what was looked at; a grid that is asked for narrows nothing."""
    looked = looked_at(connection, asked, place, at=at, reader=reader)
    around = _around(connection, looked)
    return looked, [
        _shades(connection, looked, around, measure, method, place, settings, at=at, reader=reader)
        for measure in measures
    ]


def _around(connection: Connection, looked: Looked) -> Compared:
    return compared_figures(connection, replace(looked.chosen, grid=None), since_before=looked.begin_before)


def _shades(
    connection: Connection,
    looked: Looked,
    found: Compared,
    measure: Measure,
    method: Method,
    place: Where,
    settings: Settings,
    *,
    at: datetime,
    reader: Actor,
) -> Shaded:
    homes: Mapping[int, int] = {}
    if measure == "rate" and place.one is not None:
        homes = homes_by_grid(connection, place.one.id, at=at, least=least_told(reader, settings))
    return shaded(measure, found.by_grid, homes, grids=[grid.id for grid in looked.grids], method=method)


def _changes(both: Both) -> dict[str, Change | None]:
    now, before = both.now, both.before
    kept, kept_before = now.on_time, before.on_time
    answers = min(now.first_answers, before.first_answers)
    settlements = min(now.settlements, before.settlements)
    return {
        "received": change_of_count(now.received, before.received),
        "settled": change_of_share((now.settled, now.received), (before.settled, before.received)),
        "on_time": change_of_share((kept.on_time, kept.of), (kept_before.on_time, kept_before.of)),
        "overdue": change_of_count(now.overdue, before.overdue),
        "first_answer": change_of_time(now.first_answer, before.first_answer, of=answers),
        "settlement": change_of_time(now.settlement, before.settlement, of=settlements),
    }


def _sums(of: Figures) -> Sums:
    def noted(counts: Mapping[str, int]) -> tuple[Choice, ...]:
        every = dict(counts) | {NONE: of.settled - sum(counts.values())}
        return tuple(Choice(name, matters=count) for name, count in every.items())

    return Sums(
        received=of.received,
        settled=of.settled,
        open=of.open,
        overdue=of.overdue,
        on_time=of.on_time.on_time,
        judged=of.on_time.of,
        first_answer=of.first_answer,
        first_answers=of.first_answers,
        settlement=of.settlement,
        settlements=of.settlements,
        levels=noted(of.levels),
        ways=noted(of.ways),
    )


def _rows(found: Mapping[str, Both], known: Iterable[str]) -> tuple[Row, ...]:
    """Those with matters in either period: in the order that is known, the others behind them, most first."""
    order = {name: at for at, name in enumerate(known)}
    listed = sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), -item[1].now.received, item[0]))
    return tuple(
        Row(
            value=name or NONE,
            now=_sums(both.now),
            before=both.before.received,
            change=change_of_count(both.now.received, both.before.received),
        )
        for name, both in listed
    )


def _grid_rows(shades: Shaded, grids: list[Grid]) -> tuple[GridRow, ...]:
    by_id = {grid.id: grid for grid in grids}
    rows = []
    for id in shades.worst():
        found, grid = shades.grids[id], by_id[id]
        rows.append(
            GridRow(
                code=grid.code,
                name=grid.name,
                worker=grid.responsible.post.worker_name if grid.responsible else "",
                value=found.value,
                part=found.part,
                whole=found.whole,
                too_few=found.too_few,
                shade=shades.shade(id),
            )
        )
    return tuple(rows)


def _scale(shades: Shaded) -> Scale:
    classes = zip(shades.classes.ranges, shades.classes.counts, strict=True)
    return Scale(
        method=shades.classes.method,
        classes=tuple((low, high, count) for (low, high), count in classes),
        reversed=shades.measure in LOW_IS_WORSE,
    )
