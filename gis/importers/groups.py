"""Imports online groups and what they cover.

A group's cover is dated: what the file no longer lists ends on the day of the change, and what it adds
begins then; what a new group covers, it has covered since ever.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from gis.importers.options import SINCE_EVER
from gis.importers.plan import Counts, Draft
from gis.progress import Progress
from gis.storage.tables import building, grid, group_building, group_grid, online_group


@dataclass
class _Cover:
    """One of the two things that groups cover: its field, its table, and its members' ids by code."""

    field: str
    table: Table
    column: str
    ids: dict[str, int]
    stored: dict[int, dict[int, tuple[int, date]]] = dataclasses.field(default_factory=dict)
    begun: list[tuple[str, int]] = dataclasses.field(default_factory=list)
    ended: list[tuple[int, date]] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class GroupChanges:
    """New groups and new names by code; what groups begin to cover, and which covers (by id) end."""

    community_id: int
    new: dict[str, str]
    renamed: dict[str, str]
    covers: tuple[_Cover, ...]
    day: date
    since: date
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        progress("writing", 0, len(self.new) + len(self.renamed))
        here = online_group.c.community_id == self.community_id
        if self.new:
            rows = [{"community_id": self.community_id, "code": code, "name": name} for code, name in self.new.items()]
            connection.execute(insert(online_group), rows)
        if self.renamed:
            statement = update(online_group).where(here, online_group.c.code == bindparam("key"))
            pairs = [{"key": code, "called": name} for code, name in self.renamed.items()]
            connection.execute(statement.values(name=bindparam("called")), pairs)
        query = select(online_group.c.code, online_group.c.id).where(here)
        ids = dict(connection.execute(query).all())
        for cover in self.covers:
            self._write_cover(connection, cover, ids)
        return []

    def _write_cover(self, connection: Connection, cover: _Cover, ids: dict[str, int]) -> None:
        table = cover.table
        never = [key for key, begun in cover.ended if begun >= self.day]
        ended = [key for key, begun in cover.ended if begun < self.day]
        connection.execute(delete(table).where(table.c.id == func.any(never)))
        connection.execute(update(table).where(table.c.id == func.any(ended)).values(valid_to=self.day))
        rows = [
            {
                "community_id": self.community_id,
                "group_id": ids[code],
                cover.column: covered,
                "valid_from": self.since if code in self.new else self.day,
            }
            for code, covered in cover.begun
        ]
        if rows:
            connection.execute(insert(table), rows)


def check_groups(draft: Draft) -> GroupChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    draft.faults.duplicates(draft.rows["code"], "code")
    covers = (
        _Cover("grid_codes", group_grid, "grid_id", _ids(draft, grid)),
        _Cover("building_ids", group_building, "building_id", _ids(draft, building)),
    )
    for cover in covers:
        if cover.field in draft.rows:
            thing = cover.column.removesuffix("_id")
            draft.faults.unknown(draft.rows[cover.field], cover.ids, thing, field=cover.field)
        cover.stored = _current(draft, cover)
    query = select(online_group.c.code, online_group.c.id, online_group.c.name)
    found = draft.connection.execute(query.where(online_group.c.community_id == draft.community.id))
    stored = {row.code: (row.id, row.name) for row in found}

    new: dict[str, str] = {}
    renamed: dict[str, str] = {}
    changed: set[str] = set()
    rows = draft.sound()
    for row in rows.to_dict("records"):
        code, name = row["code"], row.get("name")
        key, old_name = stored.get(code, (None, None))
        if key is None:
            new[code] = name or code
        elif name and name != old_name:
            renamed[code] = name
            changed.add(code)
        for cover in covers:
            if cover.field in row and _compare(cover, code, key, row[cover.field]):
                changed.add(code)
    since = draft.options.valid_from or SINCE_EVER
    day = draft.options.valid_from or datetime.now(draft.community.zone).date()
    changed -= set(new)
    counts = Counts(len(new), len(changed), len(rows) - len(new) - len(changed))
    return GroupChanges(draft.community.id or 0, new, renamed, covers, day, since, counts)


def _compare(cover: _Cover, code: str, key: int | None, listed: list[str]) -> bool:
    """Note what begins and what ends in a group's cover; whether anything does."""
    wanted = {cover.ids[name] for name in listed}
    held = cover.stored.get(key, {}) if key is not None else {}
    begun, ended = sorted(wanted - set(held)), sorted(set(held) - wanted)
    cover.begun += [(code, covered) for covered in begun]
    cover.ended += [held[covered] for covered in ended]
    return bool(begun or ended)


def _ids(draft: Draft, table: Table) -> dict[str, int]:
    query = select(table.c.code, table.c.id).where(table.c.community_id == draft.community.id)
    return dict(draft.connection.execute(query).all())


def _current(draft: Draft, cover: _Cover) -> dict[int, dict[int, tuple[int, date]]]:
    """Covers without an end: group id to covered id to (the cover's own id, its first day)."""
    table: Any = cover.table
    query = select(table.c.group_id, table.c[cover.column], table.c.id, table.c.valid_from)
    ours = (table.c.community_id == draft.community.id, table.c.valid_to.is_(None))
    current: dict[int, dict[int, tuple[int, date]]] = {}
    for group_id, covered, key, begun in draft.connection.execute(query.where(*ours)):
        current.setdefault(group_id, {})[covered] = (key, begun)
    return current
