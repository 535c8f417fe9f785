"""Cells, days and figures are those of the rows, whatever has happened to the matters and whatever is asked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update

from gis.density.cells import LAST_LEVEL, Box, column_of, row_of, window_of
from gis.density.counting import Days, matters_by_day, matters_in, summed
from gis.density.folding import fold
from gis.density.reading import sheets
from gis.issues.filters import IssueFilter, conditions
from gis.issues.summary import Summary, summary
from gis.storage.tables import area, density_change, issue
from tests.world import COMMUNITY, NOON, add, point

AROUND: Box = (106.999, 28.999, 107.004, 29.003)
EVERYWHERE: Box = (-180.0, -85.0, 180.0, 85.0)

lons = st.floats(106.9995, 107.0035)
lats = st.floats(28.9995, 29.0025)
places = st.one_of(st.none(), st.tuples(lons, lats), st.just((107.0005, 29.0005)), st.just((-71.06, 42.36)))
moments = st.datetimes(datetime(2024, 4, 28), datetime(2024, 7, 2), timezones=st.just(UTC))  # noqa: DTZ001
topics = st.sampled_from([None, "消防安全", "环境卫生"])
statuses = st.sampled_from(["reported", "accepted", "resolved", "closed", "withdrawn"])
grids = st.sampled_from([None, "G1", "G2"])
matters = st.fixed_dictionaries(
    {
        "place": places,
        "reported_at": moments,
        "topic": topics,
        "status": statuses,
        "hazard": st.booleans(),
        "source": st.sampled_from(["web", "wechat"]),
        "grid": grids,
        "group": st.sampled_from([None, "QA", "QB"]),
        "settled_level": st.sampled_from([None, "grid", "street"]),
        "elsewhere": st.booleans(),
    }
)
deeds = st.one_of(
    st.tuples(st.just("reported"), matters),
    st.tuples(st.just("moved"), places),
    st.tuples(st.just("called"), topics),
    st.tuples(st.just("became"), statuses),
    st.tuples(st.just("taken away"), st.none()),
    st.tuples(st.just("merged"), st.none()),
    st.tuples(st.just("folded"), st.none()),
)
days = st.dates(date(2024, 4, 25), date(2024, 7, 5))
filters = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.sampled_from(["", "消防安全", "环境卫生"]),
        "status": st.sampled_from(["open", "settled", "closed", "merged"]),
        "hazard": st.booleans(),
        "source": st.sampled_from(["web", "wechat", "phone"]),
        "grid": st.sampled_from(["G1", "G2", "G3"]),
        "group": st.sampled_from(["QA", "QB"]),
        "level": st.sampled_from(["grid", "street"]),
        "since": days.map(lambda day: _midnight(day)),
        "until": days.map(lambda day: _midnight(day)),
        "with_point": st.booleans(),
        "located": st.booleans(),
    },
)
boxes = st.one_of(
    st.just(AROUND),
    st.just(EVERYWHERE),
    st.builds(lambda a, b, c, d: (min(a, b), min(c, d), max(a, b), max(c, d)), lons, lons, lats, lats),
)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=8)


def happen(connection: Connection, world: SimpleNamespace, kind: str, detail: Any) -> None:
    """One thing that happens to the matters: a new one, or something to every second, third … of them."""
    if kind == "reported":
        add_matter(connection, world, **detail)
    elif kind == "folded":
        fold(connection)
    else:
        ids = connection.scalars(select(issue.c.id).where(issue.c.status != "merged").order_by(issue.c.id)).all()
        some = issue.c.id.in_(ids[::2])
        if kind == "moved":
            connection.execute(update(issue).where(some).values(geom=detail and point(*detail)))
        elif kind == "called":
            connection.execute(update(issue).where(some).values(topic=detail))
        elif kind == "became":
            connection.execute(update(issue).where(some).values(status=detail))
        elif kind == "merged" and len(ids) > 1:
            into = {"status": "merged", "merged_into": ids[0]}
            connection.execute(update(issue).where(issue.c.id == ids[-1]).values(**into))
        elif kind == "taken away":
            targets = select(issue.c.merged_into).where(issue.c.merged_into.is_not(None))
            connection.execute(delete(issue).where(some, issue.c.id.not_in(targets)))


def add_matter(connection: Connection, world: SimpleNamespace, **given: Any) -> int:
    place, grid, group = given.pop("place", None), given.pop("grid", None), given.pop("group", None)
    if given.pop("elsewhere", False):
        grid = group = None
        given["community_id"] = None
    values = {
        "community_id": world.community_id,
        "source": "web",
        "text": "路灯不亮",
        "reported_at": NOON,
        "receipt": {},
        "location_method": "none",
        "geom": point(*place) if place else None,
        "grid_id": world.grids[grid] if grid else None,
        "grid_version_id": world.versions[grid] if grid else None,
        "group_id": world.groups[group] if group else None,
    }
    return add(connection, issue, **(values | given))


def counted_by_hand(connection: Connection, chosen: IssueFilter, box: Box, level: int) -> tuple[int, Counter[Any]]:
    """The level of the window, and matters by (column, row), each row of the table looked at by itself."""
    window = window_of(box, level=level)
    query = select(issue.c.geom.ST_X(), issue.c.geom.ST_Y()).where(*conditions(connection, chosen))
    cells = Counter(
        (column_of(lon, level=window.level), row_of(lat, level=window.level))
        for lon, lat in connection.execute(query)
        if lon is not None
    )
    inside = {
        (x, y): count
        for (x, y), count in cells.items()
        if window.x <= x < window.x + window.columns and window.y <= y < window.y + window.rows
    }
    return window.level, Counter(inside)


def without_times(counted: Summary) -> tuple[Any, ...]:
    return counted.total, dict(counted.by_topic), dict(counted.by_grid)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    done=st.lists(deeds, max_size=14),
    asked=filters,
    box=boxes,
    level=st.integers(0, LAST_LEVEL),
)
def test_cells_days_and_figures_are_those_of_the_rows(
    connection: Connection,
    world: SimpleNamespace,
    done: list[tuple[str, Any]],
    asked: dict[str, Any],
    box: Box,
    level: int,
) -> None:
    with connection.begin_nested() as savepoint:
        for kind, detail in done:
            happen(connection, world, kind, detail)
        chosen = IssueFilter(community=COMMUNITY, **asked)

        found = matters_in(connection, chosen, window_of(box, level=level))
        cells = dict(zip(zip(found.x.tolist(), found.y.tolist(), strict=True), found.matters.tolist(), strict=True))
        assert (found.level, Counter(cells)) == counted_by_hand(connection, chosen, box, level)

        assert without_times(summed(connection, chosen)) == without_times(summary(connection, chosen))

        moments = connection.scalars(select(issue.c.reported_at).where(*conditions(connection, chosen))).all()
        by_day = Counter((moment + timedelta(hours=8)).date() for moment in moments)
        counted = matters_by_day(connection, chosen)
        assert sum(counted.matters) == len(moments)
        assert {
            counted.first + timedelta(days=at): matters
            for at, matters in enumerate(counted.matters)
            if counted.first and matters
        } == by_day
        savepoint.rollback()


def test_folding_empties_the_log_and_changes_no_count(connection: Connection, world: SimpleNamespace) -> None:
    for topic in ("消防安全", "消防安全", "环境卫生"):
        add_matter(connection, world, place=(107.0005, 29.0005), topic=topic, grid="G1")
    chosen = IssueFilter(community=COMMUNITY)
    before = without_times(summed(connection, chosen))
    assert fold(connection) == 2
    assert connection.execute(select(density_change)).all() == []
    assert without_times(summed(connection, chosen)) == before
    found, _ = sheets(connection, chosen)
    assert [len(sheet) for sheet in found] == [2]


def test_month_from_which_all_is_gone_keeps_no_sheet(connection: Connection, world: SimpleNamespace) -> None:
    add_matter(connection, world, place=(107.0005, 29.0005))
    fold(connection)
    connection.execute(delete(issue))
    fold(connection)
    assert sheets(connection, IssueFilter(community=COMMUNITY))[0] == []


def test_change_that_no_filter_sees_leaves_no_trace(connection: Connection, world: SimpleNamespace) -> None:
    add_matter(connection, world, place=(107.0005, 29.0005))
    fold(connection)
    connection.execute(update(issue).values(text="路灯还是不亮", urgency="urgent"))
    assert connection.execute(select(density_change)).all() == []


def test_other_clock_makes_other_days(connection: Connection, world: SimpleNamespace) -> None:

    add_matter(connection, world, reported_at=datetime(2024, 6, 1, 17, tzinfo=UTC))  # the 2nd of June in the town
    fold(connection)
    chosen = IssueFilter(community=COMMUNITY)
    assert matters_by_day(connection, chosen) == Days(date(2024, 6, 2), [1])
    connection.execute(update(area).where(area.c.code == COMMUNITY).values(time_zone="Europe/London"))
    assert matters_by_day(connection, chosen) == Days(date(2024, 6, 1), [1])


@pytest.mark.parametrize(("matters", "since"), [(1, 9), (3, 9), (4, 6), (5, 5), (100, 5)])
def test_latest_matters_are_looked_for_from_the_day_on_that_has_them(matters: int, since: int) -> None:
    assert Days(date(2024, 6, 5), [1, 1, 0, 0, 3]).since_latest(matters) == date(2024, 6, since)
