"""Changes of the network grid, each from a day on: what a group covers, who serves in it. Nothing is overwritten.

A change begins today or later: what was decided by a cover or a post that held then stays explained by it. Until its
day is over it can be taken back, as if it had not been made; the audit log keeps both. A group's code is lasting and
its name is not dated: the log has the names that it had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from gis.actor import Actor
from gis.boundaries.areas import community_id, today
from gis.errors import Conflict, Fault, InvalidInput, NotFound, Term, said
from gis.network.dated import ChangedGroup, Part, begin, end, period_faults, undo
from gis.network.reach import Reach
from gis.security.audit import Subject, record
from gis.storage.tables import ROLES, area, building, grid, group_building, group_grid, online_group, post, worker

LONGEST_CODE, LONGEST_NAME = 80, 200


@dataclass(frozen=True, slots=True)
class Covered:
    """A grid or a building, by its code; just one of the two."""

    grid: str | None = None
    building: str | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A worker (by code) in a role."""

    worker: str
    role: str


def create_group(connection: Connection, by: Actor, seen: Reach, *, code: str, name: str, community: str) -> int:
    """A new group, which covers nothing yet; its id.

    Raises InvalidInput with every fault, NotFound for a community that who acts may not see, Conflict for a code that
    the community has.
    """
    faults = _text_faults("code", code, LONGEST_CODE) + _text_faults("name", name, LONGEST_NAME)
    if "/" in code:
        faults.append(Fault("code", "bad_form", said("must not hold a slash: it stands in addresses")))
    here = None
    try:
        here = community_id(connection, community)
    except InvalidInput as error:
        faults.extend(error.faults)
    if faults:
        raise InvalidInput(faults)
    if here not in seen.communities:
        raise NotFound(said("There is no community {community!r}.", community=community))
    taken = select(online_group.c.id).where(online_group.c.community_id == here, online_group.c.code == code)
    if connection.scalar(taken) is not None:
        raise Conflict(said("{community} has a group {code!r} already.", community=community, code=code))
    made = insert(online_group).values(community_id=here, code=code, name=name).returning(online_group.c.id)
    group_id: int = connection.execute(made).scalar_one()
    _note(connection, by, "create_group", group_id, code=code, name=name)
    return group_id


def rename_group(connection: Connection, by: Actor, group: ChangedGroup, name: str) -> None:
    """Call a group by another name, from now on. Raises InvalidInput."""
    if faults := _text_faults("name", name, LONGEST_NAME):
        raise InvalidInput(faults)
    before = connection.scalar(
        select(online_group.c.name).where(online_group.c.id == group.id).with_for_update(key_share=True)
    )
    connection.execute(update(online_group).where(online_group.c.id == group.id).values(name=name))
    _note(connection, by, "rename_group", group.id, before=before, name=name)


def find_group(connection: Connection, seen: Reach, code: str) -> ChangedGroup:
    """The group with a code, for a change; others who change it wait until this transaction ends.

    Raises NotFound, also for one that who acts may not see, and Conflict where several communities have the code.
    """
    query = (
        select(online_group.c.id, online_group.c.community_id, area.c.code)
        .join(area, area.c.id == online_group.c.community_id)
        .where(online_group.c.code == code, seen.sees_group())
        .with_for_update(of=online_group, key_share=True)
    )
    found = connection.execute(query).all()
    if not found:
        raise NotFound(said("There is no online group {code!r}.", code=code))
    if len(found) > 1:
        held = ", ".join(sorted(row.code for row in found))
        raise Conflict(
            said("Several communities have a group {code!r}: name one with community= ({held}).", code=code, held=held)
        )
    ((id, here, community),) = found
    return ChangedGroup(id, here, code, today(connection, community))


def add_cover(
    connection: Connection, by: Actor, group: ChangedGroup, what: Covered, *, since: date, until: date | None
) -> None:
    """Let a group cover a grid or a building from a day on. Raises InvalidInput, and Conflict where it does already."""
    faults = period_faults(group, since, until)
    table, values = _cover_of(connection, group, what, faults)
    begin(connection, table, group, values, since, until, faults, said("{group} covers it already", group=group.code))
    _note(connection, by, "add_cover", group.id, **_told(what), **_days(since, until))


def end_cover(connection: Connection, by: Actor, group: ChangedGroup, what: Covered, *, on: date) -> None:
    """Let a cover end: `on` is the first day without it. Raises InvalidInput, and NotFound without one that day."""
    faults = period_faults(group, on, where="on")
    table, values = _cover_of(connection, group, what, faults)
    missing = said("{group} does not cover it on the day before {day}.", group=group.code, day=on)
    end(connection, table, group, values, on, faults, missing)
    _note(connection, by, "end_cover", group.id, **_told(what), on=on.isoformat())


