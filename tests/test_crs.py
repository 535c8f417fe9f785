"""Coordinates from elsewhere, brought to WGS84 and back."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from gis.crs import (
    coordinate_faults,
    from_wgs84,
    geometries_to_wgs84,
    metric_crs,
    on_mainland,
    parse_crs,
    reproject_points,
    to_wgs84,
)
from gis.crs.datums import Datum
from gis.crs.outline import MAINLAND
from gis.errors import InvalidInput

GEOD = pyproj.Geod(ellps="WGS84")
NANCHUAN = (107.09, 29.16)

longitudes = st.floats(73.5, 135.0)
latitudes = st.floats(18.0, 53.6)
shifted_datums = st.sampled_from(["gcj02", "bd09"])


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(GEOD.inv(*a, *b)[2])


INSIDE = {
    "Shenzhen": (114.06, 22.54),
    "Shenzhen Luohu": (114.1180, 22.5400),
    "Shekou": (113.91, 22.485),
    "Zhuhai Gongbei": (113.5490, 22.2200),
    "Hengqin": (113.52, 22.12),
    "Xiamen": (118.09, 24.48),
    "Xiamen Dadeng": (118.33, 24.56),
    "Pingtan": (119.79, 25.50),
    "Mohe": (122.54, 52.97),
    "Fuyuan": (134.30, 48.36),
    "Heihe": (127.50, 50.24),
    "Hunchun": (130.37, 42.86),
    "Dandong": (124.38, 40.13),
    "Erenhot": (111.97, 43.65),
    "Manzhouli": (117.43, 49.59),
    "Kashgar": (75.99, 39.47),
    "Khorgos": (80.43, 44.20),
    "Burang": (81.18, 30.29),
    "Ruili": (97.86, 24.01),
    "Jinghong": (100.80, 22.01),
    "Hekou": (103.95, 22.53),
    "Dongxing": (107.97, 21.55),
    "Haikou": (110.33, 20.03),
    "Sanya": (109.51, 18.25),
    "Yongxing": (112.34, 16.83),
    "Zhoushan Shengshan": (122.82, 30.72),
    "Nanchuan": NANCHUAN,
}
OUTSIDE = {
    "Hong Kong Central": (114.158, 22.282),
    "Kowloon": (114.17, 22.32),
    "Sheung Shui": (114.128, 22.502),
    "Lo Wu": (114.1132, 22.5283),
    "Yuen Long": (114.03, 22.445),
    "Hong Kong airport": (113.915, 22.31),
    "Tung Ping Chau": (114.43, 22.54),
    "Macau": (113.545, 22.195),
    "Macau border gate": (113.5495, 22.2140),
    "Coloane": (113.565, 22.12),
    "Kinmen": (118.32, 24.44),
    "Lieyu": (118.24, 24.43),
    "Nangan": (119.93, 26.15),
    "Dongyin": (120.49, 26.37),
    "Taipei": (121.56, 25.04),
    "Penghu": (119.57, 23.57),
    "Hanoi": (105.85, 21.03),
    "Lao Cai": (103.97, 22.48),
    "Mong Cai": (107.97, 21.52),
    "Muse": (97.90, 23.97),
    "Ulaanbaatar": (106.92, 47.92),
    "Zamyn-Uud": (111.91, 43.73),
    "Vladivostok": (131.89, 43.12),
    "Blagoveshchensk": (127.53, 50.28),
    "Khabarovsk": (135.07, 48.48),
    "Seoul": (126.98, 37.57),
    "Sinuiju": (124.40, 40.09),
    "Almaty": (76.95, 43.24),
    "Kathmandu": (85.32, 27.71),
    "Boston": (-71.06, 42.36),
    "Null Island": (0.0, 0.0),
}


@pytest.mark.parametrize("place", INSIDE)
def test_coordinates_on_the_mainland_are_shifted(place: str) -> None:
    here = INSIDE[place]
    assert 100 < metres_between(here, from_wgs84(*here, datum="gcj02")) < 900


@pytest.mark.parametrize("place", OUTSIDE)
def test_coordinates_elsewhere_are_not_shifted(place: str) -> None:
    here = OUTSIDE[place]
    assert from_wgs84(*here, datum="gcj02") == here


@pytest.mark.parametrize("place", ["Kowloon", "Macau", "Kinmen", "Taipei", "Hanoi", "Seoul", "Boston"])
def test_gcj02_well_outside_the_mainland_is_read_as_it_is(place: str) -> None:
    assert to_wgs84(*OUTSIDE[place], datum="gcj02") == OUTSIDE[place]


def test_outline_is_one_sound_polygon_with_holes() -> None:
    assert MAINLAND.is_valid
    assert MAINLAND.geom_type == "Polygon"


def test_gcj02_in_nanchuan_is_half_a_kilometre_off() -> None:
    here = (107.099, 29.158)
    assert metres_between(here, from_wgs84(*here, datum="gcj02")) == pytest.approx(528.8, abs=0.1)


def test_baidu_twists_hong_kong_too() -> None:
    central = OUTSIDE["Hong Kong Central"]
    twisted = from_wgs84(*central, datum="bd09")
    assert 500 < metres_between(central, twisted) < 1500
    assert metres_between(central, to_wgs84(*twisted, datum="bd09")) < 0.001


@given(lon=longitudes, lat=latitudes, datum=shifted_datums)
def test_there_and_back_is_the_same_place_within_a_millimetre(lon: float, lat: float, datum: Datum) -> None:
    assume(on_mainland(lon, lat) or shapely.distance(MAINLAND, shapely.Point(lon, lat)) > 0.03)
    there = from_wgs84(lon, lat, datum=datum)
    assert metres_between((lon, lat), to_wgs84(*there, datum=datum)) < 0.001


@given(lon=st.floats(-180, 180), lat=st.floats(-89, 89))
def test_cgcs2000_is_taken_as_wgs84(lon: float, lat: float) -> None:
    assert from_wgs84(lon, lat, datum="cgcs2000") == to_wgs84(lon, lat, datum="cgcs2000") == (lon, lat)


def test_a_reading_just_across_the_river_is_taken_for_the_mainlands() -> None:
    """100 m south of the Shenzhen River a GCJ-02 reading has two origins; the documented one is chosen."""
    hong_kong = (114.1132, 22.5285)
    lon, lat = to_wgs84(*hong_kong, datum="gcj02")
    assert on_mainland(lon, lat)
    assert metres_between(from_wgs84(lon, lat, datum="gcj02"), hong_kong) < 0.001


def test_arrays_give_the_same_as_single_numbers() -> None:
    places = [*INSIDE.values(), *OUTSIDE.values()]
    lon, lat = np.array(places).T
    many = np.column_stack(from_wgs84(lon, lat, datum="bd09"))
    single = [from_wgs84(*place, datum="bd09") for place in places]
    np.testing.assert_array_equal(many, single)


def test_single_numbers_come_back_as_plain_floats() -> None:
    assert [type(value) for value in to_wgs84(*NANCHUAN, datum="gcj02")] == [float, float]


def test_missing_coordinates_stay_missing() -> None:
    lon, lat = to_wgs84(np.array([math.nan, 107.09]), np.array([29.16, 29.16]), datum="gcj02")
    assert np.isnan(lon).tolist() == [True, False]
    assert np.isfinite(lat[1])


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("gcj02", "gcj02"),
        ("GCJ-02", "gcj02"),
        ("BD09", "bd09"),
        ("bd_09", "bd09"),
        ("WGS 84", "wgs84"),
        ("epsg:4326", "wgs84"),
        ("4326", "wgs84"),
        ("OGC:CRS84", "wgs84"),
        ("EPSG:4490", "cgcs2000"),
        ("CGCS2000", "cgcs2000"),
        (pyproj.CRS(4490).to_wkt(), "cgcs2000"),
    ],
)
def test_datum_is_known_by_its_usual_names(text: str, datum: str) -> None:
    assert parse_crs(text) == datum


@pytest.mark.parametrize("text", ["EPSG:4545", "epsg:4545", " 4545 ", pyproj.CRS(4545).to_wkt()])
def test_projected_system_is_read_from_code_or_wkt(text: str) -> None:
    assert parse_crs(text) == pyproj.CRS(4545)


@pytest.mark.parametrize("text", ["", "mars", "EPSG:0", "EPSG:4978", "EPSG:5773", "gcj03", "\x00"])
def test_unusable_system_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_crs(text)
    (fault,) = refused.value.faults
    assert fault.code == "unknown_crs"
    assert fault.where == "crs"


def test_projected_points_come_east_first() -> None:
    x, y = pyproj.Transformer.from_crs(4326, 4545, always_xy=True).transform(*NANCHUAN)
    lon, lat = reproject_points([x], [y], pyproj.CRS(4545))
    assert (lon[0], lat[0]) == pytest.approx(NANCHUAN, abs=1e-9)


def test_geometries_lose_their_heights_and_keep_their_missing_ones() -> None:
    x, y = from_wgs84(*NANCHUAN, datum="gcj02")
    moved = geometries_to_wgs84(np.array([shapely.Point(x, y, 500.0), None], dtype=object), "gcj02")
    assert not shapely.has_z(moved[0])
    assert (moved[0].x, moved[0].y) == pytest.approx(NANCHUAN, abs=1e-9)
    assert moved[1] is None


def test_geometry_in_degrees_of_another_datum_is_moved_by_proj() -> None:
    square = shapely.box(-71.4, 41.8, -71.3, 41.9)
    (moved,) = geometries_to_wgs84(np.array([square], dtype=object), pyproj.CRS(4269))
    assert shapely.hausdorff_distance(square, moved) < 1e-4


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (*NANCHUAN, 4545),
        (75.99, 39.47, 4534),
        (73.7, 39.4, 4534),
        (134.3, 48.36, 4554),
        (116.40, 39.90, 4548),
        (-71.06, 42.36, 32619),
        (114.17, 22.32, 32650),
        (-58.4, -34.6, 32721),
        (180.0, -16.0, 32760),
        (-180.0, -16.0, 32701),
    ],
)
def test_metric_system_follows_the_place(lon: float, lat: float, epsg: int) -> None:
    assert metric_crs(lon, lat).to_epsg() == epsg


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (29.16, 107.09, "swapped"),
        (42.36, -91.06, "swapped"),
        (181.0, 29.0, "outside_world"),
        (107.0, 181.0, "outside_world"),
        (357123.0, 3228123.0, "outside_world"),
        (math.nan, 29.0, "not_a_number"),
        (107.0, math.inf, "not_a_number"),
        (0.0, 0.0, "null_island"),
    ],
)
def test_impossible_coordinate_is_named(lon: float, lat: float, code: str) -> None:
    faults = coordinate_faults(lon=lon, lat=lat, where="row 17")
    assert {fault.code for fault in faults} == {code}
    assert {fault.where for fault in faults} == {"row 17"}


def test_swapped_coordinate_says_so_and_shows_where_it_meant() -> None:
    (fault,) = coordinate_faults(lon=29.16, lat=107.09, where="location")
    assert "looks like latitude and longitude are swapped" in fault.reason
    assert fault.place == NANCHUAN


def test_coordinate_wrong_both_ways_has_two_faults() -> None:
    assert len(coordinate_faults(lon=999, lat=-999, where="location")) == 2


@pytest.mark.parametrize("place", [*INSIDE.values(), OUTSIDE["Boston"], (180.0, 90.0), (0.0, 51.5)])
def test_possible_coordinate_has_no_fault(place: tuple[float, float]) -> None:
    assert coordinate_faults(lon=place[0], lat=place[1], where="location") == []
