from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Connection, func, select

from gis.errors import InvalidInput
from gis.importers.plan import Counts, Plan
from gis.storage.tables import area, grid, grid_version

from .conftest import EAST, WEST, Importer

Told = Callable[[Plan], list[str]]
MOVED = shapely.box(107.090, 29.160, 107.091, 29.1615)


def _versions(connection: Connection, code: str) -> list[tuple[datetime, datetime | None]]:
    query = select(grid_version.c.valid_from, grid_version.c.valid_to).join(grid, grid.c.id == grid_version.c.grid_id)
    return list(connection.execute(query.where(grid.c.code == code).order_by(grid_version.c.id)))


def test_first_boundaries_make_the_community_and_hold_since_ever(importer: Importer, grids: Path) -> None:
    assert importer.take("boundaries", grids, community_name="The Town") == Counts(new=2)
    made = importer.connection.execute(select(area.c.code, area.c.name, area.c.level, area.c.time_zone)).all()
    assert made == [("town", "The Town", "community", "Asia/Shanghai")]
    assert _versions(importer.connection, "W") == [(datetime(1970, 1, 1, tzinfo=UTC), None)]


def test_a_statistics_code_brings_its_street_and_district(importer: Importer) -> None:
    file = importer.geojson("one", [({"code": "500119003004001"}, WEST)])
    importer.take("boundaries", file, community="", street_name="西城街道")
    made = importer.connection.execute(select(area.c.code, area.c.name, area.c.level).order_by(area.c.code)).all()
    assert made == [
        ("500119", "500119", "district"),
        ("500119003", "西城街道", "street"),
        ("500119003004", "500119003004", "community"),
    ]


