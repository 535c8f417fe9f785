"""The buildings: compounds and old houses on the ground, with names, addresses, floors and units."""

from __future__ import annotations

from dataclasses import dataclass, field

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from . import layout
from .catalogue import COMPOUNDS, GROUNDS, HOUSE_ROWS, LANES, SHOPS, Compound
from .places import Place, bus_stops, gates, lay_ground, river_line, river_places, river_roads
from .random_source import Random, stream
from .streets import BANK_ROAD_M, Grid, Street

BANK_M = 44.0
LANE_VERGE_M = 6.0
AROUND_GROUND_M = 8.0
NUMBERS_EVERY_M = 7.5
SHARE_OF_LAND = {"tower": 2.6, "lift": 1.5, "slab": 1.25, "old": 1.0}


@dataclass(slots=True)
class Building:
    """A building in metres; `doors` is the number of households on one floor of one unit."""

    name: str
    grid: Grid
    kind: str
    compound: Compound | None
    address: str
    floors: int
    units: int
    doors: int
    footprint: Polygon
    aliases: list[str] = field(default_factory=list)
    id: str = ""

    @property
    def point(self) -> Point:
        return layout.inner_point(self.footprint)


@dataclass(frozen=True, slots=True)
class BuiltTown:
    buildings: list[Building]
    lanes: list[Street]
    places: list[Place]


def build_town(streets: list[Street], grids: list[Grid]) -> BuiltTown:
    """Everything that is built, grid by grid; buildings are numbered in that order."""
    builder = _Builder(streets, grids)
    for grid in grids:
        builder.build(grid)
    town = builder.town
    town.places.extend(bus_stops(streets))
    for number, building in enumerate(town.buildings, 1):
        building.id = f"CY-B{number:03d}"
    return town


class _Builder:
    """Public grounds first, then lanes, houses along the streets, and compounds in what is left of each grid."""

    def __init__(self, streets: list[Street], grids: list[Grid]) -> None:
        self.town = BuiltTown([], river_roads(streets, grids), river_places(streets, grids))
        self._streets, self._river = streets, river_line(streets)
        self._lane_names, self._shops = iter(LANES), iter(SHOPS)
        self._rng = stream("buildings")

    def build(self, grid: Grid) -> None:
        angle = layout.heading(grid.shape)
        usable = grid.shape.buffer(-layout.FROM_EDGE_M).difference(self._river.buffer(BANK_M))
        for ground in (lay_ground(g, grid, angle) for g in GROUNDS if g.grid == grid.number):
            if not usable.contains(ground.shape):
                raise ValueError(f"{ground.name} does not fit into {grid.name}")
            self.town.places.append(ground)
            usable = usable.difference(ground.shape.buffer(AROUND_GROUND_M))
        compounds = [c for c in COMPOUNDS if c.grid == grid.number]
        parcels, cuts = layout.split(usable, [c.buildings * SHARE_OF_LAND[c.kind] for c in compounds], angle)
        land = grid.shape.difference(self._river.buffer(BANK_ROAD_M))
        self.town.lanes.extend(_lane(next(self._lane_names), cut, land) for cut in cuts)
        verges = shapely.MultiLineString(cuts).buffer(LANE_VERGE_M)
        grounds = [place.shape.buffer(4) for place in self.town.places if place.shape.within(grid.shape)]
        houses = self._houses(grid, shapely.union_all([verges, *grounds]))
        self.town.buildings.extend(houses)
        taken = shapely.union_all([verges, *(house.footprint.buffer(7) for house in houses)])
        for compound, parcel in zip(compounds, parcels, strict=True):
            self._build_compound(compound, grid, parcel.difference(taken), angle)

    def _build_compound(self, compound: Compound, grid: Grid, parcel: BaseGeometry, angle: float) -> None:
        rng = self._rng
        plans = [_plan(compound.kind, rng) for _ in range(compound.buildings)]
        footprints = layout.rows(parcel, [size for *_, size in plans], angle, rng)
        address = street_address(shapely.union_all(footprints).centroid, grid, self._streets)
        for n, ((floors, units, doors, _), footprint) in enumerate(zip(plans, footprints, strict=True), 1):
            if compound.kind != "tower" and rng.random() < 0.22:
                footprint = layout.cut_corner(footprint, rng)
            ending = ("ABCDEFGH"[n - 1] if compound.suffix == "座" else str(n)) + compound.suffix
            name, aliases = compound.name + ending, [alias + ending for alias in compound.aliases]
            self.town.buildings.append(
                Building(name, grid, compound.kind, compound, address, floors, units, doors, footprint, aliases)
            )
        self.town.places.extend(gates(compound, footprints, grid, self._river))

    def _houses(self, grid: Grid, kept_free: BaseGeometry) -> list[Building]:
        rng = self._rng
        houses: list[Building] = []
        for _, name, start, count in (row for row in HOUSE_ROWS if row[0] == grid.number):
            street = next(s for s in self._streets if s.name == name)
            setback_m = 14.0 if street.kind == "main" else 11.5
            side = layout.Side(grid.shape, street.line, setback_m, kept_free)
            row = layout.house_row(side, start=start, count=count, rng=rng)
            for lot in row:
                if any(lot.distance(h.footprint) < 0.3 for h in houses):
                    continue
                address = f"{name}{house_number(lot.centroid, street)}号"
                aliases = [next(self._shops)] if rng.random() < 0.1 else []
                floors, doors = rng.choice([2, 3, 3, 4, 4, 5]), rng.choice([1, 1, 2])
                houses.append(Building(address, grid, "house", None, address, floors, 1, doors, lot, aliases))
        return houses


