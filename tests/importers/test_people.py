from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select, update

from gis.errors import InvalidInput
from gis.importers.importing import apply
from gis.importers.plan import Counts, Plan
from gis.security.sealed import RESIDENT_PHONE, WORKER_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import (
    grid,
    group_building,
    group_grid,
    household,
    online_group,
    post,
    resident,
    vehicle,
    worker,
)

from .conftest import Importer

Told = Callable[[Plan], list[str]]
HOUSEHOLD = ["building_id", "unit", "floor", "door", "residents", "vehicles"]
WORKER = ["id", "name", "phone", "role", "grid_code", "group_code", "valid_from", "valid_to"]


def test_households_with_residents_and_vehicles(town: Importer) -> None:
    file = town.csv(
        "h",
        HOUSEHOLD,
        ["B1", "1", "5", "2", "张三 13800000000|李四", "渝GIH571|渝giM077"],
        ["B1", "", "-1", "1", "4", ""],
        ["B1", "", "3", "1", "", ""],
    )
    assert town.take("households", file) == Counts(new=3)
    counts = town.connection.scalars(select(household.c.resident_count).order_by(household.c.floor)).all()
    assert counts == [4, None, 2]
    rows = town.connection.execute(select(resident.c.name, RESIDENT_PHONE.sealed).order_by(resident.c.id)).all()
    vault = vault_of(town.connection)
    people = [(name, RESIDENT_PHONE.open(vault, phone)) for name, phone in rows]
    assert people == [("张三", "13800000000"), ("李四", None)]
    assert set(town.connection.scalars(select(vehicle.c.plate))) == {"渝GIH571", "渝GIM077"}
    assert town.take("households", file) == Counts(unchanged=3)


def test_what_is_wrong_with_a_resident_is_told_without_showing_the_number(town: Importer, told: Told) -> None:
    file = town.csv(
        "bad",
        HOUSEHOLD,
        ["B1", "1", "1", "1", "张三 13800000000 500119199001011233", ""],
        ["B1", "1", "1", "2", "张三 13800000000 500119199001011234", ""],
        ["B1", "1", "1", "3", "张三13800000000|李四", ""],
        ["B1", "1", "1", "4", "张* 138****0000", ""],
        ["B1", "1", "1", "5", "", "渝G***71"],
        ["B1", "1", "1", "*", "", ""],
    )
    plan = town.check("households", file)
    assert told(plan) == [
        "row 3, residents: bad_id_number",
        "row 4, residents: number_in_name",
        "row 5, residents: masked",
        "row 6, vehicles: masked",
        "row 7, door: masked",
    ]
    assert plan.changes.counts == Counts(new=1)
    assert not any("500119199001011234" in str(fault) or "13800000000" in str(fault) for fault in plan.faults)


def test_residents_are_compared_as_a_set_and_replaced(town: Importer) -> None:
    town.take("households", town.csv("a", HOUSEHOLD, ["B1", "1", "5", "2", "甲|乙", "A1"]))
    assert town.take("households", town.csv("b", HOUSEHOLD, ["B1", "1", "5", "2", "乙|甲", ""])) == Counts(unchanged=1)
    assert town.take("households", town.csv("c", HOUSEHOLD, ["B1", "1", "5", "2", "甲|丙", "A2"])) == Counts(changed=1)
    assert set(town.connection.scalars(select(resident.c.name))) == {"甲", "丙"}
    assert town.connection.scalars(select(vehicle.c.plate)).all() == ["A2"]


def test_a_vehicle_may_move_to_another_household(town: Importer) -> None:
    town.take("households", town.csv("a", HOUSEHOLD, ["B1", "1", "1", "1", "", "A1"], ["B1", "1", "1", "2", "", "A2"]))
    moved = town.csv("b", HOUSEHOLD, ["B1", "1", "1", "1", "", "A2"], ["B1", "1", "1", "2", "", "A1"])
    assert town.take("households", moved) == Counts(changed=2)


def test_plates_may_be_more_than_a_statement_has_parameters(town: Importer) -> None:
    plates = "|".join(f"渝A{number:06}" for number in range(66_000))
    plan = town.check("households", town.csv("h", HOUSEHOLD, ["B1", "", "1", "1", "", plates]))
    assert plan.changes.counts == Counts(new=1)


