from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import func, select

from gis.exporters.exporting import FORMATS, export
from gis.importers.plan import Counts, Plan
from gis.storage.memory import versions
from gis.storage.tables import compound, place

from .conftest import IN_EAST, IN_WEST, OUTSIDE, Importer

Told = Callable[[Plan], list[str]]
COLUMNS = ["id", "name", "aliases", "kind", "compound", "lon", "lat"]
GATE = ["P1", "金佛尚城东门", "东门口|东大门", "gate", "金佛尚城", *IN_EAST]


def _stored(importer: Importer, code: str) -> dict[str, Any]:
    columns = (place, compound.c.name.label("of"), func.ST_X(place.c.geom).label("lon"))
    query = select(*columns).outerjoin(compound, compound.c.id == place.c.compound_id).where(place.c.code == code)
    return dict(importer.connection.execute(query).mappings().one())


def test_a_place_keeps_all_its_fields_and_is_news_to_every_process(town: Importer) -> None:
    before = versions(town.connection)["gazetteer"]
    assert town.take("places", town.csv("p", COLUMNS, GATE)) == Counts(new=1)
    stored = _stored(town, "P1")
    assert (stored["name"], stored["aliases"], stored["kind"]) == ("金佛尚城东门", ["东门口", "东大门"], "gate")
    assert (stored["of"], stored["lon"]) == ("金佛尚城", IN_EAST[0])
    assert versions(town.connection)["gazetteer"] > before
    assert town.take("places", town.csv("p", COLUMNS, GATE)) == Counts(unchanged=1)


def test_what_a_file_does_not_say_stays(town: Importer) -> None:
    town.take("places", town.csv("p", COLUMNS, GATE))
    assert town.take("places", town.csv("p", ["id", "lon", "lat"], ["P1", *IN_WEST])) == Counts(changed=1)
    assert (_stored(town, "P1")["of"], _stored(town, "P1")["kind"]) == ("金佛尚城", "gate")


def test_every_fault_of_a_file_is_told_at_once(town: Importer, told: Told) -> None:
    file = town.csv(
        "bad",
        ["id", "name", "lon", "lat"],
        ["P1", "a", *IN_EAST],
        ["P1", "b", *IN_EAST],
        ["", "c", *IN_EAST],
        ["P4", "d", *OUTSIDE],
        ["P5", "e", "", ""],
        ["P6", "f", *reversed(IN_EAST)],
        ["P7", "g", "here", "29.16"],
    )
    assert told(town.check("places", file)) == [
        "row 3: duplicate",
        "row 4, id: missing",
        "row 5, lon, lat: outside_grids",
        "row 6, lon, lat: no_place",
        "row 7, lon, lat: swapped",
        "row 8, lon: bad_number",
    ]


def test_an_area_is_a_place_by_a_point_inside_it_unless_it_lies_in_several_grids(town: Importer) -> None:
    square = shapely.box(107.0912, 29.1602, 107.0916, 29.1606)
    river = shapely.box(107.0901, 29.1601, 107.0919, 29.1602)
    file = town.geojson("p", [({"id": "P1", "name": "广场"}, square), ({"id": "P2", "name": "长河"}, river)])
    plan = town.check("places", file)
    assert plan.changes.counts == Counts(new=1)
    assert plan.faults == []
    assert any("长河" in notice for notice in plan.notices)
    town.take("places", file)
    assert square.contains(shapely.Point(_stored(town, "P1")["lon"], 29.1604))


def test_a_bus_stop_on_the_border_road_is_a_place(town: Importer) -> None:
    on_the_rim = (107.0905, 29.16101)  # a metre north of the west grid
    assert town.take("places", town.csv("p", ["id", "lon", "lat"], ["P1", *on_the_rim])) == Counts(new=1)


@pytest.mark.parametrize("format", FORMATS)
def test_places_come_back_from_every_format(town: Importer, tmp_path: Path, format: str) -> None:
    town.take("places", town.csv("p", COLUMNS, GATE))
    path = tmp_path / f"out.{format}"
    assert export(town.connection, "places", path) == 1
    assert town.take("places", path) == Counts(unchanged=1)
