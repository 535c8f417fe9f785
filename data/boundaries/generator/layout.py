"""Where buildings fit: rows of rectangles and L-shapes in a parcel, rows of houses along a street.

Everything is in metres on the drawing board. Nothing here knows names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, degrees, hypot

import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from .random_source import Random

FROM_EDGE_M = 13.0
SPACINGS = [4.6 * 0.9**k for k in range(27)]


def heading(shape: Polygon) -> float:
    """The angle in degrees, -45 to 45, that most of a block's edges run along or across."""
    ring = list(shape.exterior.coords)
    edges = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]

    def agreement(angle: float) -> float:
        return sum(hypot(*e) for e in edges if abs((degrees(atan2(e[1], e[0])) - angle + 45) % 90 - 45) < 8)

    return float(max(range(-44, 46, 2), key=lambda a: (round(agreement(a), 2), -abs(a))))


def split(area: BaseGeometry, weights: Sequence[float], angle: float) -> tuple[list[BaseGeometry], list[LineString]]:
    """Cuts an area across its longer side into parts with these shares of it, and the lines of the cuts."""
    turned = affinity.rotate(area, -angle, origin=(0, 0))
    west, south, east, north = turned.bounds
    along_x = east - west >= north - south
    low, high = (west, east) if along_x else (south, north)
    parts, cuts, start, done = [], [], low - 1, 0.0
    for weight in [*weights[:-1], None]:
        done += weight or 0
        end = high + 1 if weight is None else _share(turned, along_x, low, high, done / sum(weights))
        window = box(start, south, end, north) if along_x else box(west, start, east, end)
        parts.append(affinity.rotate(turned.intersection(window), angle, origin=(0, 0)))
        if weight is not None:
            cut = [(end, south - 60), (end, north + 60)] if along_x else [(west - 60, end), (east + 60, end)]
            cuts.append(affinity.rotate(LineString(cut), angle, origin=(0, 0)))
        start = end
    return parts, cuts


def _share(area: BaseGeometry, along_x: bool, low: float, high: float, share: float) -> float:
    west, south, east, north = area.bounds
    a, b = low, high
    for _ in range(30):
        middle = (a + b) / 2
        window = box(west, south, middle, north) if along_x else box(west, south, east, middle)
        a, b = (middle, b) if area.intersection(window).area < share * area.area else (a, middle)
    return round(a, 2)


def rows(parcel: BaseGeometry, sizes: Sequence[tuple[float, float]], angle: float, rng: Random) -> list[Polygon]:
    """Rectangles of these sizes in rows through a parcel, from its north-west, as widely as they fit.

    The slots for the largest of them are laid out at the widest spacing that gives enough; where it gives
    more, those left empty are spread over the parcel.
    """
    turned = affinity.rotate(parcel, -angle, origin=(0, 0))
    shapely.prepare(turned)
    width, depth = (max(size[i] for size in sizes) for i in (0, 1))
    shift = rng.uniform(0, 6)
    for spacing in SPACINGS:
        slots = _slots(turned, width, depth, spacing, shift)
        if len(slots) >= len(sizes):
            step = (len(slots) - 1) / max(len(sizes) - 1, 1)
            chosen = [slots[round(i * step)].centroid for i in range(len(sizes))]
            placed = [
                box(c.x - w / 2, c.y - d / 2, c.x + w / 2, c.y + d / 2) for c, (w, d) in zip(chosen, sizes, strict=True)
            ]
            return [affinity.rotate(building, angle, origin=(0, 0)) for building in placed]
    raise ValueError(f"{len(sizes)} buildings do not fit into {parcel.area:.0f} m² at {parcel.centroid.wkt}")


def _slots(area: BaseGeometry, width: float, depth: float, spacing: float, shift: float) -> list[Polygon]:
    west, south, east, north = area.bounds
    slots: list[Polygon] = []
    y, row = north, 0
    while y > south:
        x, found = west + (shift if row % 2 else 0), False
        while x < east:
            slot = box(x, y - depth, x + width, y)
            if area.contains(slot):
                slots.append(slot)
                found = True
                x += width + 9 + 8 * spacing
            else:
                x += 3
        y -= depth * (1 + spacing) if found else 3
        row += found
    return slots


def cut_corner(slab: Polygon, rng: Random) -> Polygon:
    """An L: one corner of a rectangle taken out, near a third of its length and half of its depth."""
    a, b, c, d = list(slab.exterior.coords)[:4]

    def between(p: tuple[float, ...], q: tuple[float, ...], share: float) -> tuple[float, float]:
        return p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share

    long_first = hypot(a[0] - b[0], a[1] - b[1]) > hypot(b[0] - c[0], b[1] - c[1])
    on_ab, on_bc = (rng.uniform(0.55, 0.72), 0.45) if long_first else (0.55, rng.uniform(0.3, 0.45))
    p, q = between(a, b, on_ab), between(b, c, on_bc)
    inner = (p[0] + q[0] - b[0], p[1] + q[1] - b[1])
    return Polygon([a, p, inner, q, c, d])


@dataclass(frozen=True, slots=True)
class Side:
    """The side of a block that lies on a street, and the ground there that houses leave free."""

    block: Polygon
    street: LineString
    setback_m: float
    kept_free: BaseGeometry


def house_row(side: Side, *, start: float, count: int, rng: Random) -> list[Polygon]:
    """Houses wall to wall along a street, open where a lane comes out, with a passage now and then."""
    line = shapely.line_merge(side.street.intersection(side.block.exterior.buffer(0.05)))
    if line.geom_type != "LineString":
        line = max(line.geoms, key=lambda g: g.length)
    inside = side.block.buffer(-FROM_EDGE_M + 3).difference(side.kept_free)
    at = start * line.length
    houses: list[Polygon] = []
    while len(houses) < count and at < line.length - 8:
        width, depth = rng.uniform(8.0, 10.6), rng.uniform(10.5, 13.0)
        house = _beside(line, at + width / 2, width, depth, side)
        if inside.contains(house) and all(house.distance(h) > 0.3 for h in houses):
            houses.append(house)
        at += width + (rng.uniform(4, 7) if rng.random() < 0.18 else 0.7)
    return houses


def _beside(line: LineString, at: float, width: float, depth: float, side: Side) -> Polygon:
    before, here, after = (line.interpolate(d) for d in (at - 4, at, at + 4))
    angle = degrees(atan2(after.y - before.y, after.x - before.x))
    middle = side.setback_m + depth / 2
    for direction in (1, -1):
        lot = box(-width / 2, direction * middle - depth / 2, width / 2, direction * middle + depth / 2)
        house = affinity.translate(affinity.rotate(lot, angle, origin=(0, 0)), here.x, here.y)
        if side.block.contains(house):
            break
    return house


def inner_point(footprint: Polygon) -> Point:
    """The middle of a footprint, or a point inside it where the middle of an L is not."""
    return footprint.centroid if footprint.buffer(-1).contains(footprint.centroid) else footprint.representative_point()
