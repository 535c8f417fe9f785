"""Working time, deadlines by topic, stage and urgency, pauses, and what was on time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from gis.actor import SYSTEM
from gis.errors import Conflict, NotFound
from gis.issues.calendar import WorkingCalendar
from gis.issues.deadlines import escalate, on_time, pause, resume, set_urgency
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.issues.upkeep import keep_up
from gis.storage.session import transaction
from gis.storage.tables import calendar_day, deadline_rule, issue, issue_event
from tests.issues.test_workflow import DONE, held, reported, step, town  # noqa: F401 (a fixture)
from tests.world import build_world

CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(CHINA)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CHINA)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # a Saturday that is worked for the Spring Festival
        (date(2026, 2, 17), False),
        (date(2026, 10, 1), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2035, 1, 6), False),  # no notice yet: a Saturday
        (date(2035, 1, 8), True),
    ],
)
def test_calendar_knows_moved_days_and_falls_back_to_the_week(day: date, worked: bool) -> None:
    assert CALENDAR.is_worked(day) is worked


def test_operators_exception_goes_before_the_calendar() -> None:
    assert WorkingCalendar(CHINA, {date(2026, 11, 23): False}).is_worked(date(2026, 11, 23)) is False


@pytest.mark.parametrize(
    ("begun", "amount", "unit", "due"),
    [
        (local(2026, 11, 23, 9), 4, "working_hours", local(2026, 11, 23, 15)),
        (local(2026, 11, 23, 13), 1, "working_hours", local(2026, 11, 23, 15)),
        (local(2026, 11, 20, 17, 30), 1, "working_hours", local(2026, 11, 23, 9, 30)),
        (local(2026, 11, 21, 3), 1, "working_days", local(2026, 11, 23, 18)),
        (local(2026, 9, 30, 17), 2, "working_hours", local(2026, 10, 8, 10)),
        (local(2026, 11, 21, 3), 2, "days", local(2026, 11, 23, 3)),
        (local(2026, 11, 21, 3), 0.5, "hours", local(2026, 11, 21, 3, 30)),
    ],
)
def test_deadline_counts_working_time_or_natural_time(begun, amount, unit, due) -> None:
    assert CALENDAR.after(begun, amount, unit) == due


YEARS = datetime(2020, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 (the zone comes beside)
moments = st.datetimes(*YEARS, timezones=st.just(UTC))


@given(begun=moments, first=st.floats(0, 60), second=st.floats(0, 60))
def test_working_hours_add_up(begun, first, second) -> None:
    at_once = CALENDAR.after(begun, first + second, "working_hours")
    in_two = CALENDAR.after(CALENDAR.after(begun, first, "working_hours"), second, "working_hours")
    assert abs(CALENDAR.between(begun, at_once) - CALENDAR.between(begun, in_two)) < timedelta(milliseconds=1)


@given(begun=moments, hours=st.floats(0, 200))
def test_between_is_the_inverse_of_after(begun, hours) -> None:
    spent = CALENDAR.between(begun, CALENDAR.after(begun, hours, "working_hours"))
    assert abs(spent - timedelta(hours=hours)) < timedelta(milliseconds=1)


def test_negative_amount_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.after(local(2026, 1, 1), -1, "hours")


def test_each_stage_has_its_own_deadline_by_topic_and_urgency(town) -> None:  # noqa: F811
    matter = reported(town, topic="环境卫生", reported_at=local(2024, 6, 3, 9))
    assert held(town, matter).due_at == local(2024, 6, 3, 15)
    step(town, matter, "worker", "accepted")
    row = held(town, matter)
    assert row.was_late  # it was taken up years after it was due
    assert row.due_at == CALENDAR.after(row.stage_since, 1, "working_days")
    set_urgency(town.connection, matter, "urgent", note="有人滑倒", actor=town.actors["worker"])
    assert held(town, matter).due_at == CALENDAR.after(row.stage_since, 4, "working_hours")
    step(town, matter, "worker", "resolved", **DONE)
    assert held(town, matter).due_at is None


def test_changed_rule_and_calendar_count_from_the_next_stage_on(town) -> None:  # noqa: F811
    town.connection.execute(insert(calendar_day).values(day=date(2024, 6, 3), worked=False, name="停工"))
    town.connection.execute(update(deadline_rule).values(amount=2, unit="working_hours"))
    matter = reported(town, reported_at=local(2024, 6, 3, 9))
    assert held(town, matter).due_at == local(2024, 6, 4, 11)


def test_paused_deadline_stands_still_and_goes_on_with_what_was_left(town) -> None:  # noqa: F811
    actor = town.actors["worker"]
    now = datetime.now(UTC)
    matter = reported(town, reported_at=now)
    due = held(town, matter).due_at
    pause(town.connection, matter, note="等配件", actor=actor)
    assert held(town, matter).paused_at
    with pytest.raises(Conflict, match="already"):
        pause(town.connection, matter, note="等", actor=actor)
    resume(town.connection, matter, note="到了", actor=actor)
    row = held(town, matter)
    assert row.paused_at is None
    assert abs(CALENDAR.between(now, row.due_at) - CALENDAR.between(now, due)) < timedelta(seconds=30)
    with pytest.raises(Conflict, match="does not stand still"):
        resume(town.connection, matter, note="?", actor=actor)
    with pytest.raises(NotFound):
        pause(town.connection, 0, note="?", actor=actor)


def test_changed_urgency_neither_ends_a_pause_nor_hides_what_is_late(town) -> None:  # noqa: F811
    actor = town.actors["worker"]
    matter, late = reported(town, reported_at=datetime.now(UTC)), reported(town)
    pause(town.connection, matter, note="等配件", actor=actor)
    stood_since = held(town, matter).paused_at
    set_urgency(town.connection, matter, "urgent", note="有人滑倒", actor=actor)
    assert held(town, matter).paused_at == stood_since
    set_urgency(town.connection, late, "urgent", note="有人滑倒", actor=actor)
    assert held(town, late).was_late


def test_overdue_matter_is_escalated_once_and_a_paused_one_is_not(town) -> None:  # noqa: F811
    late, waiting = reported(town), reported(town)
    pause(town.connection, waiting, note="等", actor=town.actors["worker"])
    town.connection.execute(update(issue).where(issue.c.id == waiting).values(was_late=False))
    assert escalate(town.connection) == [late]
    assert escalate(town.connection) == []
    kinds = issue_event.select().with_only_columns(issue_event.c.kind).where(issue_event.c.issue_id == late)
    assert town.connection.scalars(kinds).all() == ["reported", "late"]


def test_on_time_rate_counts_overdue_open_matters_against_it(town) -> None:  # noqa: F811
    own = issue.c.source == "rate"
    assert on_time(town.connection, own).rate is None
    now = datetime.now(UTC)
    for reported_at in (now, now, now - timedelta(days=60), now - timedelta(days=60)):
        matter = reported(town, source="rate", reported_at=reported_at)
        step(town, matter, "dispatcher", "accepted")
        step(town, matter, "dispatcher", "resolved", **DONE)
        step(town, matter, "intake", "closed", confirmation="reporter")
    reported(town, source="rate", reported_at=now - timedelta(days=60))
    reported(town, source="rate", reported_at=now)
    measured = on_time(town.connection, own)
    assert (measured.on_time, measured.of, measured.rate) == (2, 5, 0.4)


def test_time_is_kept_up_with_by_one_of_several(engine, settings) -> None:
    with transaction(engine) as connection:
        build_world(connection)
        given = IssueReport(
            text="停水", source="s", reported_at=datetime.now(UTC) - timedelta(days=60), lon=107.0004, lat=29.0004
        )
        record(connection, given, settings=settings, actor=SYSTEM)
    with ThreadPoolExecutor(3) as threads:
        done = list(threads.map(lambda _: keep_up(engine, settings), range(3)))
    assert sorted(done) == [(0, 0), (0, 0), (1, 0)]
