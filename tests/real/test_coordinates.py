"""Coordinates of 332 Chinese places in three datums, and Boston's precincts as a coverage."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from gis.crs import from_wgs84, geometries_to_wgs84, on_mainland, to_wgs84
from gis.crs.datums import Datum
from gis.geometry import GridIndex, as_multipolygon, coverage_faults, polygon_fault

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CITIES = DATA / "coords" / "china_cities.csv"
PRECINCTS = DATA / "boston311" / "precincts.geojson"
NANCHUAN = DATA / "admin" / "500119_fence_gcj02.json"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA}")
pytestmark = needs_data

GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def cities() -> dict[str, Any]:
    with CITIES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "name"}


@pytest.fixture(scope="module")
def precincts() -> tuple[list[str], Any]:
    features = json.loads(PRECINCTS.read_text(encoding="utf-8"))["features"]
    codes = [feature["properties"]["WARD_PRECINCT"] for feature in features]
    return codes, np.array([as_multipolygon(shape(feature["geometry"])) for feature in features], dtype=object)


@pytest.mark.parametrize(("datum", "columns"), [("gcj02", "gcj"), ("bd09", "bd")])
def test_chinese_cities_agree_within_a_metre_both_ways(cities: dict[str, Any], datum: Datum, columns: str) -> None:
    wgs = cities["wgs_lon"], cities["wgs_lat"]
    foreign = cities[f"{columns}_lon"], cities[f"{columns}_lat"]
    assert len(wgs[0]) > 150
    for ours, theirs in ((from_wgs84(*wgs, datum=datum), foreign), (to_wgs84(*foreign, datum=datum), wgs)):
        *_, apart_m = GEOD.inv(*ours, *theirs)
        assert apart_m.max() < 1.0


def test_every_chinese_city_is_on_the_mainland(cities: dict[str, Any]) -> None:
    assert on_mainland(cities["wgs_lon"], cities["wgs_lat"]).all()


def test_outline_of_nanchuan_moves_back_to_where_changyuan_lies() -> None:
    fence = shape(json.loads(NANCHUAN.read_text(encoding="utf-8")))
    (district,) = geometries_to_wgs84(np.array([fence], dtype=object), "gcj02")
    assert district.covers(shapely.Point(107.09, 29.16))
    *_, moved_m = GEOD.inv(*fence.centroid.coords[0], *district.centroid.coords[0])
    assert moved_m == pytest.approx(529, abs=10)


def test_boston_precincts_are_sound_polygons(precincts: tuple[list[str], Any]) -> None:
    codes, geoms = precincts
    assert len(codes) == 255
    assert [polygon_fault(geom, code) for code, geom in zip(codes, geoms, strict=True)] == [None] * 255


def test_boston_precincts_overlap_in_55_pairs(precincts: tuple[list[str], Any]) -> None:
    codes, geoms = precincts
    overlaps = [fault for fault in coverage_faults(codes, geoms, tolerance_m=1.0) if fault.kind == "overlap"]
    assert len(overlaps) == 55
    assert max(fault.area_m2 for fault in overlaps) == pytest.approx(956, abs=1)
    assert {fault.severity for fault in overlaps} == {"warning", "fault"}


def test_place_of_every_boston_overlap_is_in_both_precincts(precincts: tuple[list[str], Any]) -> None:
    codes, geoms = precincts
    overlaps = [fault for fault in coverage_faults(codes, geoms, tolerance_m=1.0) if fault.kind == "overlap"]
    visible = [fault for fault in overlaps if fault.width_m > 0.001]
    lon, lat = np.array([fault.place for fault in visible]).T
    grids = GridIndex(codes, geoms)
    assert (grids.ties(lon, lat) == 2).all()
    assert [codes[at] for at in grids.locate(lon, lat)] == [fault.codes[0] for fault in visible]