def test_every_fault_of_households_is_told_at_once(town: Importer, told: Told) -> None:
    town.take("households", town.csv("a", HOUSEHOLD, ["B1", "9", "9", "9", "", "A9"]))
    file = town.csv(
        "bad",
        HOUSEHOLD,
        ["B1", "1", "1", "1", "", "A1"],
        ["B1", "1", "1", "1", "", ""],
        ["B77", "1", "1", "2", "", ""],
        ["B1", "1", "high", "3", "", ""],
        ["B1", "1", "1", "", "", ""],
        ["B1", "1", "1", "4", "", "A1"],
        ["B1", "1", "1", "5", "", "A9"],
        ["B1", "1", "1", "6", "1000", ""],
    )
    assert told(town.check("households", file)) == [
        "row 3: duplicate",
        "row 4, building_id: unknown_building",
        "row 5, floor: bad_number",
        "row 6, door: missing",
        "row 7, vehicles: duplicate_plate",
        "row 8, vehicles: duplicate_plate",
        "row 9, residents: out_of_range",
    ]


def test_groups_cover_grids_and_buildings_from_since_ever(town: Importer) -> None:
    file = town.csv("g", ["code", "name", "grid_codes", "building_ids"], ["G2", "Two", "W|E", "B1"])
    assert town.take("groups", file) == Counts(new=1)
    begun = town.connection.scalars(
        select(group_grid.c.valid_from).join(online_group).where(online_group.c.code == "G2")
    )
    assert set(begun) == {date(1970, 1, 1)}
    assert town.take("groups", file) == Counts(unchanged=1)


def test_a_changed_cover_ends_and_begins_on_the_day(town: Importer) -> None:
    file = town.csv("g", ["code", "grid_codes", "building_ids"], ["G1", "E", "B1"])
    assert town.take("groups", file, valid_from=date(2024, 1, 1)) == Counts(changed=1)
    columns = (grid.c.code, group_grid.c.valid_from, group_grid.c.valid_to)
    covers = town.connection.execute(select(*columns).join(grid, grid.c.id == group_grid.c.grid_id)).all()
    assert set(covers) == {("W", date(1970, 1, 1), date(2024, 1, 1)), ("E", date(2024, 1, 1), None)}
    assert town.connection.scalar(select(group_building.c.valid_from)) == date(2024, 1, 1)
    assert town.take("groups", file) == Counts(unchanged=1)


def test_a_group_of_unknown_places_is_refused(town: Importer, told: Told) -> None:
    file = town.csv("g", ["code", "grid_codes", "building_ids"], ["G2", "W|X", "B1|B9"], ["G2", "", ""])
    assert told(town.check("groups", file)) == [
        "row 2, grid_codes: unknown_grid",
        "row 2, building_ids: unknown_building",
        "row 3: duplicate",
    ]


def test_a_worker_with_several_rows_holds_several_posts(town: Importer) -> None:
    file = town.csv(
        "w",
        WORKER,
        ["W1", "王", "13900000000", "grid_worker", "W", "", "2023-01-01", ""],
        ["W1", "王", "", "网评员", "", "G1", "2023/1/1", "2024-01-01"],
        ["W2", "刘", "", "", "", "", "", ""],
    )
    assert town.take("workers", file) == Counts(new=2)
    phone = town.connection.scalar(select(WORKER_PHONE.sealed).where(worker.c.code == "W1"))
    assert WORKER_PHONE.open(vault_of(town.connection), phone) == "13900000000"
    posts = town.connection.execute(select(post.c.role, post.c.valid_to).order_by(post.c.id)).all()
    assert posts == [("grid_worker", None), ("network_commentator", date(2024, 1, 1))]
    assert town.take("workers", file) == Counts(unchanged=2)


def test_one_worker_follows_another_in_a_grid(town: Importer) -> None:
    town.take("workers", town.csv("a", WORKER, ["W1", "王", "", "grid_worker", "W", "", "2023-01-01", ""]))
    file = town.csv(
        "b",
        WORKER,
        ["W2", "刘", "", "grid_worker", "W", "", "2024-01-01", ""],
        ["W1", "王", "", "grid_worker", "W", "", "2023-01-01", "2024-01-01"],
    )
    assert town.take("workers", file) == Counts(new=1, changed=1)
    assert town.take("workers", file) == Counts(unchanged=2)


