"""Online groups, as readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from gis.boundaries.areas import community_id
from gis.storage.reading import holds_at
from gis.storage.tables import area, building, grid, group_building, group_grid, online_group


@dataclass(frozen=True, slots=True)
class Group:
    """One online group, with the codes of the grids and buildings that it covers on a day."""

    code: str
    name: str
    community: str
    grid_codes: tuple[str, ...]
    building_ids: tuple[str, ...]


def groups(connection: Connection, *, day: date, community: str | None = None) -> list[Group]:
    """All online groups by community and code. Raises InvalidInput for an unknown community."""
    grids = (
        select(func.array_agg(grid.c.code.distinct()))
        .join(group_grid, group_grid.c.grid_id == grid.c.id)
        .where(group_grid.c.group_id == online_group.c.id, holds_at(group_grid, day))
        .scalar_subquery()
    )
    buildings = (
        select(func.array_agg(building.c.code.distinct()))
        .join(group_building, group_building.c.building_id == building.c.id)
        .where(group_building.c.group_id == online_group.c.id, holds_at(group_building, day))
        .scalar_subquery()
    )
    query = (
        select(online_group.c.code, online_group.c.name, area.c.code, grids, buildings)
        .join(area, area.c.id == online_group.c.community_id)
        .order_by(area.c.code, online_group.c.code)
    )
    chosen = community_id(connection, community)
    if chosen is not None:
        query = query.where(online_group.c.community_id == chosen)
    return [Group(*row[:3], tuple(row[3] or ()), tuple(row[4] or ())) for row in connection.execute(query)]
