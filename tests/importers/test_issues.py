from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyproj
import pytest
import shapely
from sqlalchemy import Connection, Engine, column, func, insert, select, table, text

from gis.actor import SYSTEM
from gis.crs import from_wgs84
from gis.errors import InvalidInput
from gis.importers.importing import apply
from gis.importers.plan import Counts, Plan
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import area, grid, issue
from tests.waiting import wait_until_blocked

from .conftest import IN_EAST, IN_WEST, OUTSIDE, WEST, Importer

Told = Callable[[Plan], list[str]]
HEADER = ["external_id", "text", "reported_at", "closed_at", "lon", "lat", "crs", "status", "group"]
NOON = "2023-04-01 12:00"


def _stored(importer: Importer) -> dict[str, Any]:
    query = select(issue, grid.c.code.label("grid_code")).outerjoin(grid, grid.c.id == issue.c.grid_id)
    return {row["external_id"]: dict(row) for row in importer.connection.execute(query).mappings()}


def test_issues_find_their_grid_and_keep_what_they_say(town: Importer) -> None:
    file = town.csv(
        "i",
        HEADER,
        ["1", "消防通道被堵", NOON, "2023-04-02T08:00:00Z", *IN_EAST, "", "已办结", ""],
        ["2", "路灯不亮", NOON, "", *from_wgs84(*IN_WEST, datum="gcj02"), "GCJ02", "处理中", ""],
        ["3", "群里说的", NOON, "", "", "", "", "", "G1"],
        ["4", "没有地点", NOON, "", "", "", "", "Open", ""],
        ["5", "别处的事", NOON, "", *OUTSIDE, "", "", ""],
    )
    plan = town.check("issues", file)
    assert plan.changes.counts == Counts(new=5)
    (remark,) = apply(town.connection, plan)
    assert remark.startswith("2 of the new issues are in no grid")
    stored = _stored(town)
    assert [stored[key]["grid_code"] for key in "12345"] == ["E", "W", "W", None, None]
    assert [stored[key]["status"] for key in "12345"] == ["closed", "accepted", "reported", "reported", "reported"]
    assert stored["1"]["reported_at"] == datetime(2023, 4, 1, 4, tzinfo=UTC)
    assert {row["source"] for row in stored.values()} == {"import"}
    assert town.take("issues", file) == Counts(unchanged=5)


def test_how_a_matter_went_is_taken_in_the_communitys_words_too(town: Importer, told: Told) -> None:
    header = ["external_id", "text", "reported_at", "closed_at", "first_answered_at", "settled_level", "settled_way"]
    file = town.csv(
        "i",
        header,
        ["1", "水", NOON, "2023-04-01 13:00", "2023-04-01 12:10", "格", "in_group"],
        ["2", "电", NOON, "", "", "", ""],
    )
    assert town.take("issues", file) == Counts(new=2)
    stored = _stored(town)
    assert (stored["1"]["settled_level"], stored["1"]["settled_way"]) == ("grid", "in_group")
    assert stored["1"]["first_answered_at"] == datetime(2023, 4, 1, 4, 10, tzinfo=UTC)
    assert stored["2"]["first_answered_at"] is None
    assert town.take("issues", file) == Counts(unchanged=2)
    wrong = town.csv("w", header, ["3", "水", NOON, "", "2023-04-01 11:00", "国", "飞"])
    assert told(town.check("issues", wrong)) == [
        "row 2, first_answered_at: answered_before_reported",
        "row 2, settled_level: bad_settled_level",
        "row 2, settled_way: bad_settled_way",
    ]


def test_report_from_the_future_is_a_fault(town: Importer, told: Told) -> None:
    file = town.csv("future", HEADER, ["1", "水", "2099-04-01 12:00", "", *IN_EAST, "", "", ""])
    assert told(town.check("issues", file)) == ["row 2, reported_at: in_the_future"]


def test_every_fault_of_a_file_is_told_at_once(town: Importer, told: Told) -> None:
    file = town.csv(
        "bad",
        HEADER,
        ["1", "fine", NOON, "", *IN_EAST, "", "", ""],
        ["1", "same id", NOON, "", *IN_EAST, "", "", ""],
        ["2", "", NOON, "", "", "", "", "", ""],
        ["3", "x" * 4001, NOON, "", "", "", "", "", ""],
        ["4", "nul \x00", NOON, "", "", "", "", "", ""],
        ["5", "no time", "", "", "", "", "", "", ""],
        ["6", "bad time", "32.13.2023", "", "", "", "", "", ""],
        ["7", "backwards", NOON, "2023-04-01 11:59", "", "", "", "", ""],
        ["8", "swapped", NOON, "", *reversed(IN_EAST), "", "", ""],
        ["9", "outside the world", NOON, "", "190", "29", "", "", ""],
        ["10", "half", NOON, "", "107.09", "", "", "", ""],
        ["11", "datum", NOON, "", *IN_EAST, "mars", "", ""],
        ["12", "status", NOON, "", "", "", "", "somehow", ""],
        ["13", "group", NOON, "", "", "", "", "", "G9"],
        ["14", "nothing", NOON, "", "0", "0", "", "", ""],
    )
    plan = town.check("issues", file)
    assert told(plan) == [
        "row 3: duplicate",
        "row 4, text: missing",
        "row 5, text: too_long",
        "row 6, text: bad_character",
        "row 7, reported_at: missing",
        "row 8, reported_at: bad_date",
        "row 9, closed_at: closed_before_reported",
        "row 10, lon, lat: swapped",
        "row 11, lon, lat: outside_world",
        "row 12, lat: half_a_point",
        "row 13, crs: unknown_crs",
        "row 14, status: bad_status",
        "row 15, group: unknown_group",
        "row 16, lon, lat: null_island",
    ]
    assert town.take("issues", file, skip_faulty=True) == Counts(new=1)


