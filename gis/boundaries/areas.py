"""Communities, as readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from gis.errors import Fault, InvalidInput, said
from gis.storage.tables import area

DEFAULT_TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Community:
    """One community; `synthetic` says that it is invented."""

    id: int
    code: str
    name: str
    street: str | None
    time_zone: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Area:
    """One area; `level` as in the tables: district, street or community."""

    code: str
    name: str
    level: str


def communities(connection: Connection) -> list[Community]:
    """All communities by code."""
    street = area.alias("street")
    query = (
        select(area.c.id, area.c.code, area.c.name, street.c.name, area.c.time_zone, area.c.synthetic)
        .outerjoin(street, street.c.id == area.c.parent_id)
        .where(area.c.level == "community")
        .order_by(area.c.code)
    )
    return [Community(*row) for row in connection.execute(query)]


def areas(connection: Connection) -> list[Area]:
    """All areas of every level by code, in which what is below begins with what is above it."""
    query = select(area.c.code, area.c.name, area.c.level).order_by(area.c.code)
    return [Area(*row) for row in connection.execute(query)]


def community_id(connection: Connection, code: str | None) -> int | None:
    """The id of a community; None for None, which stands for all. Raises InvalidInput for an unknown code."""
    if code is None:
        return None
    found: int | None = connection.scalar(select(area.c.id).where(area.c.code == code, area.c.level == "community"))
    if found is None:
        raise InvalidInput([Fault("community", "unknown_community", said("there is no community {code!r}", code=code))])
    return found


def time_zone(connection: Connection, code: str | None = None) -> str:
    """The time zone of a community, or of the first one when none is named; Chinese time if there is none."""
    query = select(area.c.time_zone).where(area.c.level == "community").order_by(area.c.id).limit(1)
    if code is not None:
        query = query.where(area.c.code == code)
    return connection.scalar(query) or DEFAULT_TIME_ZONE


def today(connection: Connection, code: str | None = None) -> date:
    """The calendar day that it is now where a community is; where the first one is when none is named."""
    return datetime.now(ZoneInfo(time_zone(connection, code))).date()
