"""Days and times of requests as moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def begin_of(given: date | datetime, zone: str) -> datetime:
    """The moment itself, or a day's first; without a zone of its own it is read in `zone`."""
    moment = given if isinstance(given, datetime) else datetime.combine(given, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def end_of(given: date | datetime, zone: str) -> datetime:
    """The moment itself, or, for a day, the first one of the next day."""
    return begin_of(given if isinstance(given, datetime) else given + timedelta(days=1), zone)
