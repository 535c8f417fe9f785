"""Weeks and months follow each other without gap or overlap, by the community's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.reports.periods import Kind, Period, last_ended

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
kinds = st.sampled_from(["week", "month"])


@given(kinds, days)
def test_day_is_in_its_period_and_periods_follow_each_other(kind: Kind, day: date) -> None:
    period = Period.of(kind, day)
    assert period.begins <= day <= period.last_day
    assert period.after.begins == period.last_day + timedelta(days=1)
    assert period.after.before == period
    assert Period.of(kind, period.last_day) == period


@given(kinds, days)
def test_name_is_read_as_the_same_period(kind: Kind, day: date) -> None:
    period = Period.of(kind, day)
    assert Period.read(period.name, field="period") == period


def test_week_is_that_of_iso_8601() -> None:
    assert Period.read("2023-W49", field="period") == Period("week", date(2023, 12, 4))
    assert Period.read("2020-W53", field="period").last_day == date(2021, 1, 3)
    assert Period.of("week", date(2021, 1, 1)).name == "2020-W53"


@pytest.mark.parametrize(
    "written", ["2023-W53", "2023-W00", "2023-13", "2023-00", "2023", "W49", "2023-W9", "", "0000-01"]
)
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        Period.read(written, field="period")


def test_moments_are_those_of_the_clock_also_where_it_is_put_forward() -> None:
    since, until = Period("month", date(2023, 3, 1)).moments("Europe/Berlin")
    assert since == datetime(2023, 2, 28, 23, tzinfo=UTC)
    assert until == datetime(2023, 3, 31, 22, tzinfo=UTC)


def test_week_ends_with_its_sunday_there_and_not_here() -> None:
    late_on_sunday = datetime(2023, 12, 10, 16, 30, tzinfo=UTC)
    assert last_ended("week", late_on_sunday, "Asia/Shanghai").name == "2023-W49"
    assert last_ended("week", late_on_sunday, "UTC").name == "2023-W48"
    assert last_ended("month", datetime(2023, 12, 1, 0, 0, tzinfo=UTC), "UTC").name == "2023-11"
