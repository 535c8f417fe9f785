"""The street net, drawn by hand in metres, and the 31 grids that it cuts out.

A street that bounds grids runs a little past the street it ends at, so that the two surely cross; the
lines are noded together and the faces between them are the grids. The river is such a line too: nobody's
grid crosses it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import shapely
from shapely.geometry import LineString, Point, Polygon

from .plane import smooth

COMMUNITY = "500119003004"
NODE_GRID_M = 0.01
STUB_M = 35.0
BANK_ROAD_M = 34.0
COLUMN_M = 90.0
RIVER = "长远河"

# name, class, control points. Main and side streets (and the river) bound grids.
NET: list[tuple[str, str, list[tuple[float, float]]]] = [
    (
        "环城北路",
        "main",
        [
            (-700, 395),
            (-610, 440),
            (-470, 510),
            (-300, 560),
            (-90, 548),
            (150, 588),
            (380, 565),
            (540, 490),
            (690, 462),
        ],
    ),
    (
        "环城西路",
        "main",
        [
            (-560, 590),
            (-588, 450),
            (-628, 215),
            (-596, -20),
            (-640, -190),
            (-612, -380),
            (-560, -560),
            (-545, -690),
        ],
    ),
    (
        "环城南路",
        "main",
        [
            (-690, -500),
            (-560, -540),
            (-400, -548),
            (-230, -515),
            (-20, -572),
            (220, -612),
            (420, -570),
            (560, -520),
            (690, -505),
        ],
    ),
    (
        "环城东路",
        "main",
        [(520, 600), (545, 470), (602, 250), (556, 25), (592, -170), (556, -370), (575, -530), (590, -660)],
    ),
    (
        "长远路",
        "main",
        [(-700, 185), (-480, 238), (-280, 300), (-60, 292), (180, 338), (400, 300), (690, 232)],
    ),
    ("金佛大道", "main", [(-700, -58), (-500, 8), (-300, 92), (-60, 62), (200, 118), (400, 80), (690, -18)]),
    ("南大街", "main", [(-700, -172), (-520, -150), (-310, -92), (-40, -128), (180, -98), (335, -136)]),
    ("东门街", "side", [(290, -96), (420, -88), (610, -150)]),
    (
        RIVER,
        "river",
        [
            (-720, -292),
            (-560, -338),
            (-400, -305),
            (-230, -262),
            (-60, -290),
            (90, -375),
            (260, -418),
            (420, -372),
            (560, -352),
            (720, -392),
        ],
    ),
    (
        "隆化大道",
        "main",
        [
            (-345, 660),
            (-318, 540),
            (-268, 310),
            (-322, 90),
            (-318, -110),
            (-272, -280),
            (-300, -430),
            (-292, -640),
        ],
    ),
    ("新华街", "side", [(-150, 565), (-112, 440), (-52, 300), (28, 180), (62, 70)]),
    ("解放路", "main", [(-74, 82), (-66, -30), (-34, -130), (-52, -290), (-14, -430), (-26, -680)]),
    ("学府路", "side", [(212, 610), (252, 480), (238, 330), (258, 205), (290, 120), (296, 78)]),
    ("东城大道", "main", [(334, 120), (318, -20), (318, -140), (352, -280), (338, -420), (352, -690)]),
    ("迎宾路", "side", [(252, 168), (340, 182), (440, 204), (545, 282)]),
    ("书院街", "side", [(-620, 356), (-520, 382), (-430, 372), (-282, 430)]),
    ("公园路", "side", [(46, 600), (66, 500), (58, 420), (92, 310)]),
    ("站前路", "side", [(232, 420), (350, 448), (450, 408), (570, 400)]),
    ("文化路", "side", [(-168, 308), (-152, 220), (-186, 150), (-180, 66)]),
    ("米市街", "side", [(118, 112), (128, 20), (96, -60), (104, -120)]),
    ("建设路", "side", [(148, -92), (170, -200), (138, -290), (150, -410)]),
    ("丝厂路", "side", [(332, -262), (430, -232), (500, -258), (590, -240)]),
    ("桥南路", "side", [(-452, -306), (-440, -400), (-462, -480), (-455, -560)]),
    ("花园路", "side", [(116, -368), (150, -440), (128, -510), (138, -620)]),
    ("柏枝路", "side", [(-312, -398), (-200, -410), (-120, -385), (0, -425)]),
]


@dataclass(frozen=True, slots=True)
class Street:
    name: str
    kind: str
    line: LineString


@dataclass(frozen=True, slots=True)
class Grid:
    """One of the 31 grids; `shape` in metres."""

    code: str
    name: str
    shape: Polygon

    @property
    def number(self) -> int:
        return int(self.code[-3:])


def draw_town() -> tuple[list[Street], list[Grid]]:
    """The streets, noded so that their vertices are the grids' too, and the grids in code order."""
    lines = [LineString(smooth(points)) for _, _, points in NET]
    noded = shapely.unary_union(lines, grid_size=NODE_GRID_M)
    faces = list(shapely.polygonize([noded]).geoms)
    streets = [Street(name, kind, _noded_line(line, noded)) for (name, kind, _), line in zip(NET, lines, strict=True)]
    grids = [_grid(i, face) for i, face in enumerate(_reading_order(faces, streets), 1)]
    return [_up_to_the_bank(s, streets) for s in streets], grids


def _up_to_the_bank(street: Street, streets: list[Street]) -> Street:
    """Without its last stretch over water, if it has no bridge: there only the grids' edge goes on."""
    river = next(s.line for s in streets if s.name == RIVER)
    ends = (Point(street.line.coords[0]), Point(street.line.coords[-1]))
    if street.name == RIVER or min(river.distance(end) for end in ends) > NODE_GRID_M:
        return street
    return replace(street, line=street.line.difference(river.buffer(BANK_ROAD_M)))


def _noded_line(line: LineString, noded: shapely.MultiLineString) -> LineString:
    """The pieces of the noded net that this line became, without the stubs past a street that it ends at."""
    corridor = line.buffer(0.1)
    pieces = [p for p in noded.geoms if corridor.covers(p)]
    ends = [Point(line.coords[0]), Point(line.coords[-1])]
    kept = [p for p in pieces if p.length > STUB_M or min(p.distance(e) for e in ends) > NODE_GRID_M]
    merged = shapely.line_merge(shapely.MultiLineString(kept))
    if merged.geom_type != "LineString":
        raise ValueError(f"a street of the net falls apart: {line.wkt[:80]}")
    return merged


def _reading_order(faces: list[Polygon], streets: list[Street]) -> list[Polygon]:
    """North to south by the bands between the long west-east lines, and west to east within a band."""
    by_name = {s.name: s.line for s in streets}
    bands = [by_name[n] for n in ("长远路", "金佛大道", "南大街", RIVER)]

    def key(face: Polygon) -> tuple[int, float, float]:
        p = face.representative_point()
        column = round(face.centroid.x / COLUMN_M)
        return sum(_is_north_of(line, p) for line in bands), column, -round(face.centroid.y, 2)

    return sorted(faces, key=key)


def _is_north_of(line: LineString, point: Point) -> bool:
    return bool(line.interpolate(line.project(point)).y > point.y)


def _grid(number: int, face: Polygon) -> Grid:
    return Grid(f"{COMMUNITY}{number:03d}", f"长远第{chinese_number(number)}网格", shapely.normalize(face))


def chinese_number(n: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (
        digits[ones] if ones or not tens else ""
    )
