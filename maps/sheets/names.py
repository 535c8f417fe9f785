"""Names on a sheet: each where there is room for it, the important ones first, none over another."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from maps.layers.base import BaseMap, GeoJson
from maps.layers.grids import Grid
from maps.sheets.frame import Frame
from maps.sheets.shapes import Ring, lines_of

SMALLEST_SCALE = {"grid": 40_000, "compound": 16_000, "place": 12_000, "street": 12_000, "building": 3_600}
"""The kinds of names, those that go first in front, and the scale (1 to …) from which on they are set."""
SIZE_MM = {"grid": 3.0, "compound": 2.5, "place": 2.3, "street": 2.2, "building": 1.9}
_GAP_MM = 0.8

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Name:
    """One name: its middle in millimetres, and how far it is turned."""

    kind: str
    text: str
    x: float
    y: float
    degrees: float = 0.0

    @property
    def size_mm(self) -> float:
        return SIZE_MM[self.kind]

    @property
    def wide_mm(self) -> float:
        """How long it is: Chinese signs are squares, others about half of one."""
        return sum(self.size_mm * (1.0 if ord(sign) > 255 else 0.58) for sign in self.text)


def names(base: BaseMap, grids: Sequence[Grid], frame: Frame) -> list[Name]:
    """What is written on the map, in the order in which it was set."""
    scale = frame.metres_a_mm * 1000
    taken: list[Box] = []
    placed: list[Name] = []
    streets: set[str] = set()
    order = list(SMALLEST_SCALE)
    for name in sorted(_all(base, grids, frame), key=lambda each: order.index(each.kind)):
        box = _box(name)
        inside = min(box) >= 0 and box[2] <= frame.width_mm and box[3] <= frame.height_mm
        again = name.kind == "street" and name.text in streets
        if not inside or again or scale > SMALLEST_SCALE[name.kind] or any(_overlap(box, each) for each in taken):
            continue
        taken.append(box)
        placed.append(name)
        if name.kind == "street":
            streets.add(name.text)
    return placed


def _all(base: BaseMap, grids: Sequence[Grid], frame: Frame) -> Iterator[Name]:
    opening = _shared_opening([grid.name for grid in grids])
    for grid in grids:
        yield Name("grid", grid.name[opening:], *_seat(grid.geometry, frame))
    for kind, name, geometry in _features(base.places, "kind", "name"):
        if name and kind != "gate":
            yield Name("place", name, *_seat(geometry, frame))
    compounds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for compound, number, geometry in _features(base.buildings, "compound", "number"):
        seat = _seat(geometry, frame)
        if compound:
            compounds[compound].append(seat)
        if number:
            yield Name("building", number, *seat)
    for text, seats in compounds.items():
        yield Name("compound", text, sum(x for x, _ in seats) / len(seats), sum(y for _, y in seats) / len(seats))
    for _, name, geometry in _features(base.streets, "kind", "name"):
        if name:
            yield _along(name, geometry, frame)


def _features(shapes: GeoJson | None, *properties: str) -> Iterator[tuple[str, str, GeoJson]]:
    for feature in shapes["features"] if shapes else ():
        if feature["geometry"]:
            first, second = (feature["properties"].get(name) or "" for name in properties)
            yield first, second, feature["geometry"]


def _shared_opening(texts: list[str]) -> int:
    """How many signs open every name alike: the title says them once."""
    if len(texts) < 2:
        return 0
    first, last = min(texts), max(texts)  # what these two share, all between them do
    alike = next((at for at, signs in enumerate(zip(first, last, strict=False)) if signs[0] != signs[1]), len(first))
    opening = first[:alike].rstrip("0123456789").removesuffix("第")
    return 0 if any(len(text) <= len(opening) for text in texts) else len(opening)


def _seat(geometry: GeoJson, frame: Frame) -> tuple[float, float]:
    """A point well inside an area: the middle of the widest of some cuts across its longest ring."""
    if geometry["type"] == "Point":
        return frame.at(lon=geometry["coordinates"][0], lat=geometry["coordinates"][1])
    ring = [frame.at(lon=at[0], lat=at[1]) for at in max(lines_of(geometry), key=len)]
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    best = (0.0, *ring[0])
    for cut in (4, 3, 5, 2, 6):  # of two that are as wide, the one nearer to the middle
        level = low + (high - low) * cut / 8
        crossings = sorted(_crossings(ring, level))
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if right - left > best[0] * 1.08:
                best = (right - left, (left + right) / 2, level)
    return best[1], best[2]


def _crossings(ring: Iterable[tuple[float, float]], level: float) -> Iterator[float]:
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > level) != (y2 > level):
            yield x1 + (level - y1) / (y2 - y1) * (x2 - x1)


def _along(name: str, geometry: GeoJson, frame: Frame) -> Name:
    """A street's name, at the middle of its longest straight piece in the frame, turned along it."""
    pieces = [piece for line in lines_of(geometry) for piece in _pieces(line, frame)]
    (x1, y1), (x2, y2) = max(pieces, key=lambda piece: math.dist(*piece))
    degrees = math.degrees(math.atan2(y2 - y1, x2 - x1))
    degrees -= 180 * round(degrees / 180)
    return Name("street", name, (x1 + x2) / 2, (y1 + y2) / 2, degrees)


def _pieces(line: Ring, frame: Frame) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    return pairwise([frame.at(lon=at[0], lat=at[1]) for at in line])


def _box(name: Name) -> Box:
    size, wide = name.size_mm, name.wide_mm
    turn = math.radians(name.degrees)
    half_x = (abs(math.cos(turn)) * wide + abs(math.sin(turn)) * size) / 2 + _GAP_MM / 2
    half_y = (abs(math.sin(turn)) * wide + abs(math.cos(turn)) * size) / 2 + _GAP_MM / 2
    return name.x - half_x, name.y - half_y, name.x + half_x, name.y + half_y


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
