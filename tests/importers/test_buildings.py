from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from sqlalchemy import func, select

from gis.crs import from_wgs84
from gis.errors import InvalidInput
from gis.importers.plan import Counts, Plan
from gis.storage.tables import building, compound

from .conftest import IN_EAST, IN_WEST, OUTSIDE, Importer

Told = Callable[[Plan], list[str]]
HOUSE = shapely.box(107.0903, 29.1603, 107.0907, 29.1607)


def _stored(importer: Importer, code: str) -> dict[str, Any]:
    columns = (building, compound.c.name.label("compound"), func.ST_X(building.c.geom).label("lon"))
    query = select(*columns).outerjoin(compound, compound.c.id == building.c.compound_id)
    return dict(importer.connection.execute(query.where(building.c.code == code)).mappings().one())


def test_a_building_keeps_all_its_fields(town: Importer) -> None:
    file = town.csv(
        "b",
        ["id", "name", "aliases", "compound", "address", "floors", "units", "built_year", "lon", "lat"],
        ["B2", "金佛尚城3栋", "金佛3号楼| 三栋 |", "金佛尚城", "长远路1号", "18", "2", "2012", *IN_EAST],
    )
    assert town.take("buildings", file) == Counts(new=1)
    stored = _stored(town, "B2")
    assert stored["aliases"] == ["金佛3号楼", "三栋"]
    assert (stored["compound"], stored["floors"], stored["units"]) == ("金佛尚城", 18, 2)
    assert stored["built_year"] == 2012
    assert town.take("buildings", file) == Counts(unchanged=1)


def test_what_a_file_does_not_say_stays(town: Importer) -> None:
    town.take("buildings", town.csv("a", ["id", "name", "floors", "lon", "lat"], ["B2", "Two", "9", *IN_EAST]))
    assert town.take("buildings", town.csv("b", ["id", "lon", "lat"], ["B2", *IN_WEST])) == Counts(changed=1)
    stored = _stored(town, "B2")
    assert (stored["name"], stored["floors"], stored["lon"]) == ("Two", 9, IN_WEST[0])


def test_year_of_building_is_known_by_other_names_and_changes(town: Importer) -> None:
    town.take("buildings", town.csv("a", ["id", "建成年份", "lon", "lat"], ["B2", "1998", *IN_EAST]))
    town.take("buildings", town.csv("b", ["id", "built_year", "lon", "lat"], ["B2", "1999", *IN_EAST]))
    assert _stored(town, "B2")["built_year"] == 1999
    town.take("buildings", town.csv("c", ["id", "built_year", "lon", "lat"], ["B2", "", *IN_EAST]))
    assert _stored(town, "B2")["built_year"] is None


def test_year_that_is_none_is_told(town: Importer, told: Told) -> None:
    rows = (["B2", "98", *IN_EAST], ["B3", "2101", *IN_EAST], ["B4", "1998.5", *IN_EAST], ["B5", "九八年", *IN_EAST])
    assert told(town.check("buildings", town.csv("bad", ["id", "built_year", "lon", "lat"], *rows))) == [
        "row 2, built_year: out_of_range",
        "row 3, built_year: out_of_range",
        "row 4, built_year: bad_number",
        "row 5, built_year: bad_number",
    ]


def test_every_fault_of_a_file_is_told_at_once(town: Importer, told: Told) -> None:
    file = town.csv(
        "bad",
        ["id", "floors", "lon", "lat"],
        ["B2", "3", *IN_EAST],
        ["B2", "3", *IN_EAST],
        ["", "x", *IN_EAST],
        ["B4", "201", *IN_EAST],
        ["B5", "2.5", *IN_EAST],
        ["B6", "", *OUTSIDE],
        ["B7", "", "", ""],
        ["B8", "", "107.09", ""],
        ["B9", "", "here", "29.16"],
        ["B10", "", *reversed(IN_EAST)],
        ["B11", "", "0", "0"],
        ["B12", "", "nan", "29.16"],
        ["B13\x00", "", *IN_EAST],
        ["B14", "１２", *IN_EAST],
    )
    assert told(town.check("buildings", file)) == [
        "row 3: duplicate",
        "row 4, id: missing",
        "row 4, floors: bad_number",
        "row 5, floors: out_of_range",
        "row 6, floors: bad_number",
        "row 7, lon, lat: outside_grids",
        "row 8, lon, lat: no_place",
        "row 9, lat: half_a_point",
        "row 10, lon: bad_number",
        "row 11, lon, lat: swapped",
        "row 12, lon, lat: null_island",
        "row 13, lon: bad_number",
        "row 14, id: bad_character",
    ]


