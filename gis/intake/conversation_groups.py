"""The online groups whose chats somebody may paste, and who of the staff is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, ColumnElement, Connection, func, or_, select

from gis.errors import Denied, Fault, InvalidInput, said
from gis.storage.reading import holds_at
from gis.storage.tables import area, group_grid, online_group, post, worker

_OFFICES = (
    ("grid_worker", re.compile("网格(?:员|长)|专职网格")),
    ("property_manager", re.compile("物业|管家|客服")),
    ("network_commentator", re.compile("网评员")),
    ("group_head", re.compile("小?组长|社区|居委")),
)


@dataclass(frozen=True, slots=True)
class PastedGroup:
    """An online group, its community and that community's time zone."""

    id: int
    code: str
    name: str
    community_id: int
    community: str
    time_zone: str


def open_groups(connection: Connection) -> list[PastedGroup]:
    """The groups of who acts: those of their posts, those that cover the grids of their posts; all for the desk."""
    return _groups(connection, _in_scope())


def open_group(connection: Connection, code: str, *, community: str | None = None) -> PastedGroup:
    """The group with a code. Raises InvalidInput where there is none, or several, and Denied for another's."""
    named = online_group.c.code == code
    if community is not None:
        named = named & (area.c.code == community)
    found = _groups(connection, named)
    if len(found) != 1:
        reason = (
            said("several communities have a group {code!r}: name the community as well", code=code)
            if found
            else said("there is no online group {code!r}", code=code)
        )
        raise InvalidInput([Fault("group", "ambiguous_group" if found else "unknown_group", reason)])
    return checked(connection, found[0])


def group_of(connection: Connection, id: int) -> PastedGroup:
    """The group with an id. Raises Denied for another's."""
    return checked(connection, _groups(connection, online_group.c.id == id)[0])


def checked(connection: Connection, group: PastedGroup) -> PastedGroup:
    """The group, if it is one of who acts. Raises Denied."""
    if not _groups(connection, (online_group.c.id == group.id) & _in_scope()):
        raise Denied(said("The group {name} is none of yours.", name=group.name))
    return group


def staff_of(connection: Connection, group: PastedGroup, *, at: datetime) -> dict[str, str]:
    """The offices of those who hold a post in a group, or in a grid that it covers, by their names."""
    day = at.astimezone(ZoneInfo(group.time_zone)).date()
    covered = select(group_grid.c.grid_id).where(group_grid.c.group_id == group.id, holds_at(group_grid, day))
    query = (
        select(worker.c.name, post.c.role)
        .join(post, post.c.worker_id == worker.c.id)
        .where(or_(post.c.group_id == group.id, post.c.grid_id.in_(covered)), holds_at(post, day))
        .order_by(post.c.id)
    )
    return {name: role for name, role in connection.execute(query) if len(name) > 1}


def office_of(nickname: str, staff: Mapping[str, str]) -> str | None:
    """The office of somebody in a chat: by a name of the staff in the nickname, or an office that it tells."""
    named = next((role for name, role in staff.items() if name in nickname), None)
    return named or next((role for role, told in _OFFICES if told.search(nickname)), None)


def _in_scope() -> ColumnElement[bool]:
    covering = select(group_grid.c.group_id).where(
        group_grid.c.grid_id == func.any(func.scope_grids()), holds_at(group_grid, func.current_date())
    )
    return or_(
        func.scope_all(type_=Boolean),
        online_group.c.id == func.any(func.scope_groups()),
        online_group.c.id.in_(covering),
    )


def _groups(connection: Connection, chosen: ColumnElement[bool]) -> list[PastedGroup]:
    query = (
        select(
            online_group.c.id,
            online_group.c.code,
            online_group.c.name,
            area.c.id,
            area.c.code,
            area.c.time_zone,
        )
        .join(area, area.c.id == online_group.c.community_id)
        .where(chosen)
        .order_by(area.c.code, online_group.c.code)
    )
    return [PastedGroup(*row) for row in connection.execute(query)]
