from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.importers.moments import read_dates, read_moments

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def _moment(cell: str, zone: ZoneInfo = SHANGHAI) -> datetime | None:
    value = read_moments(pd.Series([cell], dtype=object), zone).iloc[0]
    return None if pd.isna(value) else value.to_pydatetime()


@pytest.mark.parametrize(
    "cell",
    [
        "2023-04-01T00:00:00Z",
        "2023-04-01T08:00:00+08:00",
        "2023-04-01 08:00:00 +0800",
        "2023-04-01 08:00:00",
        "2023-04-01 08:00",
        "2023-04-01T08:00",
        "2023/4/1 8:00",
        "2023.4.1 8:00:00",
        "2023年4月1日 8时",
        "2023年4月1日8时0分",
        "45017.3333333333",
    ],
)
def test_one_moment_is_read_however_it_is_written(cell: str) -> None:
    assert _moment(cell) == datetime(2023, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["yesterday", "2023-02-30", "2023-13-01", "8:00", "1/4/2023", "0001-01-01", "2023"])
def test_what_is_no_moment_is_not_guessed(cell: str) -> None:
    assert _moment(cell) is None


def test_an_hour_that_comes_twice_is_the_first_and_one_that_is_skipped_moves_on() -> None:
    assert _moment("2011-11-06 01:30:00", NEW_YORK) == datetime(2011, 11, 6, 5, 30, tzinfo=UTC)
    assert _moment("2011-03-13 02:30:00", NEW_YORK) == datetime(2011, 3, 13, 7, 0, tzinfo=UTC)


def test_a_date_leaves_the_time_of_day_out() -> None:
    days = read_dates(pd.Series(["2023-04-01", "2023/4/1 23:00", "2023年4月1日", "45017"], dtype=object))
    assert set(days) == {pd.Timestamp("2023-04-01")}


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2199, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_iso_times_come_back_exactly(moment: datetime) -> None:
    assert _moment(moment.isoformat()) == moment
