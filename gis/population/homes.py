"""How many households live in each grid, as it may be told to who may not know persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from gis.actor import SYSTEM
from gis.security.anonymity import published
from gis.storage.session import acting
from gis.storage.tables import building, household


def homes_by_grid(connection: Connection, community_id: int, *, at: datetime, least: int) -> Mapping[int, int]:
    """The households of a community by the id of the grid that holds their building at a moment.

    Where `least` is more than 1, the sum of what its buildings show (`gis.security.anonymity`).
    """
    holding = func.grids_at(building.c.geom, at).table_valued("grid_id", "community_id")
    its_grid = (
        select(holding.c.grid_id).where(holding.c.community_id == building.c.community_id).limit(1).scalar_subquery()
    )
    homes = (
        select(household.c.building_id, func.count().label("count"))
        .where(household.c.community_id == community_id)
        .group_by(household.c.building_id)
        .subquery()
    )
    query = select(its_grid, homes.c.count).join_from(homes, building, building.c.id == homes.c.building_id)
    found: dict[int, int] = defaultdict(int)
    # Published numbers are made of whole buildings: what one account sees of them is not asked.
    with acting(connection, SYSTEM):
        rows = connection.execute(query).all()
    for grid_id, count in rows:
        if grid_id is not None:
            found[grid_id] += published(count, households=count, k=least)
    return dict(found)