def test_swapped_coordinates_that_are_a_place_elsewhere_are_noticed_too(importer: Importer, told: Told) -> None:
    boston = importer.geojson("boston", [({"code": "1"}, shapely.box(-71.07, 42.34, -71.05, 42.36))])
    importer.take("boundaries", boston)
    file = importer.csv("b", ["id", "lat", "lon"], ["1", "-71.06", "42.35"])
    assert told(importer.check("buildings", file)) == ["row 2, lon, lat: swapped"]


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_chinese_coordinates_are_brought_to_wgs84(town: Importer, datum: Any) -> None:
    lon, lat = from_wgs84(*IN_EAST, datum=datum)
    town.take("buildings", town.csv("b", ["id", "经度", "纬度"], ["B2", lon, lat]), crs=datum)
    assert _stored(town, "B2")["lon"] == pytest.approx(IN_EAST[0], abs=1e-7)


def test_a_table_without_a_coordinate_system_is_taken_as_wgs84_and_says_so(town: Importer) -> None:
    plan = town.check("buildings", town.csv("b", ["id", "lon", "lat"], ["B2", *IN_EAST]))
    assert "WGS84 was assumed" in plan.notices[0]


def test_a_polygon_is_a_building_with_a_footprint(town: Importer) -> None:
    town.take("buildings", town.geojson("b", [({"id": "B2"}, HOUSE)]))
    inside, footprint = town.connection.execute(
        select(func.ST_Within(building.c.geom, building.c.footprint), func.ST_AsText(building.c.footprint)).where(
            building.c.code == "B2"
        )
    ).one()
    assert inside
    assert shapely.from_wkt(footprint).equals(HOUSE)


def test_footprints_may_come_in_a_file_of_their_own(town: Importer) -> None:
    points = town.geojson("points", [({"id": "B2"}, HOUSE.centroid)])
    outlines = town.geojson("outlines", [({"id": "B2"}, HOUSE), ({"id": "B99"}, HOUSE)])
    plan = town.check("buildings", points, footprints=outlines)
    assert any("B99" in notice for notice in plan.notices)
    assert town.take("buildings", points, footprints=outlines) == Counts(new=1)
    assert town.take("buildings", points, footprints=outlines) == Counts(unchanged=1)
    bad = town.geojson("bad", [({"id": "B2"}, None), ({"id": "B2"}, {"type": "Polygon", "coordinates": [[[0, 0]]]})])
    with pytest.raises(InvalidInput, match=r"bad\.geojson: feature 2"):
        town.check("buildings", points, footprints=bad)


def test_names_may_be_mapped(town: Importer, told: Told) -> None:
    file = town.csv("b", ["BLDG_NO", "X", "Y"], ["B2", *IN_EAST])
    assert town.take("buildings", file, mapping={"id": "BLDG_NO", "lon": "X", "lat": "Y"}) == Counts(new=1)
    with pytest.raises(InvalidInput) as caught:
        town.check("buildings", file, mapping={"idd": "BLDG_NO", "lon": "x"})
    assert [fault.code for fault in caught.value.faults] == ["unknown_field", "unknown_column", "missing_column"]


def test_aliases_of_compounds_are_imported(town: Importer) -> None:
    file = town.csv("c", ["name", "aliases"], ["金佛尚城", "金佛|尚城"])
    assert town.take("compounds", file) == Counts(new=1)
    assert town.take("compounds", file) == Counts(unchanged=1)
    assert town.take("compounds", town.csv("c", ["name", "aliases"], ["金佛尚城", "金佛"])) == Counts(changed=1)
