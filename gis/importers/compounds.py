"""Imports compounds (小区) with the other names that residents call them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from gis.importers.plan import Counts, Draft
from gis.progress import Progress
from gis.storage.tables import compound


@dataclass(frozen=True)
class CompoundChanges:
    """New compounds by name, and known ones whose other names change, by database id."""

    community_id: int
    new: dict[str, list[str]]
    changed: dict[int, list[str]]
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        progress("writing", 0, len(self.new) + len(self.changed))
        if self.new:
            rows = [{"community_id": self.community_id, "name": n, "aliases": a} for n, a in self.new.items()]
            connection.execute(insert(compound), rows)
        if self.changed:
            statement = update(compound).where(compound.c.id == bindparam("key")).values(aliases=bindparam("names"))
            connection.execute(statement, [{"key": key, "names": names} for key, names in self.changed.items()])
        return []


def check_compounds(draft: Draft) -> CompoundChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    draft.faults.duplicates(draft.rows["name"], "name")
    query = select(compound.c.name, compound.c.id, compound.c.aliases)
    found = draft.connection.execute(query.where(compound.c.community_id == draft.community.id))
    stored = {row.name: (row.id, row.aliases) for row in found}
    rows = draft.sound()
    new: dict[str, list[str]] = {}
    changed: dict[int, list[str]] = {}
    for name, aliases in zip(rows["name"], draft.column("aliases")[rows.index], strict=True):
        if name not in stored:
            new[name] = aliases or []
        elif aliases is not None and aliases != stored[name][1]:
            changed[stored[name][0]] = aliases
    counts = Counts(len(new), len(changed), len(rows) - len(new) - len(changed))
    return CompoundChanges(draft.community.id or 0, new, changed, counts)


def ensure_compounds(connection: Connection, community_id: int, names: Iterable[str]) -> dict[str, int]:
    """The ids of the community's compounds by name, with those in `names` created where they are not there."""
    query = select(compound.c.name, compound.c.id).where(compound.c.community_id == community_id)
    known = dict(connection.execute(query).all())
    missing = sorted(set(names) - set(known))
    if missing:
        rows = [{"community_id": community_id, "name": name} for name in missing]
        connection.execute(insert(compound), rows)
        known = dict(connection.execute(query).all())
    return known
