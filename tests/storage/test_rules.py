"""Rules that the database itself keeps, whatever writes to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from gis.storage.tables import (
    area,
    building,
    grid,
    grid_version,
    group_grid,
    household,
    issue,
    leave,
    post,
    worker,
)
from tests.world import BEGINNING, NOON, add, add_other_community, box, point

BOW_TIE = "SRID=4326;MULTIPOLYGON(((107 29, 107.001 29.001, 107.001 29, 107 29.001, 107 29)))"


def refused(connection: Connection, table: Any, **values: Any) -> str:
    """The name of the constraint that refuses a row."""
    with pytest.raises(IntegrityError) as caught, connection.begin_nested():
        add(connection, table, **values)
    return str(caught.value.orig.diag.constraint_name)


def test_grid_has_one_version_at_a_time(connection: Connection, world: Any) -> None:
    values = {"grid_id": world.grids["G1"], "geom": box(107.0, 29.0), "valid_from": NOON}
    assert refused(connection, grid_version, **values) == "grid_version_one_at_a_time"


def test_versions_that_follow_each_other_may_touch(connection: Connection, world: Any) -> None:
    connection.execute(text("UPDATE grid_version SET valid_to = :at"), {"at": NOON})
    add(connection, grid_version, grid_id=world.grids["G1"], geom=box(107.0, 29.0), valid_from=NOON)


def test_self_crossing_boundary_is_refused(connection: Connection, world: Any) -> None:
    values = {"grid_id": world.grids["G1"], "geom": BOW_TIE, "valid_from": BEGINNING, "valid_to": BEGINNING}
    values["valid_to"] = datetime(1970, 1, 2, tzinfo=UTC)
    connection.execute(text("UPDATE grid_version SET valid_from = :at"), {"at": NOON})
    assert refused(connection, grid_version, **values) == "grid_version_geom_check"


def test_code_of_a_grid_is_never_given_twice(connection: Connection, world: Any) -> None:
    values = {"community_id": world.community_id, "code": "G1", "name": "again"}
    assert refused(connection, grid, **values) == "grid_community_id_code_key"


def test_grid_lies_in_a_community_and_in_nothing_larger(connection: Connection, world: Any) -> None:
    street = connection.scalar(text("SELECT parent_id FROM area WHERE id = :id"), {"id": world.community_id})
    assert refused(connection, grid, community_id=street, code="G9", name="G9").startswith("grid_community_id")


def test_community_lies_in_a_street_and_not_in_a_district(connection: Connection, world: Any) -> None:
    district = connection.scalar(text("SELECT id FROM area WHERE level = 'district'"))
    values = {"code": "c", "name": "c", "level": "community", "parent_id": district, "time_zone": "UTC"}
    assert refused(connection, area, **values).startswith("area_parent_id")


def a_post(world: Any, **changed: Any) -> dict[str, Any]:
    values = {
        "community_id": world.community_id,
        "worker_id": world.workers["周九"],
        "role": "grid_worker",
        "grid_id": world.grids["G3"],
        "valid_from": date(2024, 1, 1),
    }
    return values | changed


def test_no_post_without_its_grid(connection: Connection, world: Any) -> None:
    assert refused(connection, post, **a_post(world, grid_id=10**9)) == "post_grid_id_community_id_fkey"
    assert refused(connection, post, **a_post(world, grid_id=None)) == "post_grid_or_group_check"
    both = a_post(world, group_id=world.groups["QA"])
    assert refused(connection, post, **both) == "post_grid_or_group_check"


def test_grid_has_one_grid_worker_on_a_day_but_may_have_stand_ins(connection: Connection, world: Any) -> None:
    second = a_post(world, grid_id=world.grids["G1"])
    assert refused(connection, post, **second) == "post_one_grid_worker"
    add(connection, post, **second, stand_in=True)


def test_post_in_a_grid_of_another_community_is_refused(connection: Connection, world: Any) -> None:
    add_other_community(connection)
    other = connection.scalar(text("SELECT id FROM grid WHERE community_id <> :id"), {"id": world.community_id})
    assert refused(connection, post, **a_post(world, grid_id=other)) == "post_grid_id_community_id_fkey"


def test_unknown_role_is_refused(connection: Connection, world: Any) -> None:
    assert refused(connection, post, **a_post(world, role="king")) == "post_role_check"


def test_grid_with_a_post_cannot_be_deleted(connection: Connection, world: Any) -> None:
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(text("DELETE FROM grid WHERE id = :id"), {"id": world.grids["G1"]})


def test_group_covers_a_grid_once_at_a_time(connection: Connection, world: Any) -> None:
    values = {"community_id": world.community_id, "group_id": world.groups["QA"], "grid_id": world.grids["G1"]}
    assert refused(connection, group_grid, **values, valid_from=date(2024, 1, 1)) == "group_grid_once_at_a_time"


def test_worker_is_on_leave_once_at_a_time(connection: Connection, world: Any) -> None:
    values = {"worker_id": world.workers["赵一"], "valid_from": date(2024, 1, 1)}
    add(connection, leave, **values)
    assert refused(connection, leave, **values) == "leave_once_at_a_time"


def test_same_door_twice_in_a_building_is_refused(connection: Connection, world: Any) -> None:
    there = {"community_id": world.community_id, "building_id": world.buildings["B1"]}
    values = there | {"unit": "1", "floor": 5, "door": "2"}
    assert refused(connection, household, **values) == "household_building_id_unit_floor_door_key"


def test_ids_of_buildings_and_workers_are_their_communitys_own(connection: Connection, world: Any) -> None:
    there = add_other_community(connection)
    add(connection, building, community_id=there, code="B1", name="B1", geom=point(107, 29))
    add(connection, worker, community_id=there, code="W1", name="W1")
    again = {"community_id": there, "code": "B1", "name": "B1", "geom": point(107, 29)}
    assert refused(connection, building, **again) == "building_community_id_code_key"


def an_issue(**changed: Any) -> dict[str, Any]:
    values = {"source": "hotline", "text": "停水了", "reported_at": NOON, "location_method": "none", "receipt": {}}
    return values | changed


def test_issue_keeps_the_version_with_the_grid_and_the_post_with_the_worker(connection: Connection, world: Any) -> None:
    here = {"community_id": world.community_id, "grid_id": world.grids["G1"]}
    assert refused(connection, issue, **an_issue(**here)) == "issue_grid_with_version_check"
    foreign = an_issue(**here, grid_version_id=world.versions["G2"])
    assert refused(connection, issue, **foreign) == "issue_grid_version_id_grid_id_fkey"
    unposted = an_issue(**here, grid_version_id=world.versions["G1"], worker_id=world.workers["赵一"])
    assert refused(connection, issue, **unposted) == "issue_worker_with_post_check"


def test_issue_of_one_source_is_stored_once(connection: Connection, world: Any) -> None:
    values = an_issue(external_id="7", community_id=world.community_id)
    add(connection, issue, **values)
    assert refused(connection, issue, **values) == "issue_origin_key"


def test_issue_is_not_closed_before_it_was_reported(connection: Connection) -> None:
    assert refused(connection, issue, **an_issue(closed_at=BEGINNING)) == "issue_closed_at_check"
