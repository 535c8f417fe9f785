"""Reads dates and times as people and programs write them.

ISO 8601 with or without a zone, `2011-07-01 01:32:33`, `2023/4/1 8:00`, `2023年4月1日 8时5分`, and the bare
numbers that spreadsheets keep dates in (days since 30 December 1899). A time that a clock change makes
ambiguous is taken as the first of the two; one that it skips is moved to the end of the gap.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd

DATE_EXAMPLE = "2023-04-01"

_ZONED = r"[T ]\d{1,2}:.*(?:Z|[+-]\d{2}(?::?\d{2})?)$"
_ISO = r"\d{8}$|\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?$"
_LOOSE = (
    r"^(?P<year>\d{4})[-/.年]\s*(?P<month>\d{1,2})[-/.月]\s*(?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})[:：时](?P<minute>\d{1,2})?分?(?::?(?P<second>\d{1,2})秒?)?)?$"
)
_SERIAL = r"^\d{5}(?:\.\d+)?$"
_DAY_ZERO = pd.Timestamp("1899-12-30")
_EARLIEST, _LATEST = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


def read_moments(cells: pd.Series, zone: ZoneInfo) -> pd.Series:
    """Times in UTC; NaT where a cell is empty or no time. Those without a zone of their own are in `zone`."""
    zoned = cells.str.contains(_ZONED, regex=True)
    naive = _read_naive(cells.mask(zoned, ""))
    moments = naive.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
    if zoned.any():
        iso = cells[zoned].str.replace(r"^(\S+) +", r"\1T", regex=True).str.replace(" ", "")
        moments[zoned] = pd.to_datetime(iso, format="ISO8601", errors="coerce", utc=True)
    utc: pd.Series = moments.astype("datetime64[us, UTC]")
    return utc


def read_dates(cells: pd.Series) -> pd.Series:
    """Days, without time or zone; NaT where a cell is empty or no date. A time of day is left out."""
    days: pd.Series = _read_naive(cells.str.replace(_ZONED, "", regex=True)).dt.normalize()
    return days


def _read_naive(cells: pd.Series) -> pd.Series:
    iso = cells.str.match(_ISO)
    values = pd.to_datetime(cells.where(iso), format="ISO8601", errors="coerce").astype("datetime64[us]")
    rest = cells[~iso & (cells != "")]
    if len(rest):
        parts = rest.str.extract(_LOOSE).fillna({"hour": 0, "minute": 0, "second": 0})
        loose = pd.to_datetime(parts.astype(float), errors="coerce").astype("datetime64[us]")
        serial = rest.str.match(_SERIAL)
        days = pd.to_numeric(rest.where(serial), errors="coerce")
        counted = (_DAY_ZERO + pd.to_timedelta(days, unit="D")).dt.round("s").astype("datetime64[us]")
        values[rest.index] = loose.fillna(counted)
    return values.where(values.between(_EARLIEST, _LATEST))
