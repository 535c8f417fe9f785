"""From what was asked of the network grid to what the domain takes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.moments import begin_of, end_of
from api.schemas.network import NetworkQuery
from gis.actor import Actor
from gis.boundaries.areas import communities, time_zone
from gis.issues.summary import latest_report
from gis.network.reach import NetworkFilter, Reach, reach
from gis.security.permissions import may
from gis.settings import Settings


def network_filter(connection: Connection, asked: NetworkQuery, settings: Settings) -> NetworkFilter:
    """What is asked for, with the moment and the day up to which activity counts filled in.

    An invented community's clock stands at its latest matter: counted back from today, all of it would be silent.
    """
    zone = time_zone(connection, asked.community)
    at = begin_of(asked.at, zone) if asked.at else datetime.now(UTC)
    until = asked.until or asked.at or at
    if asked.until is None and (latest := _stopped_clock(connection, asked.community)) is not None:
        until = min(end_of(until, zone), latest)
    return NetworkFilter(
        community=asked.community,
        area=asked.area,
        grid=asked.grid,
        at=at,
        until=_end_of_day(until, zone),
        silent_days=asked.silent_days or settings.silent_group_days,
    )


def reach_of(connection: Connection, community: str | None) -> Reach:
    """What who acts may see now, of a community or of all."""
    now = datetime.now(UTC)
    return reach(connection, NetworkFilter(community=community, at=now, until=now))


def least_told(actor: Actor, settings: Settings) -> int:
    """How many households must be behind a number that this reader is told."""
    return 1 if may(actor, "count_households") else settings.k_anonymity


def _end_of_day(until: date | datetime, zone: str) -> datetime:
    """Activity is counted in whole days, so that the ledger, which is asked by days, opens the same matters."""
    day = until.astimezone(ZoneInfo(zone)).date() if isinstance(until, datetime) and until.tzinfo else until
    return end_of(day.date() if isinstance(day, datetime) else day, zone)


def _stopped_clock(connection: Connection, community: str | None) -> datetime | None:
    shown = [each for each in communities(connection) if community in (None, each.code)]
    if not shown or not all(each.synthetic for each in shown):
        return None
    return max(filter(None, (latest_report(connection, each.id) for each in shown)), default=None)