def test_importing_the_same_file_again_changes_nothing(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    assert importer.take("boundaries", grids) == Counts(unchanged=2)
    assert len(_versions(importer.connection, "W")) == 1


def test_an_outline_that_begins_at_another_corner_is_the_same(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    turned = shapely.Polygon([*list(WEST.exterior.coords)[2:], *list(WEST.exterior.coords)[1:3]])
    file = importer.geojson("turned", [({"code": "W"}, turned), ({"code": "E"}, EAST)])
    assert importer.take("boundaries", file) == Counts(unchanged=2)


def test_a_moved_outline_is_a_new_version_from_now_on(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    file = importer.geojson("moved", [({"code": "W"}, MOVED), ({"code": "E"}, EAST)])
    assert importer.take("boundaries", file) == Counts(changed=1, unchanged=1)
    (_, ended), (begun, still) = _versions(importer.connection, "W")
    assert ended == begun
    assert still is None
    assert abs((datetime.now(UTC) - begun).total_seconds()) < 60


def test_a_moved_outline_holds_from_the_day_that_is_given(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    file = importer.geojson("moved", [({"code": "W"}, MOVED), ({"code": "E"}, EAST)])
    importer.take("boundaries", file, valid_from=date(2024, 1, 1))
    assert _versions(importer.connection, "W")[1][0] == datetime(2023, 12, 31, 16, tzinfo=UTC)


def test_a_version_cannot_begin_before_the_one_that_it_follows(importer: Importer, grids: Path, told: Told) -> None:
    importer.take("boundaries", grids)
    file = importer.geojson("moved", [({"code": "W"}, MOVED), ({"code": "E"}, EAST)])
    assert told(importer.check("boundaries", file, valid_from=date(1969, 1, 1))) == ["feature 1: too_early"]


def test_a_new_name_alone_makes_no_version(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    file = importer.geojson("named", [({"code": "W", "name": "Westend"}, WEST), ({"code": "E"}, EAST)])
    assert importer.take("boundaries", file) == Counts(changed=1, unchanged=1)
    names = importer.connection.scalars(select(grid.c.name).order_by(grid.c.code)).all()
    assert names == ["East", "Westend"]
    assert len(_versions(importer.connection, "W")) == 1


def test_grids_that_the_file_lacks_stay_and_are_named(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    plan = importer.check("boundaries", importer.geojson("west", [({"code": "W"}, WEST)]))
    assert "E" in plan.notices[0]
    assert plan.changes.counts == Counts(unchanged=1)


def test_every_fault_of_a_file_is_told_at_once(importer: Importer, told: Told) -> None:
    bow = {"type": "Polygon", "coordinates": [[[0, 1], [1, 2], [1, 1], [0, 2], [0, 1]]]}
    open_ring = {"type": "Polygon", "coordinates": [[[0, 1], [1, 2], [1, 1]]]}
    file = importer.geojson(
        "bad",
        [
            ({"code": "W"}, WEST),
            ({"code": "W"}, EAST),
            ({"code": ""}, shapely.box(1, 1, 2, 2)),
            ({"code": "bow"}, bow),
            ({"code": "open"}, open_ring),
            ({"code": "point"}, shapely.Point(1, 1)),
            ({"code": "none"}, None),
            ({"code": "swapped"}, shapely.box(29.16, 107.09, 29.17, 107.1)),
            ({"code": "x" * 41}, shapely.box(3, 3, 4, 4)),
        ],
    )
    assert told(importer.check("boundaries", file)) == [
        "feature 2: duplicate",
        "feature 3, code: missing",
        "feature 4, geometry: self_crossing",
        "feature 5, geometry: bad_geometry",
        "feature 6, geometry: wrong_type",
        "feature 7, geometry: empty",
        "feature 8, geometry: swapped",
        "feature 9, code: too_long",
    ]


def test_grid_codes_of_a_statistics_code_are_checked(importer: Importer, told: Told) -> None:
    file = importer.geojson("codes", [({"code": "500119003004001"}, WEST), ({"code": "500119003005002"}, EAST)])
    assert told(importer.check("boundaries", file, community="500119003004")) == ["feature 2, code: bad_code"]


def test_a_retired_code_is_void(importer: Importer, grids: Path, told: Told) -> None:
    importer.take("boundaries", grids)
    importer.connection.execute(
        grid_version.update().values(valid_to=func.now()).where(grid_version.c.grid_id == grid.c.id, grid.c.code == "W")
    )
    assert told(importer.check("boundaries", grids)) == ["feature 2, code: void_code"]


def test_an_overlap_is_refused_unless_it_is_accepted(importer: Importer) -> None:
    wide = shapely.box(107.090, 29.160, 107.0911, 29.161)
    file = importer.geojson("overlap", [({"code": "W"}, wide), ({"code": "E"}, EAST)])
    plan = importer.check("boundaries", file)
    (fault,) = plan.blocking
    assert (fault.where, fault.code) == ("grids E, W", "overlap")
    assert fault.place is not None
    assert "m wide" in fault.reason
    assert "m²" in fault.reason
    with pytest.raises(InvalidInput):
        importer.take("boundaries", file, skip_faulty=True)
    assert importer.take("boundaries", file, accept_coverage_faults=True) == Counts(new=2)
    assert importer.take("boundaries", file) == Counts(unchanged=2)


def test_an_overlap_within_tolerance_is_a_warning(importer: Importer) -> None:
    wide = shapely.box(107.090, 29.160, 107.0911, 29.161)
    file = importer.geojson("overlap", [({"code": "W"}, wide), ({"code": "E"}, EAST)])
    plan = importer.check("boundaries", file, tolerance_m=20)
    assert not plan.blocking
    assert [fault.code for fault in plan.warnings] == ["overlap"]


def test_a_grid_is_checked_against_those_that_the_file_lacks(importer: Importer, grids: Path) -> None:
    importer.take("boundaries", grids)
    file = importer.geojson("over", [({"code": "W"}, shapely.box(107.090, 29.160, 107.0911, 29.161))])
    assert [fault.where for fault in importer.check("boundaries", file).blocking] == ["grids E, W"]


def test_skipping_faulty_rows_takes_the_sound_ones(importer: Importer) -> None:
    file = importer.geojson("some", [({"code": "W"}, WEST), ({"code": "none"}, None)])
    plan = importer.check("boundaries", file)
    assert list(plan.left_out["where"]) == ["feature 2"]
    assert plan.left_out["faults"].tolist() == ["geometry: there is no geometry"]
    assert importer.take("boundaries", file, skip_faulty=True) == Counts(new=1)


def test_checking_changes_nothing(importer: Importer, grids: Path) -> None:
    importer.check("boundaries", grids)
    assert importer.connection.scalar(select(func.count()).select_from(area)) == 0


def test_metres_are_told_from_degrees(importer: Importer) -> None:
    file = importer.geojson("metres", [({"code": "W"}, shapely.box(500000, 3226000, 500100, 3226100))])
    with pytest.raises(InvalidInput, match=r"metres.geojson: .*not degrees.*--crs"):
        importer.check("boundaries", file)


def test_projected_boundaries_are_brought_to_degrees(importer: Importer) -> None:
    file = importer.geojson("metres", [({"code": "W"}, shapely.box(500000, 3226000, 500100, 3226100))])
    importer.take("boundaries", file, crs="EPSG:4545")
    lon, lat = importer.connection.execute(
        select(func.ST_X(func.ST_Centroid(grid_version.c.geom)), func.ST_Y(func.ST_Centroid(grid_version.c.geom)))
    ).one()
    assert lon == pytest.approx(108.0005, abs=1e-3)
    assert lat == pytest.approx(29.15, abs=2e-2)


def test_a_file_needs_a_community_when_its_codes_do_not_tell(importer: Importer, grids: Path) -> None:
    with pytest.raises(InvalidInput, match="--community"):
        importer.check("boundaries", grids, community="")


def test_an_unknown_time_zone_is_a_fault(importer: Importer, grids: Path) -> None:
    with pytest.raises(InvalidInput, match="time zone"):
        importer.check("boundaries", grids, timezone="Boston")
