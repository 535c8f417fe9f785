"""Public grounds, the river, gates and bus stops: what people steer by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from .catalogue import BUS_STOPS, Compound, Ground
from .streets import BANK_ROAD_M, RIVER, Grid, Street

RIVER_ROADS = (("滨河北路", BANK_ROAD_M), ("滨河南路", -BANK_ROAD_M))
TO_THE_ROAD_M = 40.0


@dataclass(frozen=True, slots=True)
class Place:
    """A named place; `shape`, in metres, is a point or an area. `compound` names the one that it belongs to."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    shape: BaseGeometry
    compound: str = ""


def river_line(streets: Sequence[Street]) -> LineString:
    return next(s.line for s in streets if s.name == RIVER)


def river_places(streets: Sequence[Street], grids: Sequence[Grid]) -> list[Place]:
    """The water, and the green along it within the community."""
    river = river_line(streets)
    water = river.buffer(17, cap_style="flat", quad_segs=3)
    banks = river.buffer(29, cap_style="flat", quad_segs=3).difference(water).intersection(_town(grids).buffer(-6))
    return [Place(RIVER, "water", (), water), Place("滨河步道", "park", ("河边", "滨河公园"), banks)]


def river_roads(streets: Sequence[Street], grids: Sequence[Grid]) -> list[Street]:
    """A lane along each bank."""
    river, town = river_line(streets), _town(grids)
    return [
        Street(name, "lane", river.offset_curve(distance, join_style="mitre").intersection(town).simplify(0.5))
        for name, distance in RIVER_ROADS
    ]


def _town(grids: Sequence[Grid]) -> Polygon:
    return shapely.union_all([g.shape for g in grids])


def lay_ground(ground: Ground, grid: Grid, angle: float) -> Place:
    """A public ground in its grid, turned as the block is."""
    width, depth = ground.width_m, ground.depth_m
    lot = affinity.rotate(box(-width / 2, -depth / 2, width / 2, depth / 2), angle, origin=(0, 0))
    middle = grid.shape.centroid
    shape = affinity.translate(lot, middle.x + ground.east_m, middle.y + ground.north_m)
    return Place(ground.name, ground.kind, ground.aliases, shape, ground.compound)


def bus_stops(streets: Sequence[Street]) -> list[Place]:
    lines = {s.name: s.line for s in streets}
    return [Place(n, "bus_stop", (), lines[street].interpolate(at, normalized=True)) for n, street, at in BUS_STOPS]


def gates(compound: Compound, footprints: Sequence[Polygon], grid: Grid, river: LineString) -> list[Place]:
    """Gates just inside the grid's edge (or the river road), on the shortest ways out of the compound's middle.

    A small compound has one, a large one is told apart by the points of the compass; 金佛尚城 has three.
    """
    land = grid.shape.buffer(-9).difference(river.buffer(TO_THE_ROAD_M))
    middle = shapely.union_all(footprints).centroid
    ways = {"东门": (1, 0), "南门": (0, -1), "西门": (-1, 0), "北门": (0, 1)}
    rays = {w: LineString([middle, (middle.x + 400 * x, middle.y + 400 * y)]) for w, (x, y) in ways.items()}
    exits = {w: ray.intersection(land) for w, ray in rays.items()}
    nearest = sorted(ways, key=lambda w: round(exits[w].length, 2))
    if compound.buildings < 7:
        return [Place(f"{compound.name}大门", "gate", ("大门口",), Point(exits[nearest[0]].coords[-1]), compound.name)]
    chosen = ("东门", "南门", "北门") if compound.name == "金佛尚城" else nearest[:2]
    return [
        Place(f"{compound.name}{w}", "gate", (f"{w}口",), Point(exits[w].coords[-1]), compound.name)
        for w in ways
        if w in chosen
    ]
