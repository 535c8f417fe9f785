"""Where hazards were more than chance, and which deadlines have been missed by most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, func, select

from gis.boundaries.areas import Community
from gis.boundaries.grids import grids
from gis.hotspots.find import Homes, find_hotspots
from gis.issues.filters import IssueFilter, conditions
from gis.issues.query import Issue, issues_of
from gis.storage.tables import building, issue

FEWEST_HAZARDS = 30
PERMUTATIONS = 9_999
LEVELS = {"hot_99": 99, "hot_95": 95, "hot_90": 90}


@dataclass(frozen=True, slots=True)
class Hot:
    """One cell in which hazards are more than chance. `level` is 90, 95 or 99 (percent); GeoJSON in EPSG:4326."""

    geometry: dict[str, Any]
    level: int
    hazards: int
    grid_name: str


@dataclass(frozen=True, slots=True)
class HazardSpots:
    """What was found of `hazards` with a point; `cell_m` is None where they were too few to say (`cells` is empty)."""

    hazards: int
    cells: tuple[Hot, ...] = ()
    cell_m: float | None = None
    tested: int = 0
    piled: int = 0


def hazard_spots(connection: Connection, chosen: IssueFilter, community: Community, *, at: datetime) -> HazardSpots:
    """Cells with more hazards per building than chance gives: Getis-Ord Gi*, false discovery rate controlled.

    Each is named after the grid in whose shape at that moment its middle lies.

    Buildings stand for who could be concerned: they are no secret, as the number of households in one is.
    """
    points = select(func.ST_X(issue.c.geom), func.ST_Y(issue.c.geom))
    found = connection.execute(points.where(*conditions(connection, chosen), issue.c.geom.is_not(None))).all()
    houses = connection.execute(
        select(func.ST_X(building.c.geom), func.ST_Y(building.c.geom)).where(building.c.community_id == community.id)
    ).all()
    if len(found) < FEWEST_HAZARDS or not houses:
        return HazardSpots(len(found))
    lon, lat = np.array(found, dtype=float).T
    house_lon, house_lat = np.array(houses, dtype=float).T
    homes = Homes(house_lon, house_lat, np.ones(len(houses)))
    spots = find_hotspots(lon, lat, homes=homes, permutations=PERMUTATIONS)
    frame = spots.cells[spots.cells["class"].isin(LEVELS)]
    found_grids = grids(connection, at=at, community=community.code)
    known = [(each.name, shapely.from_geojson(each.geometry)) for each in found_grids]
    cells = [
        Hot(json.loads(shapely.to_geojson(shape)), LEVELS[named], int(count), _grid_name(known, shape.centroid))
        for shape, named, count in zip(frame.geometry, frame["class"], frame["count"], strict=True)
    ]
    cells.sort(key=lambda each: (-each.level, -each.hazards))
    method = spots.method
    piled = method["points"] - method["points_in_cells"]
    return HazardSpots(len(found), tuple(cells), method["cells"]["size_m"], method["cells_tested"], piled)


def longest_overdue(connection: Connection, chosen: IssueFilter, *, limit: int) -> list[Issue]:
    """The overdue matters that pass a filter, those whose deadline passed first in front."""
    query = select(issue.c.id).where(*conditions(connection, chosen)).order_by(issue.c.due_at, issue.c.id)
    return issues_of(connection, connection.scalars(query.limit(limit)).all())


def _grid_name(known: Sequence[tuple[str, Any]], place: Any) -> str:
    return next((name for name, shape in known if shape.covers(place)), "")