def test_rows_without_an_id_are_known_by_what_they_say(town: Importer) -> None:
    rows = (["text", "reported_at"], ["垃圾没人收", NOON], ["垃圾没人收", NOON], ["路灯不亮", NOON])
    assert town.take("issues", town.csv("i", *rows)) == Counts(new=3)
    assert town.take("issues", town.csv("i", *rows, ["新的一件", NOON])) == Counts(new=1, unchanged=3)


def test_a_status_follows_the_file(town: Importer) -> None:
    rows = ["external_id", "text", "reported_at", "status", "closed_at"]
    town.take("issues", town.csv("a", rows, ["1", "x", NOON, "open", ""]))
    assert town.take("issues", town.csv("b", rows, ["1", "x", NOON, "closed", "2023-04-02"])) == Counts(changed=1)
    assert _stored(town)["1"]["status"] == "closed"


@pytest.mark.parametrize(
    "header", [["external_id", "text", "reported_at"], ["external_id", "text", "reported_at", "status"]]
)
def test_a_file_that_says_no_more_than_open_leaves_the_status_alone(town: Importer, header: list[str]) -> None:
    cells = ["1", "x", NOON, "open"][: len(header)]
    town.take("issues", town.csv("a", header, cells))
    town.connection.execute(issue.update().values(status="at_street"))
    assert town.take("issues", town.csv("a", header, cells)) == Counts(unchanged=1)


def test_projected_coordinates_are_brought_to_degrees(town: Importer) -> None:

    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4545", always_xy=True)
    x, y = to_metres.transform(*IN_EAST)
    town.take("issues", town.csv("i", HEADER, ["1", "x", NOON, "", x, y, "", "", ""]), crs="EPSG:4545")
    assert _stored(town)["1"]["grid_code"] == "E"


def test_a_point_file_gives_places_by_its_geometry(town: Importer) -> None:
    file = town.geojson(
        "i", [({"external_id": "1", "text": "x", "reported_at": NOON, "lon": 0, "lat": 0}, shapely.Point(*IN_EAST))]
    )
    town.take("issues", file)
    assert _stored(town)["1"]["grid_code"] == "E"
    lon = town.connection.scalar(select(func.ST_X(issue.c.geom)))
    assert lon == IN_EAST[0]


def test_issue_that_somebody_reports_during_its_import_is_told_and_nothing_is_changed(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    with transaction(engine) as connection:
        town = Importer(connection, settings, tmp_path)
        town.take("boundaries", town.geojson("grids", [({"code": "W"}, WEST)]))
        community = connection.scalar(select(area.c.id))

    def take() -> None:
        with transaction(engine) as connection:
            town = Importer(connection, settings, tmp_path)
            town.take("issues", town.csv("i", HEADER, ["1", "路灯不亮", NOON, "", *IN_WEST, "", "", ""]))

    reported = {"community_id": community, "source": "import", "external_id": "1", "text": "早了一步"}
    reported |= {"reported_at": datetime.now(UTC), "location_method": "none", "receipt": {}}
    with ThreadPoolExecutor(1) as thread:
        with transaction(engine) as other:
            other.execute(insert(issue).values(reported))
            taken = thread.submit(take)
            wait_until_blocked(engine, taken)
        with pytest.raises(InvalidInput, match="issue_origin_key"):
            taken.result()
    with transaction(engine) as connection:
        assert connection.scalars(select(issue.c.text)).all() == ["早了一步"]


def test_many_are_taken_in_without_reading_them_again_and_again(
    engine: Engine, owner_engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    with owner_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("ANALYZE dualgrid.issue"))  # there are none, as far as the planner will know
    header = ["external_id", "text", "reported_at"]
    with transaction(engine, SYSTEM) as connection:
        town = Importer(connection, settings, tmp_path)
        town.take("boundaries", town.geojson("grids", [({"code": "W"}, WEST)]))
        for number in range(10):  # the connection learns to find one of few by reading all
            town.take("issues", town.csv(f"few-{number}", header, [f"few {number}", "路灯不亮", NOON]))
        before = _read(connection)
        many = [[f"many {number}", "路灯不亮", NOON] for number in range(2_000)]
        assert town.take("issues", town.csv("many", header, *many)) == Counts(new=2_000)
        assert _read(connection) - before < len(many)


def _read(connection: Connection) -> int:
    """How many issues were read one after the other in this transaction."""
    read = select(column("seq_tup_read")).select_from(table("pg_stat_xact_user_tables"))
    return int(connection.execute(read.where(column("relname") == "issue")).scalar_one())
