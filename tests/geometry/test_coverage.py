"""Overlaps and gaps, in cases small enough to check by eye: 100 m squares near Nanchuan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.geometry import CoverageFault, coverage_faults
from gis.geometry.ruler import Ruler
from tests.geometry.tessellations import tessellations

ORIGIN = (107.09, 29.16)
RULER = Ruler.for_extent((*ORIGIN, *ORIGIN))
METRES_PER_DEGREE = (RULER.east_m, RULER.north_m)


def metres(geom: Any) -> Any:
    """A shape drawn in metres from the origin, in EPSG:4326."""
    return shapely.transform(geom, lambda xy: ORIGIN + xy / METRES_PER_DEGREE)


def box(west: float, south: float, east: float, north: float) -> Any:
    return metres(shapely.box(west, south, east, north))


def faults_of(tolerance_m: float = 1.0, **grids: Any) -> list[CoverageFault]:
    return coverage_faults(list(grids), np.array(list(grids.values()), dtype=object), tolerance_m=tolerance_m)


def test_neighbours_with_a_shared_edge_have_no_fault() -> None:
    assert faults_of(A=box(0, 0, 100, 100), B=box(100, 0, 200, 100)) == []


def test_grids_that_do_not_touch_have_no_fault() -> None:
    assert faults_of(A=box(0, 0, 100, 100), B=box(150, 0, 250, 100)) == []


def test_widths_and_areas_are_true_on_the_ground() -> None:
    geod = pyproj.Geod(ellps="WGS84")
    assert abs(geod.geometry_area_perimeter(box(0, 0, 100, 100))[0]) == pytest.approx(10_000, rel=1e-4)
    assert geod.geometry_length(metres(shapely.LineString([(0, 0), (60, 80)]))) == pytest.approx(100, rel=1e-4)


def test_no_grids_have_no_fault() -> None:
    assert faults_of() == []


def test_corner_in_the_middle_of_a_neighbours_edge_is_no_fault() -> None:
    (start, end, top) = [(107.09, 29.16), (107.0913, 29.1607), (107.09, 29.162)]
    on_the_way = shapely.LineString([start, end]).interpolate(0.4, normalized=True)
    above = shapely.Polygon([start, end, top])
    below = shapely.Polygon([start, on_the_way, end, (107.091, 29.159)])
    assert faults_of(A=above, B=below) == []


def test_narrow_overlap_is_a_warning_with_its_size_and_place() -> None:
    (fault,) = faults_of(B=box(0, 0, 100, 100), A=box(99.5, 0, 200, 100))
    assert (fault.kind, fault.codes, fault.severity) == ("overlap", ("A", "B"), "warning")
    assert fault.width_m == pytest.approx(0.5, rel=0.02)
    assert fault.area_m2 == pytest.approx(50.0, rel=0.01)
    x, y = np.subtract(fault.place, ORIGIN) * METRES_PER_DEGREE
    assert 99.5 < x < 100
    assert 0 < y < 100


def test_overlap_wider_than_the_tolerance_is_a_fault() -> None:
    grids = {"A": box(0, 0, 100, 100), "B": box(97, 0, 200, 100)}
    assert [fault.severity for fault in faults_of(tolerance_m=1.0, **grids)] == ["fault"]
    assert [fault.severity for fault in faults_of(tolerance_m=5.0, **grids)] == ["warning"]


def test_overlap_in_two_pieces_is_one_fault_of_the_pair() -> None:
    comb = metres(shapely.Polygon([(98, 0), (200, 0), (200, 100), (96, 100), (96, 70), (100, 70), (100, 20), (98, 20)]))
    (fault,) = faults_of(A=box(0, 0, 100, 100), B=comb)
    assert len(fault.geom.geoms) == 2
    assert fault.area_m2 == pytest.approx(2 * 20 + 4 * 30, rel=0.01)
    assert fault.width_m == pytest.approx(4.0, rel=0.02)


def test_the_same_grid_twice_overlaps_as_a_whole() -> None:
    (fault,) = faults_of(A=box(0, 0, 100, 100), B=box(0, 0, 100, 100))
    assert fault.area_m2 == pytest.approx(10_000, rel=0.001)
    assert fault.width_m == pytest.approx(100, rel=0.02)


RING = {
    "W": box(0, 0, 100, 300),
    "S": box(100, 0, 200, 100),
    "N": box(100, 200, 200, 300),
    "E": box(200, 0, 300, 300),
}


def test_lake_between_grids_is_a_gap() -> None:
    (fault,) = faults_of(**RING)
    assert (fault.kind, fault.codes, fault.severity) == ("gap", ("E", "N", "S", "W"), "fault")
    assert fault.area_m2 == pytest.approx(10_000, rel=0.001)
    assert fault.width_m == pytest.approx(100, rel=0.02)


def test_lake_behind_a_hairline_slit_is_a_gap_all_the_same() -> None:
    slit = RING | {"S": box(100.01, 0, 200, 100)}
    lake, *others = faults_of(**slit)
    assert (lake.kind, lake.codes) == ("gap", ("E", "N", "S", "W"))
    assert lake.area_m2 == pytest.approx(10_000, rel=0.001)
    assert [(fault.kind, fault.codes) for fault in others] == [("open_gap", ("S", "W"))]


def test_bay_with_a_wide_mouth_is_no_gap() -> None:
    assert faults_of(**RING | {"S": box(110, 0, 200, 100)}) == []


def test_grid_on_an_island_is_not_part_of_the_gap() -> None:
    (fault,) = faults_of(**RING, island=box(140, 140, 160, 160))
    assert fault.area_m2 == pytest.approx(10_000 - 400, rel=0.001)
    assert "island" in fault.codes
    assert not shapely.intersects(shapely.Point(fault.place), box(140, 140, 160, 160))


def test_hole_in_a_single_grid_is_a_gap() -> None:
    holed = box(0, 0, 100, 100).difference(box(40, 40, 60, 60))
    assert [(fault.kind, fault.codes) for fault in faults_of(A=holed)] == [("gap", ("A",))]


def test_hole_filled_by_another_grid_is_no_gap() -> None:
    inner = box(40, 40, 60, 60)
    assert faults_of(A=box(0, 0, 100, 100).difference(inner), B=inner) == []


def test_narrow_strip_open_at_the_rim_is_an_open_gap() -> None:
    (fault,) = faults_of(A=box(0, 0, 100, 100), B=box(100.5, 0, 200, 100))
    assert (fault.kind, fault.codes, fault.severity) == ("open_gap", ("A", "B"), "warning")
    assert fault.width_m == pytest.approx(0.5, rel=0.02)
    assert fault.area_m2 == pytest.approx(50.0, rel=0.01)


def test_strip_between_one_grid_and_two_is_an_open_gap() -> None:
    (fault,) = faults_of(A=box(0, 0, 100, 100), B=box(102, 0, 200, 50), C=box(102, 50, 200, 100))
    assert (fault.kind, fault.codes, fault.severity) == ("open_gap", ("A", "B", "C"), "fault")


def test_corner_where_two_grids_meet_is_not_an_open_gap() -> None:
    assert faults_of(A=box(0, 0, 100, 100), B=box(100, 0, 200, 50)) == []


def test_flat_bend_where_two_grids_meet_is_not_an_open_gap() -> None:
    west = metres(shapely.Polygon([(0, 0), (100, 0), (100, 90), (0, 100)]))
    east = metres(shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 90)]))
    assert faults_of(A=west, B=east) == []


def test_narrow_bay_of_a_single_grid_is_its_own_shape() -> None:
    bay = box(0, 0, 100, 100).difference(box(49, 50, 51, 100.1))
    assert faults_of(A=bay, B=box(100, 0, 200, 100)) == []


def test_fault_reads_as_a_line_of_a_report() -> None:
    (fault,) = faults_of(A=box(0, 0, 100, 100), B=box(96, 0, 200, 100))
    line = fault.as_fault()
    assert (line.where, line.code, line.severity, line.place) == ("A, B", "overlap", "fault", fault.place)
    assert line.reason.startswith("overlap, up to 4 m wide, 400 m², at 107.09")


def test_widest_fault_comes_first() -> None:
    faults = faults_of(A=box(0, 0, 100, 100), B=box(99.5, 0, 200, 100), C=box(190, 0, 300, 100))
    assert [round(fault.width_m, 1) for fault in faults] == [10.0, 0.5]


def test_unsound_polygons_are_all_named_and_nothing_is_measured() -> None:
    bow_tie = shapely.Polygon([(107.0, 29.0), (107.2, 29.2), (107.2, 29.0), (107.0, 29.2)])
    with pytest.raises(InvalidInput) as refused:
        faults_of(A=bow_tie, B=box(0, 0, 100, 100), C=shapely.MultiPolygon())
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [("A", "self_crossing"), ("C", "empty")]


@settings(deadline=None, max_examples=40)
@given(tiled=tessellations())
def test_tessellation_has_no_fault(tiled: Any) -> None:
    codes, geoms = tiled
    assert coverage_faults(codes, geoms, tolerance_m=1.0) == []


@settings(deadline=None, max_examples=40)
@given(tiled=tessellations(), data=st.data())
def test_missing_inner_grid_is_a_gap_of_its_shape(tiled: Any, data: st.DataObject) -> None:
    codes, geoms = tiled
    rim = shapely.boundary(shapely.union_all(geoms))
    inner = [at for at, geom in enumerate(geoms) if not shapely.intersects(geom, rim)]
    assume(inner)
    lost = data.draw(st.sampled_from(inner))
    left = np.delete(geoms, lost)
    (fault,) = coverage_faults(np.delete(codes, lost).tolist(), left, tolerance_m=1.0)
    assert fault.kind == "gap"
    assert shapely.hausdorff_distance(fault.geom, geoms[lost]) < 1e-12
    assert codes[lost] not in fault.codes


@settings(deadline=None, max_examples=40)
@given(tiled=tessellations(), data=st.data())
def test_grid_given_twice_overlaps_by_its_shape(tiled: Any, data: st.DataObject) -> None:
    codes, geoms = tiled
    twice = data.draw(st.integers(0, len(codes) - 1))
    (fault,) = coverage_faults([*codes, "again"], np.append(geoms, geoms[twice]), tolerance_m=1.0)
    assert fault.kind == "overlap"
    assert fault.codes == tuple(sorted([codes[twice], "again"]))
    assert shapely.hausdorff_distance(fault.geom, geoms[twice]) < 1e-12
