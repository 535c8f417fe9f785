"""The map of a sheet or report as one vector drawing: ground, layer, grids and names, lowest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from maps.layers.base import BaseMap, Bounds, GeoJson, bounds_of
from maps.layers.grids import Grid, grid_shapes
from maps.layers.surface import radius_m
from maps.palettes import DENSITY
from maps.sheets import hotspots
from maps.sheets.classes import class_of, quantiles
from maps.sheets.frame import Frame
from maps.sheets.hotspots import Pile
from maps.sheets.names import Name, names
from maps.sheets.shapes import Painted, geometries_of, path
from maps.sheets.surface import Density, surface_image

SheetLayer = Literal["density", "grids", "hotspots", "ground"]
"""What lies on the ground: how dense matters are, how many each grid has, where more than chance, or nothing."""

_PLACES = ("water", "park", "square")
_STREETS = {"lane": 0.5, "side": 0.8, "main": 1.3}
"""Kinds of streets and how broad they are drawn, in millimetres."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is drawn in a frame. `surface` is a picture as a `data:` address, empty without one.

    `breaks` are the upper ends of the classes of the grids; empty where the layer is not theirs.
    """

    frame: Frame
    ground: tuple[Painted, ...]
    surface: str = ""
    fills: tuple[Painted, ...] = ()
    edges: tuple[Painted, ...] = ()
    names: tuple[Name, ...] = ()
    piles: tuple[Pile, ...] = ()
    breaks: tuple[int, ...] = ()
    radius_m: int = 0


def whole(base: BaseMap, grids: Sequence[Grid]) -> Bounds | None:
    """The ground that a map of everything shows; None without boundaries."""
    return bounds_of(base.outline) or bounds_of(grid_shapes(grids))


def drawing(
    base: BaseMap,
    grids: Sequence[Grid],
    density: Density,
    *,
    layer: SheetLayer,
    extent: Bounds,
    width_mm: float,
    height_mm: float,
    chosen: str = "",
    hot: Sequence[GeoJson] = (),
    found: Mapping[str, Any] | None = None,
) -> Drawing:
    """The view of a map in a frame that shows all of `extent`.

    `chosen` is the code of a grid that stands out; `hot` are outlines of cells that are hotspots; `found` is what the
    layer of hotspots shows, as `/api/maps/hotspots` tells it.
    """
    frame = Frame(extent, width_mm, height_mm)
    radius = radius_m(whole(base, grids) or extent)
    breaks = quantiles([grid.matters for grid in grids]) if layer == "grids" else ()
    return Drawing(
        frame=frame,
        ground=_ground(base, frame),
        surface=surface_image(density, frame, radius_m=radius) if layer == "density" else "",
        fills=hotspots.cells(found, frame) if found else _fills(grids, breaks, frame),
        edges=(
            *_hot(hot, frame),
            *_edges(base, grids, frame, chosen),
            *(hotspots.outlines(found, frame) if found else ()),
        ),
        names=tuple(names(base, grids, frame)),
        piles=hotspots.piles(found, frame) if found else (),
        breaks=breaks,
        radius_m=radius,
    )


def _ground(base: BaseMap, frame: Frame) -> tuple[Painted, ...]:
    other = [
        each["geometry"]
        for each in (base.places or {"features": []})["features"]
        if each["geometry"] and each["properties"].get("kind") not in (*_PLACES, "gate")
    ]
    drawn = [Painted("plain", path(other, frame))]
    drawn += [Painted(kind, path(geometries_of(base.places, kind=kind), frame)) for kind in _PLACES]
    drawn += [
        Painted("street", path(geometries_of(base.streets, kind=kind), frame), width_mm)
        for kind, width_mm in _STREETS.items()
    ]
    drawn.append(Painted("building", path(geometries_of(base.buildings), frame)))
    return tuple(each for each in drawn if each.d)


def _fills(grids: Sequence[Grid], breaks: tuple[int, ...], frame: Frame) -> tuple[Painted, ...]:
    found = []
    for grid in grids if breaks else ():
        if (at := class_of(grid.matters, breaks)) is not None:
            found.append(Painted("fill", path([grid.geometry], frame), colour=DENSITY.light[at]))
    return tuple(each for each in found if each.d)


def _hot(cells: Sequence[GeoJson], frame: Frame) -> tuple[Painted, ...]:
    return (Painted("hot", path(cells, frame)),) if cells else ()


def _edges(base: BaseMap, grids: Sequence[Grid], frame: Frame, chosen: str) -> tuple[Painted, ...]:
    found = [Painted("house", path(geometries_of(base.buildings), frame))]  # again: what lies on them hides them
    found.append(Painted("grid", path([grid.geometry for grid in grids], frame)))
    found.append(Painted("chosen", path([grid.geometry for grid in grids if grid.code == chosen], frame)))
    found.append(Painted("outline", path(geometries_of(base.outline), frame)))
    return tuple(each for each in found if each.d)