def test_every_fault_of_workers_is_told_at_once(town: Importer, told: Told) -> None:
    file = town.csv(
        "bad",
        WORKER,
        ["W1", "王", "1", "grid_worker", "W", "", "2023-01-01", ""],
        ["W1", "黄", "2", "", "", "", "", ""],
        ["W2", "刘", "", "grid_worker", "W", "", "2023-06-01", ""],
        ["W3", "陈", "", "boss", "W", "", "", ""],
        ["W3", "陈", "", "", "W", "", "", ""],
        ["W3", "陈", "", "group_head", "W", "G1", "", ""],
        ["W3", "陈", "", "group_head", "", "", "", ""],
        ["W3", "陈", "", "group_head", "X", "", "", ""],
        ["W3", "陈", "", "group_head", "", "X", "", ""],
        ["W3", "陈", "", "group_head", "E", "", "2023-02-01", "2023-02-01"],
        ["W3", "陈", "", "group_head", "E", "", "2023-02-30", ""],
        ["W4", "周", "", "grid_worker", "E", "", "2023-01-01", ""],
        ["W4", "周", "", "grid_worker", "E", "", "2023-01-01", ""],
    )
    assert told(town.check("workers", file)) == [
        "row 3, name: contradiction",
        "row 3, phone: contradiction",
        "row 4, valid_from: overlapping_posts",
        "row 5, role: bad_role",
        "row 6, role: bad_role",
        "row 7: bad_post",
        "row 8: bad_post",
        "row 9, grid_code: unknown_grid",
        "row 10, group_code: unknown_group",
        "row 11, valid_to: bad_period",
        "row 12, valid_from: bad_date",
        "row 14: duplicate",
    ]


def test_overlapping_grid_workers_name_both_rows(town: Importer) -> None:
    file = town.csv(
        "w",
        WORKER,
        ["W1", "王", "", "grid_worker", "W", "", "2023-01-01", "2025-01-01"],
        ["W2", "刘", "", "grid_worker", "W", "", "2023-03-01", "2023-04-01"],
        ["W3", "陈", "", "grid_worker", "W", "", "2024-03-01", ""],
    )
    faults = town.check("workers", file).faults
    assert [fault.where for fault in faults] == ["row 3, valid_from", "row 4, valid_from"]
    assert all("row 2" in fault.reason for fault in faults)


def test_a_stand_in_may_hold_the_post_beside_the_regular_worker(town: Importer) -> None:
    file = town.csv(
        "w",
        ["id", "name", "role", "grid_code", "stand_in"],
        ["W1", "王", "grid_worker", "W", "否"],
        ["W2", "刘", "grid_worker", "W", "是"],
    )
    assert town.take("workers", file) == Counts(new=2)


def test_a_rule_of_the_database_is_told_in_words(town: Importer) -> None:
    plan = town.check("workers", town.csv("w", WORKER, ["W1", "王", "", "grid_worker", "W", "", "2023-01-01", ""]))
    town.take("workers", town.csv("x", WORKER, ["W2", "刘", "", "grid_worker", "W", "", "2023-02-01", ""]))
    try:
        apply(town.connection, plan)
    except InvalidInput as error:
        assert "try again" in str(error) and "psycopg" not in str(error)  # noqa: PT017, PT018
    else:
        raise AssertionError("two grid workers at once")
    assert town.connection.scalars(select(worker.c.code)).all() == ["W2"]


def test_a_new_phone_changes_the_worker(town: Importer) -> None:
    town.take("workers", town.csv("a", WORKER, ["W1", "王", "1", "", "", "", "", ""]))
    assert town.take("workers", town.csv("b", WORKER, ["W1", "王", "2", "", "", "", "", ""])) == Counts(changed=1)
    town.connection.execute(update(worker).values(WORKER_PHONE.values(vault_of(town.connection), "3")))
    assert town.take("workers", town.csv("c", ["id", "name"], ["W1", "王"])) == Counts(unchanged=1)
