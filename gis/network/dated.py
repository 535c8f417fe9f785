"""A dated row of a group, a cover or a post: how it begins, ends, and is taken back while its day is not past.

Rows are told apart by `values`, the columns beside group and days: at most one of the same values holds on a day. Each
verb raises InvalidInput for the faults that were found before it, so that all of them are told together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.dialects.postgresql import Range

from gis.errors import Conflict, Fault, InvalidInput, NotFound, Said, said

Part = Literal["begin", "end"]
"""Which half of a dated thing is taken back."""


@dataclass(frozen=True, slots=True)
class ChangedGroup:
    """The group that a change is about; `today` is the day where it is."""

    id: int
    community_id: int
    code: str
    today: date


def period_faults(group: ChangedGroup, since: date, until: date | None = None, *, where: str = "from") -> list[Fault]:
    """What is wrong with the days of a change; `where` is the field that holds the first."""
    faults = []
    if since < group.today:
        faults.append(Fault(where, "in_the_past", said("must be today, {today}, or later", today=group.today)))
    if until is not None and until <= since:
        faults.append(
            Fault(
                "to",
                "bad_period",
                said("{until} is not after {since}: it is the first day without it", until=until, since=since),
            )
        )
    return faults


def begin(
    connection: Connection,
    table: Table,
    group: ChangedGroup,
    values: dict[str, Any],
    since: date,
    until: date | None,
    faults: list[Fault],
    taken: Said,
) -> None:
    """Write the row. Raises Conflict, with `taken` and the days, where one of the same values holds in that time."""
    if faults:
        raise InvalidInput(faults)
    asked = Range(since, until)
    for row in connection.execute(select(table).where(*_same(table, group, values))):
        if asked.overlaps(Range(row.valid_from, row.valid_to)):
            on = said("{taken}, from {since} on.", taken=taken, since=row.valid_from)
            to = said("{taken}, from {since} to {until}.", taken=taken, since=row.valid_from, until=row.valid_to)
            raise Conflict(to if row.valid_to else on)
    dated = {"community_id": group.community_id, "group_id": group.id, "valid_from": since, "valid_to": until}
    connection.execute(insert(table).values(**values, **dated))


def end(
    connection: Connection,
    table: Table,
    group: ChangedGroup,
    values: dict[str, Any],
    on: date,
    faults: list[Fault],
    missing: Said,
) -> None:
    """Let the row that holds on a day and on the one before end on it. Raises NotFound, with `missing`, without one."""
    if faults:
        raise InvalidInput(faults)
    holds = (table.c.valid_from < on) & (table.c.valid_to.is_(None) | (table.c.valid_to > on))
    ended = update(table).where(*_same(table, group, values), holds).values(valid_to=on)
    if not connection.execute(ended).rowcount:
        raise NotFound(missing)


def undo(
    connection: Connection,
    table: Table,
    group: ChangedGroup,
    values: dict[str, Any],
    since: date,
    part: Part,
    faults: list[Fault],
) -> None:
    """Take back one half of the row that begins on a day. Raises NotFound without one, Conflict for what is past."""
    if faults:
        raise InvalidInput(faults)
    same = _same(table, group, values)
    row = connection.execute(select(table).where(*same, table.c.valid_from == since)).one_or_none()
    if row is None or (part == "end" and row.valid_to is None):
        raise NotFound(
            said("Nothing of the kind begins there.") if part == "begin" else said("Nothing of the kind ends there.")
        )
    changed_on = row.valid_from if part == "begin" else row.valid_to
    if changed_on < group.today:
        raise Conflict(
            said("It has held since {changed_on}: end or add it from today on instead.", changed_on=changed_on)
        )
    if part == "begin":
        connection.execute(delete(table).where(table.c.id == row.id))
        return
    later = select(table.c.valid_from).where(*same, table.c.valid_from >= changed_on).limit(1)
    if (next_from := connection.scalar(later)) is not None:
        raise Conflict(said("It begins again on {next_from}: take that back first.", next_from=next_from))
    connection.execute(update(table).where(table.c.id == row.id).values(valid_to=None))


def _same(table: Table, group: ChangedGroup, values: dict[str, Any]) -> list[Any]:
    return [table.c.group_id == group.id, *(table.c[name] == value for name, value in values.items())]