def _plan(kind: str, rng: Random) -> tuple[int, int, int, tuple[float, float]]:
    """Floors, units, doors on a floor of a unit, and the footprint's width and depth in metres."""
    if kind == "tower":
        return rng.randint(24, 32), 1, rng.choice([4, 4, 4, 5]), (rng.uniform(25, 31), rng.uniform(20, 25))
    if kind == "lift":
        units = rng.choice([2, 2, 3])
        return (
            rng.choice([11, 11, 11, 12, 13]),
            units,
            2,
            (units * rng.uniform(16.5, 18), rng.uniform(14, 16)),
        )
    if kind == "slab":
        units = rng.choice([2, 3, 3, 3])
        return rng.choice([7, 7, 7, 8]), units, 2, (units * rng.uniform(14, 15.5), rng.uniform(12, 14))
    units = rng.choice([1, 2, 2, 2])
    return (
        rng.choice([6, 6, 6, 7]),
        units,
        rng.choice([2, 3, 3]),
        (units * rng.uniform(13, 15), rng.uniform(10, 12)),
    )


def street_address(point: Point, grid: Grid, streets: list[Street]) -> str:
    """The nearest street that bounds the grid, with the number that this side of it has there."""
    around = [
        s for s in streets if s.kind != "river" and grid.shape.exterior.buffer(0.1).intersection(s.line).length > 25
    ]
    street = min(around, key=lambda s: (round(s.line.distance(point), 3), s.name))
    return f"{street.name}{house_number(point, street)}号"


def house_number(point: Point, street: Street) -> int:
    """Odd on the left of the street as it was drawn, even on the right, growing along it."""
    at = street.line.project(point)
    here, on = street.line.interpolate(max(at - 1, 0)), street.line.interpolate(at + 1)
    left = (on.x - here.x) * (point.y - here.y) - (on.y - here.y) * (point.x - here.x) > 0
    return 2 * int(at / NUMBERS_EVERY_M) + (1 if left else 2)


def _lane(name: str, cut: LineString, land: BaseGeometry) -> Street:
    inside = cut.intersection(land)
    return Street(name, "lane", max(getattr(inside, "geoms", [inside]), key=lambda g: g.length))
