"""From what was asked of the network grid to what the domain takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.moments import begin_of
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
    chosen = NetworkFilter(
        community=asked.community,
        area=asked.area,
        grid=asked.grid,
        at=at,
        until=begin_of(asked.until, zone) if asked.until else at,
        silent_days=asked.silent_days or settings.silent_group_days,
    )
    if asked.until is None and (latest := _stopped_clock(connection, asked.community)) is not None:
        return replace(chosen, until=min(at, latest))
    return chosen


def reach_of(connection: Connection, community: str | None) -> Reach:
    """What who acts may see now, of a community or of all."""
    now = datetime.now(UTC)
    return reach(connection, NetworkFilter(community=community, at=now, until=now))


def least_told(actor: Actor, settings: Settings) -> int:
    """How many households must be behind a number that this reader is told."""
    return 1 if may(actor, "count_households") else settings.k_anonymity


def _stopped_clock(connection: Connection, community: str | None) -> datetime | None:
    shown = [each for each in communities(connection) if community in (None, each.code)]
    if not shown or not all(each.synthetic for each in shown):
        return None
    return max(filter(None, (latest_report(connection, each.id) for each in shown)), default=None)
