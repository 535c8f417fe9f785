"""Which grid a point is in, at a moment.

A process holds all grid versions in memory (`Remembered`) and builds an index over those that were in
force at the moment asked for, once for each stretch of time between two changes. The one rule for edges is
`gis/geometry/locate.py`'s: a grid covers its border, and on a shared border the lower code holds.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Connection, func, select

from gis.boundaries.areas import DEFAULT_TIME_ZONE
from gis.geometry.locate import GridIndex
from gis.storage.memory import Remembered
from gis.storage.tables import area, grid, grid_version

SOON = timedelta(seconds=5)
"""How long before a change of boundaries takes effect its indexes are built."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community as decisions need it: with its clock."""

    id: int
    code: str
    name: str
    time_zone: ZoneInfo

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment, where the community is."""
        return moment.astimezone(self.time_zone).date()


@dataclass(frozen=True, slots=True)
class GridRef:
    """A grid in one of its versions."""

    id: int
    version_id: int
    code: str
    name: str
    community: Community
    valid_from: datetime
    valid_to: datetime | None


class Located(Protocol):
    """Anything with a point (EPSG:4326) in a community."""

    @property
    def community_id(self) -> int: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Near:
    grid: GridRef
    distance_m: float


@dataclass(frozen=True, slots=True)
class Spot:
    """What lies at a point: the grids that cover it, the one that holds first; and others within reach.

    `edge_m` is how far the point is from the edge of the grid that holds; None outside every grid.
    """

    covering: tuple[GridRef, ...]
    near: tuple[Near, ...]
    edge_m: float | None


class InForce:
    """The grids of one community over a stretch of time, and the index over their shapes, in one order."""

    def __init__(self, grids: Sequence[GridRef], geoms: npt.NDArray[np.object_]) -> None:
        self.grids = grids
        self.index = GridIndex([g.code for g in grids], geoms)

    def holding(self, places: Sequence[Located]) -> list[GridRef | None]:
        """The grid that holds each place, None where none does."""
        positions = self.index.locate([p.lon for p in places], [p.lat for p in places])
        return [self.grids[position] if position >= 0 else None for position in positions]

    def spots(
        self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], reach_m: npt.NDArray[np.float64]
    ) -> list[Spot]:
        """What lies at each of many points; `near` holds what is within `reach_m` of it, nearest first."""
        around: list[list[Near]] = [[] for _ in lon]
        covering: list[list[GridRef]] = [[] for _ in lon]
        held = np.full(len(lon), -1)
        for i, position, distance_m in zip(*self.index.within(lon, lat, reach_m), strict=True):
            if distance_m > 0:
                around[i].append(Near(self.grids[position], float(distance_m)))
                continue
            if not covering[i]:
                held[i] = position
            covering[i].append(self.grids[position])
        edge_m = self.index.edge_distance_m(lon, lat, held)
        return [
            Spot(tuple(covering[i]), tuple(around[i]), float(edge_m[i]) if covering[i] else None)
            for i in range(len(lon))
        ]

    def spot(self, *, lon: float, lat: float, reach_m: float) -> Spot:
        """As `spots`, for one point: the same answer, a tenth of the time."""
        grids, edge_m = self.index.around(lon=lon, lat=lat, reach_m=reach_m)
        covering = tuple(self.grids[position] for position, distance_m in grids if distance_m == 0)
        near = tuple(Near(self.grids[position], distance_m) for position, distance_m in grids if distance_m > 0)
        return Spot(covering, near, edge_m)


class Boundaries:
    """All communities, and all grid versions of all times."""

    def __init__(
        self, communities: Iterable[Community], grids: Sequence[GridRef], geoms: npt.NDArray[np.object_]
    ) -> None:
        self.communities = {c.code: c for c in communities}
        self._grids = grids
        self._geoms = geoms
        turns = {g.valid_from for g in grids} | {g.valid_to for g in grids if g.valid_to}
        self._turns = sorted(turn.timestamp() for turn in turns)
        self._in_force: dict[tuple[int, int], InForce] = {}
        self._lock = threading.Lock()

    def in_force(self, at: datetime, community_id: int) -> InForce:
        """The grids of a community at a moment."""
        key = bisect_right(self._turns, at.timestamp()), community_id
        found = self._in_force.get(key)
        if found is None:
            with self._lock:
                found = self._in_force.get(key) or self._build(at, community_id)
                self._in_force[key] = found
        return found

    def prepare(self, at: datetime) -> None:
        """Build the indexes that will be asked at a moment and soon after it, so that no request waits for them."""
        for moment in (at, at + SOON):
            for community in self.communities.values():
                self.in_force(moment, community.id).index.prepare_around()

    def time_zone(self, code: str | None = None) -> ZoneInfo:
        """The time zone of a community, or of the first one when none is named; Chinese time if there is none."""
        if code is None and self.communities:
            return min(self.communities.values(), key=lambda community: community.id).time_zone
        named = self.communities.get(code or "")
        return named.time_zone if named else ZoneInfo(DEFAULT_TIME_ZONE)

    def stretch(self, at: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """For moments in seconds since 1970: a number that is the same for moments between two changes."""
        return np.searchsorted(self._turns, at, side="right")

    def spot(self, *, lon: float, lat: float, at: datetime, reach_m: float, community_id: int | None) -> Spot:
        """What lies at one point, in one community or in all; across communities too the lowest code holds."""
        ids = [community_id] if community_id is not None else [c.id for c in self.communities.values()]
        spots = [self.in_force(at, id).spot(lon=lon, lat=lat, reach_m=reach_m) for id in ids]
        if len(spots) == 1:
            return spots[0]
        covering = sorted(
            ((g, s.edge_m) for s in spots for g in s.covering), key=lambda found: (found[0].code, found[0].id)
        )
        near = sorted((n for s in spots for n in s.near), key=lambda n: (n.distance_m, n.grid.code, n.grid.id))
        return Spot(tuple(g for g, _ in covering), tuple(near), covering[0][1] if covering else None)

    def grids_of(self, places: Iterable[Located], at: datetime) -> set[GridRef]:
        """The grids that hold these places at a moment; a place outside every grid adds none."""
        by_community: dict[int, list[Located]] = defaultdict(list)
        for place in places:
            by_community[place.community_id].append(place)
        found: set[GridRef | None] = set()
        for community_id, there in by_community.items():
            found.update(self.in_force(at, community_id).holding(there))
        return {grid for grid in found if grid}

    def _build(self, at: datetime, community_id: int) -> InForce:
        kept = [
            i
            for i, g in enumerate(self._grids)
            if g.community.id == community_id and g.valid_from <= at and (g.valid_to is None or at < g.valid_to)
        ]
        return InForce([self._grids[i] for i in kept], self._geoms[kept])


def _load(connection: Connection) -> Boundaries:
    areas = (
        select(area.c.id, area.c.code, area.c.name, area.c.time_zone)
        .where(area.c.level == "community")
        .order_by(area.c.id)
    )
    communities = {row[0]: Community(*row[:3], ZoneInfo(row[3])) for row in connection.execute(areas)}
    versions = (
        select(
            grid.c.id,
            grid_version.c.id,
            grid.c.code,
            grid.c.name,
            grid.c.community_id,
            grid_version.c.valid_from,
            grid_version.c.valid_to,
            func.ST_AsBinary(grid_version.c.geom),
        )
        .join(grid, grid.c.id == grid_version.c.grid_id)
        .order_by(grid.c.code.collate("C"), grid_version.c.id)
    )
    rows = connection.execute(versions).all()
    geoms = np.asarray(shapely.from_wkb([bytes(row[7]) for row in rows]), dtype=object)
    grids = [GridRef(*row[:4], communities[row[4]], *row[5:7]) for row in rows]
    return Boundaries(communities.values(), grids, geoms)


current_boundaries = Remembered("boundaries", _load)
"""All communities and grid versions, as of this transaction."""