def undo_cover(
    connection: Connection, by: Actor, group: ChangedGroup, what: Covered, *, since: date, part: Part
) -> None:
    """Take back the begin or the end of the cover that begins on a day, while that is not past.

    Raises InvalidInput, NotFound, and Conflict for what is past.
    """
    faults: list[Fault] = []
    table, values = _cover_of(connection, group, what, faults)
    undo(connection, table, group, values, since, part, faults)
    _note(connection, by, "undo_cover", group.id, **_told(what), part=part, **{"from": since.isoformat()})


def appoint(
    connection: Connection, by: Actor, group: ChangedGroup, who: Served, *, since: date, until: date | None
) -> None:
    """Give a worker of the community a role in a group. Raises InvalidInput, and Conflict where it is held already."""
    faults = period_faults(group, since, until)
    values = _seat_of(connection, group, who, faults)
    begin(
        connection,
        post,
        group,
        values,
        since,
        until,
        faults,
        said("{worker} holds this role already", worker=who.worker),
    )
    _note(connection, by, "appoint", group.id, worker=who.worker, role=who.role, **_days(since, until))


def dismiss(connection: Connection, by: Actor, group: ChangedGroup, who: Served, *, on: date) -> None:
    """Let a worker's role in a group end: `on` is the first day without it. Raises InvalidInput and NotFound."""
    faults = period_faults(group, on, where="on")
    values = _seat_of(connection, group, who, faults)
    missing = said("{worker} does not hold this role on the day before {day}.", worker=who.worker, day=on)
    end(connection, post, group, values, on, faults, missing)
    _note(connection, by, "dismiss", group.id, worker=who.worker, role=who.role, on=on.isoformat())


def undo_post(connection: Connection, by: Actor, group: ChangedGroup, who: Served, *, since: date, part: Part) -> None:
    """Take back the begin or the end of the role that begins on a day, as `undo_cover` does."""
    faults: list[Fault] = []
    values = _seat_of(connection, group, who, faults)
    undo(connection, post, group, values, since, part, faults)
    told = {"worker": who.worker, "role": who.role, "from": since.isoformat()}
    _note(connection, by, "undo_post", group.id, part=part, **told)


def _cover_of(
    connection: Connection, group: ChangedGroup, what: Covered, faults: list[Fault]
) -> tuple[Table, dict[str, Any]]:
    if (what.grid is None) == (what.building is None):
        faults.append(Fault("cover", "one_place", said("name just one: a grid or a building")))
        return group_grid, {}
    if what.grid is not None:
        return group_grid, {"grid_id": _known(connection, grid, "grid", what.grid, group, faults)}
    return group_building, {"building_id": _known(connection, building, "building_id", what.building, group, faults)}


def _seat_of(connection: Connection, group: ChangedGroup, who: Served, faults: list[Fault]) -> dict[str, Any]:
    if who.role not in ROLES:
        faults.append(
            Fault("role", "unknown_role", said("must be one of {list}", list=[Term("role", each) for each in ROLES]))
        )
    return {"worker_id": _known(connection, worker, "worker", who.worker, group, faults), "role": who.role}


def _known(
    connection: Connection, table: Table, where: str, code: str | None, group: ChangedGroup, faults: list[Fault]
) -> int | None:
    query = select(table.c.id).where(table.c.code == code, table.c.community_id == group.community_id)
    found: int | None = connection.scalar(query)
    if found is None:
        faults.append(
            Fault(
                where,
                f"unknown_{table.name}",
                said("the group's community has no {thing} {code!r}", thing=Term("thing", table.name), code=code),
            )
        )
    return found


def _text_faults(where: str, value: str, most: int) -> list[Fault]:
    if not value.strip():
        return [Fault(where, "missing", said("must not be blank"))]
    return (
        []
        if len(value) <= most
        else [Fault(where, "too_long", said("must have at most {most:,} characters", most=most))]
    )


def _told(what: Covered) -> dict[str, str]:
    return {"grid": what.grid} if what.grid else {"building": what.building or ""}


def _days(since: date, until: date | None) -> dict[str, str | None]:
    return {"from": since.isoformat(), "to": until.isoformat() if until else None}


def _note(connection: Connection, by: Actor, action: str, group_id: int, **detail: Any) -> None:
    record(connection, by, action, subject=Subject("group", group_id), detail=detail)
