"""A sheet is true: its scale, its amounts, its names."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from maps.layers.base import BaseMap
from maps.layers.grids import Grid
from maps.palettes import COLD, HOT
from maps.sheets.classes import class_of, quantiles
from maps.sheets.drawing import drawing
from maps.sheets.frame import Frame
from maps.sheets.hotspots import CLASSES
from maps.sheets.names import _box, _overlap, names
from maps.sheets.surface import CELL_MM, M2_A_HECTARE, Density, amounts_of, amounts_per_ha, surface_image

WGS84 = Geod(ellps="WGS84")
COMMUNITY = (107.083, 29.150, 107.099, 29.168)

lons = st.floats(-179, 178)
lats = st.floats(-75, 75)
sizes_deg = st.floats(0.002, 0.05)
sides_mm = st.floats(60, 400)


@given(west=lons, south=lats, wide=sizes_deg, high=sizes_deg, width_mm=sides_mm, height_mm=sides_mm)
def test_scale_is_true_to_a_thousandth_in_the_middle_of_the_map(
    west: float, south: float, wide: float, high: float, width_mm: float, height_mm: float
) -> None:
    frame = Frame((west, south, west + wide, south + high), width_mm, height_mm)
    lon, lat = west + wide / 2, south + high / 2
    bar_m = frame.bar_m(40)
    east, _, _ = WGS84.fwd(lon, lat, 90, bar_m)
    here, there = frame.at(lon=lon, lat=lat), frame.at(lon=east, lat=lat)
    assert there[0] - here[0] == pytest.approx(bar_m / frame.metres_a_mm, rel=1e-3)
    assert bar_m / frame.metres_a_mm <= 40 or bar_m == 1


@given(west=lons, south=lats, wide=sizes_deg, high=sizes_deg, width_mm=sides_mm, height_mm=sides_mm)
def test_frame_shows_all_that_was_in_view_and_fills_one_of_its_sides(
    west: float, south: float, wide: float, high: float, width_mm: float, height_mm: float
) -> None:
    frame = Frame((west, south, west + wide, south + high), width_mm, height_mm)
    left, bottom = frame.at(lon=west, lat=south)
    right, top = frame.at(lon=west + wide, lat=south + high)
    assert left >= -1e-6
    assert top >= -1e-6
    assert right <= width_mm + 1e-6
    assert bottom <= height_mm + 1e-6
    assert max((right - left) / width_mm, (bottom - top) / height_mm) == pytest.approx(1)
    shown = frame.bounds
    assert frame.at(lon=shown[0], lat=shown[3]) == pytest.approx((0, 0), abs=1e-6)


def test_point_in_view_is_an_extent_too() -> None:
    frame = Frame((107.09, 29.16, 107.09, 29.16), 200, 100)
    assert frame.at(lon=107.09, lat=29.16) == pytest.approx((100, 50))
    assert frame.metres_a_mm > 0


def test_surface_holds_each_matter_once_whatever_the_paper() -> None:
    points = [(107.091, 29.159, 7), (107.092, 29.160, 3)]
    for width_mm in (60, 180, 380):
        frame = Frame(COMMUNITY, width_mm, width_mm)
        amounts = amounts_per_ha(points, frame, radius_m=80)
        cell_ha = (CELL_MM * frame.metres_a_mm) ** 2 / M2_A_HECTARE
        assert amounts.sum() * cell_ha == pytest.approx(10, rel=0.01)


def test_surface_is_that_of_the_kernel() -> None:
    frame = Frame(COMMUNITY, 300, 300)
    amounts = amounts_per_ha([(107.091, 29.159, 1)], frame, radius_m=100)
    assert amounts.max() == pytest.approx(3 / (math.pi * 100**2) * M2_A_HECTARE, rel=0.01)
    x, y = frame.at(lon=107.091, lat=29.159)
    half_way = amounts[int(y / CELL_MM), int((x + 50 / frame.metres_a_mm) / CELL_MM)]
    assert half_way == pytest.approx(amounts.max() * 0.75**2, rel=0.03)


def test_matters_beside_the_frame_reach_into_it_and_nothing_is_painted_where_there_is_nothing() -> None:
    frame = Frame(COMMUNITY, 200, 200)
    west = frame.bounds[0]
    beside = amounts_per_ha([(west - 0.0003, 29.159, 500)], frame, radius_m=80)
    assert beside[:, 0].max() > 0
    assert surface_image(Density(), frame, radius_m=80) == ""
    assert np.allclose(amounts_per_ha([], frame, radius_m=80), 0)


def test_surface_per_100_households_is_the_quotient_and_nothing_where_hardly_anybody_lives() -> None:
    frame = Frame(COMMUNITY, 200, 200)
    homes = [(107.091, 29.159, 50), (107.0955, 29.163, 1)]
    amounts = amounts_of(Density([(107.091, 29.159, 4), (107.0955, 29.163, 1)], homes), frame, radius_m=80)
    x, y = frame.at(lon=107.091, lat=29.159)
    assert amounts[int(y / CELL_MM), int(x / CELL_MM)] == pytest.approx(100 * 4 / 50, rel=0.01)
    x, y = frame.at(lon=107.0955, lat=29.163)
    assert amounts_per_ha(homes[1:], frame, radius_m=80).max() < 2
    assert amounts[int(y / CELL_MM), int(x / CELL_MM)] == 0


@given(st.lists(st.integers(0, 500), max_size=60))
def test_classes_hold_every_amount_and_break_no_tie(amounts: list[int]) -> None:
    ends = quantiles(amounts)
    assert list(ends) == sorted(set(ends))
    assert len(ends) <= 5
    for amount in amounts:
        at = class_of(amount, ends)
        assert (at is None) == (amount == 0)
        assert at is None or (amount <= ends[at] and (at == 0 or amount > ends[at - 1]))


def test_names_stay_in_the_frame_and_off_each_other() -> None:
    grids = [
        Grid(f"G{n}", f"长远第{n}网格", {"type": "Polygon", "coordinates": [square(107.084 + n * 0.0006, 29.155)]})
        for n in range(20)
    ]
    frame = Frame((107.083, 29.150, 107.099, 29.168), 180, 120)
    placed = names(BaseMap(), grids, frame)
    assert 0 < len(placed) < 20
    assert all(name.text.startswith("第") for name in placed)
    boxes = [_box(name) for name in placed]
    for at, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[3] <= frame.height_mm
        assert not any(_overlap(box, other) for other in boxes[at + 1 :])


def test_grid_without_matters_has_no_colour() -> None:
    grids = [
        Grid(f"G{n}", f"G{n}", {"type": "Polygon", "coordinates": [square(107.084 + n * 0.002, 29.155)]}, matters=n)
        for n in range(4)
    ]
    drawn = drawing(
        BaseMap(), grids, Density(), layer="grids", extent=(107.08, 29.15, 107.1, 29.16), width_mm=100, height_mm=80
    )
    assert len(drawn.fills) == 3
    assert drawn.breaks == (1, 2, 3)
    assert drawn.surface == ""


def test_hotspots_have_a_fill_for_each_class_an_outline_for_each_kind_and_piles_only_in_the_frame() -> None:
    def cell(kind: str, west: float) -> dict[str, object]:
        shape = {"type": "Polygon", "coordinates": [square(west, 29.155)]}
        return {"geometry": shape, "properties": {"class": kind}}

    found = {
        "cells": [cell(kind, 107.081 + at * 0.0015) for at, kind in enumerate((*CLASSES, "hot_99"))],
        "piles": [{"lon": 107.09, "lat": 29.155, "count": 1200}, {"lon": 120.0, "lat": 29.155, "count": 7}],
        "clusters": [{"outline": {"type": "Polygon", "coordinates": [square(107.09, 29.155)]}}],
        "scan": [{"lon": 107.09, "lat": 29.155, "radius_m": 100.0}],
    }
    drawn = drawing(
        BaseMap(),
        (),
        Density(),
        layer="hotspots",
        extent=(107.08, 29.15, 107.1, 29.16),
        width_mm=100,
        height_mm=80,
        found=found,
    )
    assert [each.kind.removeprefix("cell m-cell-") for each in drawn.fills] == list(CLASSES)
    assert drawn.fills[-1].d.count("M") == 2
    coloured = [each.colour for each in drawn.fills if each.colour]
    assert coloured == [*reversed(COLD.light), *HOT.light]
    assert [each.kind for each in drawn.edges] == ["cluster", "outbreak"]
    assert [each.count for each in drawn.piles] == [1200]
    width = 2 * 100 / drawn.frame.metres_a_mm
    assert f" 1,0 {width:.2f},0" in drawn.edges[1].d


def square(west: float, south: float) -> list[list[float]]:
    side = 0.0019
    return [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
