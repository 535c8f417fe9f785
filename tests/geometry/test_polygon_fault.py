"""Why a polygon cannot be a boundary."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.errors import InvalidInput
from gis.geometry import as_multipolygon, polygon_fault

SQUARE = shapely.box(107.0, 29.0, 107.1, 29.1)


@pytest.mark.parametrize(
    "geom",
    [SQUARE, shapely.MultiPolygon([SQUARE]), shapely.force_3d(SQUARE, 400.0), shapely.box(0, 0, 1, 1)],
)
def test_sound_polygon_has_no_fault(geom: BaseGeometry) -> None:
    assert polygon_fault(geom, "row 1") is None


@pytest.mark.parametrize(
    ("geom", "code"),
    [
        (None, "empty"),
        (shapely.Polygon(), "empty"),
        (shapely.Point(107.0, 29.0), "wrong_type"),
        (SQUARE.exterior, "wrong_type"),
        (shapely.GeometryCollection([SQUARE]), "wrong_type"),
        (shapely.Polygon([(107, 29), (107.1, 29.1), (107.2, 29.2)]), "zero_area"),
        (shapely.transform(SQUARE, lambda xy: np.where(xy == 29.1, np.inf, xy)), "not_a_number"),
        (shapely.box(29.0, 107.0, 29.1, 107.1), "swapped"),
        (shapely.box(357000, 3228000, 357100, 3228100), "outside_world"),
        (shapely.Polygon([(107, 29), (107.2, 29.2), (107.2, 29), (107, 29.1)]), "self_crossing"),
        (shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]), "self_touching"),
        (shapely.Polygon(SQUARE.exterior, [shapely.box(108, 29, 108.1, 29.1).exterior]), "bad_hole"),
        (shapely.MultiPolygon([SQUARE, shapely.box(107.04, 29.04, 107.06, 29.06)]), "overlapping_parts"),
        (shapely.MultiPolygon([SQUARE, shapely.box(107.05, 29.05, 107.2, 29.2)]), "self_crossing"),
    ],
)
def test_unsound_polygon_is_named(geom: BaseGeometry | None, code: str) -> None:
    fault = polygon_fault(geom, "row 17")
    assert fault is not None
    assert (fault.where, fault.code) == ("row 17", code)


def test_crossing_is_shown_where_it_is() -> None:
    bow_tie = shapely.Polygon([(107.0, 29.0), (107.2, 29.2), (107.2, 29.0), (107.0, 29.2)])
    fault = polygon_fault(bow_tie, "row 17")
    assert fault is not None
    assert fault.place == pytest.approx((107.1, 29.1))
    assert fault.reason == "the outline crosses itself at 107.100000, 29.100000"


def test_polygon_becomes_multipolygon_without_heights() -> None:
    multi = as_multipolygon(shapely.force_3d(SQUARE, 400.0))
    assert multi.geom_type == "MultiPolygon"
    assert not multi.has_z
    assert multi.equals(SQUARE)


def test_multipolygon_stays_one() -> None:
    multi = shapely.MultiPolygon([SQUARE, shapely.box(108, 29, 108.1, 29.1)])
    assert as_multipolygon(multi).equals(multi)


def test_line_cannot_become_a_multipolygon() -> None:
    with pytest.raises(InvalidInput, match="LinearRing"):
        as_multipolygon(SQUARE.exterior)
