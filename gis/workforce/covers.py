"""What the online groups cover: grids, and single buildings, each for a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from gis.storage.memory import Remembered
from gis.storage.tables import group_building, group_grid, online_group


@dataclass(frozen=True, slots=True)
class Cover:
    """One grid or building (`id`), from a day up to, not including, another."""

    id: int
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class OnlineGroup:
    id: int
    community_id: int
    code: str
    name: str
    grids: tuple[Cover, ...]
    buildings: tuple[Cover, ...]

    def grid_ids(self, day: date) -> frozenset[int]:
        return frozenset(cover.id for cover in self.grids if cover.holds_on(day))

    def building_ids(self, day: date) -> frozenset[int]:
        return frozenset(cover.id for cover in self.buildings if cover.holds_on(day))


class Groups:
    """All online groups, by code; a code is unique in one community only."""

    def __init__(self, groups: Iterable[OnlineGroup]) -> None:
        self._by_code: dict[str, list[OnlineGroup]] = defaultdict(list)
        for group in groups:
            self._by_code[group.code].append(group)

    def find(self, code: str, community_id: int | None = None) -> list[OnlineGroup]:
        """The groups with this code, in one community or in any."""
        return [g for g in self._by_code.get(code, []) if community_id in (None, g.community_id)]


def _load(connection: Connection) -> Groups:
    covers: dict[str, dict[int, list[Cover]]] = {"grid": defaultdict(list), "building": defaultdict(list)}
    for kind, table, covered in (
        ("grid", group_grid, group_grid.c.grid_id),
        ("building", group_building, group_building.c.building_id),
    ):
        for row in connection.execute(select(table.c.group_id, covered, table.c.valid_from, table.c.valid_to)):
            covers[kind][row[0]].append(Cover(*row[1:]))
    columns = (online_group.c.id, online_group.c.community_id, online_group.c.code, online_group.c.name)
    return Groups(
        OnlineGroup(*row, tuple(covers["grid"][row[0]]), tuple(covers["building"][row[0]]))
        for row in connection.execute(select(*columns))
    )


current_groups = Remembered("groups", _load)
"""All online groups and what they cover, as of this transaction."""
