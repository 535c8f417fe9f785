"""The community that a file belongs to, found or, by its first boundaries, created."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, insert, or_, select, update

from gis.boundaries.areas import DEFAULT_TIME_ZONE
from gis.errors import Fault, InvalidInput, said
from gis.importers.options import Options
from gis.settings import Settings
from gis.storage.tables import area

_STATISTICS_CODE = re.compile(r"\d{12}")
_GRID_CODE = re.compile(r"(\d{12})(\d{3})")


@dataclass(frozen=True, slots=True)
class Community:
    """A community; `id` is None as long as it doesn't exist."""

    id: int | None
    code: str
    name: str
    time_zone: str
    synthetic: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def has_statistics_code(self) -> bool:
        """Whether its code is a Chinese statistics code, from which street and district follow."""
        return bool(_STATISTICS_CODE.fullmatch(self.code))


def find_community(
    connection: Connection, options: Options, settings: Settings, *, grid_codes: list[str] | None = None
) -> Community:
    """The community that `options` or the operator's settings name, or the only one there is.

    With `grid_codes` (of a file of boundaries) it need not exist yet, and follows from 15-digit codes if
    it is not named. Raises InvalidInput if it cannot be told, or does not exist.
    """
    if options.timezone and options.timezone not in available_timezones():
        reason = said("there is no time zone “{timezone}”; write it like Asia/Shanghai", timezone=options.timezone)
        raise InvalidInput([Fault("--timezone", "unknown_time_zone", reason)])
    columns = (area.c.id, area.c.code, area.c.name, area.c.time_zone, area.c.synthetic)
    query = select(*columns).where(area.c.level == "community").order_by(area.c.code)
    there = {row.code: Community(*row) for row in connection.execute(query)}
    only = next(iter(there)) if len(there) == 1 and grid_codes is None else ""
    code = options.community or _from_grid_codes(grid_codes or []) or settings.community or only
    listed = ", ".join(there) or "none yet; boundaries come first"
    if not code:
        reason = said("say which community this is with --community CODE (there: {listed})", listed=listed)
        if grid_codes is not None:
            reason = said("say which community these grids make up, new or known, with --community CODE")
        raise InvalidInput([Fault("--community", "which_community", reason)])
    if code in there:
        return _as_wanted(there[code], options)
    if grid_codes is None:
        reason = said("there is no community “{code}” (there: {listed})", code=code, listed=listed)
        raise InvalidInput([Fault("--community", "unknown_community", reason)])
    if len(code) > 40:
        raise InvalidInput([Fault("--community", "bad_code", said("a community's code has at most 40 characters"))])
    return _as_wanted(Community(None, code, code, DEFAULT_TIME_ZONE), options)


def store_community(connection: Connection, community: Community, options: Options) -> int:
    """Create the community, with the street and the district that its code names, or bring it up to date."""
    values = {"name": community.name, "time_zone": community.time_zone, "synthetic": community.synthetic}
    if community.id is not None:
        changed = or_(*(area.c[name] != value for name, value in values.items()))
        connection.execute(update(area).where(area.c.id == community.id, changed).values(values))
        return community.id
    parent: int | None = None
    if community.has_statistics_code:
        for level, digits, name in (("district", 6, options.district_name), ("street", 9, options.street_name)):
            code = community.code[:digits]
            known = connection.scalar(select(area.c.id).where(area.c.code == code, area.c.level == level))
            above = {"name": name or code, "time_zone": community.time_zone, "parent_id": parent}
            parent = known or _insert(connection, above | {"code": code, "level": level})
    return _insert(connection, values | {"code": community.code, "level": "community", "parent_id": parent})


def _as_wanted(community: Community, options: Options) -> Community:
    return replace(
        community,
        name=options.community_name or community.name,
        time_zone=options.timezone or community.time_zone,
        synthetic=options.synthetic or community.synthetic,
    )


def _insert(connection: Connection, values: dict[str, Any]) -> int:
    return int(connection.execute(insert(area).values(values).returning(area.c.id)).scalar_one())


def _from_grid_codes(codes: list[str]) -> str:
    matches = [_GRID_CODE.fullmatch(code) for code in codes]
    communities = {match[1] for match in matches if match}
    return communities.pop() if len(communities) == 1 and all(matches) else ""
