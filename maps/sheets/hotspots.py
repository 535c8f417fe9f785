"""Hotspots on paper: cells in their classes, what was set apart, clusters as outlines, outbreaks as circles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps.pages.hotspots import COLD, HOT, FindingsView
from maps.palettes import COLD as COLD_RAMP
from maps.palettes import HOT as HOT_RAMP
from maps.sheets.frame import Frame
from maps.sheets.shapes import Painted, path

CLASSES = ("no_exposure", "too_few", "pile", "none", *reversed(COLD), *reversed(HOT))
"""Those that stand out most lie on top."""
COLOURS = dict(zip((*reversed(COLD), *HOT), (*reversed(COLD_RAMP.light), *reversed(HOT_RAMP.light)), strict=True))


@dataclass(frozen=True, slots=True)
class Hotspots:
    """What was found, as it is drawn and as it is said. `answer` is the one of `/api/maps/hotspots`, complete."""

    answer: Mapping[str, Any]
    said: FindingsView


@dataclass(frozen=True, slots=True)
class Pile:
    """Where matters are piled on one point, in millimetres, and how many."""

    x: float
    y: float
    count: int


def cells(answer: Mapping[str, Any], frame: Frame) -> tuple[Painted, ...]:
    """The cells, a path for each class: its stylesheet gives each an edge of its own beside the colour."""
    found: dict[str, list[Any]] = {}
    for each in answer["cells"]:
        found.setdefault(each["properties"]["class"], []).append(each["geometry"])
    drawn = (
        Painted(f"cell m-cell-{name}", path(found[name], frame), colour=COLOURS.get(name, ""))
        for name in CLASSES
        if name in found
    )
    return tuple(each for each in drawn if each.d)


def outlines(answer: Mapping[str, Any], frame: Frame) -> tuple[Painted, ...]:
    """Clusters and outbreaks, as lines of two kinds."""
    around = [_circle(each, frame) for each in answer["scan"] or ()]
    regions = path([each["outline"] for each in answer["clusters"] or ()], frame)
    return tuple(each for each in (Painted("cluster", regions), Painted("outbreak", "".join(around))) if each.d)


def piles(answer: Mapping[str, Any], frame: Frame) -> tuple[Pile, ...]:
    """What was set apart and lies in the frame."""
    found = (Pile(*frame.at(lon=each["lon"], lat=each["lat"]), each["count"]) for each in answer["piles"])
    return tuple(each for each in found if 0 <= each.x <= frame.width_mm and 0 <= each.y <= frame.height_mm)


def _circle(found: Mapping[str, Any], frame: Frame) -> str:
    x, y = frame.at(lon=found["lon"], lat=found["lat"])
    radius = found["radius_m"] / frame.metres_a_mm
    half = f"a{radius:.2f},{radius:.2f} 0 1,0"
    return f"M{x - radius:.2f},{y:.2f}{half} {2 * radius:.2f},0{half} {-2 * radius:.2f},0Z"
