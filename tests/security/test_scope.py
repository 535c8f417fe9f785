"""Who sees which rows: every role, in its own place and in others', now and after a post has ended.

The town (tests/world.py) stands in 甲区 > 乙街道 > 丙社区; beside it lies another district with a community.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import Connection, Table, select, text, update

from gis.actor import Actor
from gis.security.permissions import grants
from gis.storage.session import acting, set_actor
from gis.storage.tables import (
    account,
    account_area,
    area,
    building,
    grid,
    grid_version,
    household,
    issue,
    issue_event,
    post,
    resident,
    vehicle,
    worker,
)
from tests.world import BEGINNING, NOON, add, box, build_world, point, redraw

TODAY = datetime.now(UTC).date()
PEOPLE = {  # account: (role, whose it is, where the post is)
    "赵一": ("worker", "赵一", "G1"),
    "孙三": ("worker", "孙三", "G2"),
    "钱二": ("worker", "钱二", "G2, until 2024"),
    "周九": ("group_head", "周九", "G1"),
}
HOUSES = {"B1": "G1", "B3": "G2", "B5": "G3", "X1": "X"}


@pytest.fixture(scope="module")
def town(shared_engine) -> Iterator[tuple[Connection, SimpleNamespace]]:
    with shared_engine.connect() as connection:
        transaction = connection.begin()
        set_actor(connection, Actor(name="system", role="admin"))
        yield connection, _people(connection)
        transaction.rollback()


def _people(connection: Connection) -> SimpleNamespace:
    world = build_world(connection)
    zone = {"time_zone": "Asia/Shanghai"}
    far = add(connection, area, code="888", name="远区", level="district", **zone)
    road = add(connection, area, code="888001", name="远街道", level="street", parent_id=far, **zone)
    there = add(connection, area, code="888001001", name="远社区", level="community", parent_id=road, **zone)
    world.grids["X"] = add(connection, grid, community_id=there, code="X", name="X")
    world.versions["X"] = add(
        connection, grid_version, grid_id=world.grids["X"], geom=box(108, 30), valid_from=BEGINNING
    )
    house = {"community_id": there, "code": "X1", "name": "X1", "geom": point(108.0005, 30.0005)}
    world.buildings["X1"] = add(connection, building, **house)
    world.workers["远人"] = add(connection, worker, community_id=there, code="F1", name="远人")
    homes, issues = {}, {}
    for code, in_grid in HOUSES.items():
        here = there if code == "X1" else world.community_id
        place = {"community_id": here, "building_id": world.buildings[code]}
        homes[code] = add(connection, household, **place, unit="9", floor=9, door="9")
        add(connection, resident, household_id=homes[code], name="某人")
        add(connection, vehicle, household_id=homes[code], plate=f"渝A{code}")
        issues[in_grid] = add(
            connection,
            issue,
            **_matter(in_grid),
            community_id=here,
            grid_id=world.grids[in_grid],
            grid_version_id=world.versions[in_grid],
        )
        add(connection, issue_event, issue_id=issues[in_grid], actor="x", kind="reported")
    issues["QA"] = add(connection, issue, **_matter("QA"), group_id=world.groups["QA"])
    issues["nowhere"] = add(connection, issue, **_matter("nowhere"))
    actors = {"system": Actor(name="system", role="admin")}
    roles = {
        "admin": "admin",
        "dispatcher": "dispatcher",
        "official of 甲区": "official",
        "planner of 乙街道": "planner",
        "official of 远社区": "official",
        "official of nothing": "official",
        "intake": "intake",
        "disabled admin": "admin",
    }
    for name, role in roles.items():
        actors[name] = Actor(name=name, role=role, account_id=_account(connection, name, role))
    for name, code in (
        ("official of 甲区", "999119"),
        ("planner of 乙街道", "999119003"),
        ("official of 远社区", "888001001"),
    ):
        area_id = connection.scalar(select(area.c.id).where(area.c.code == code))
        connection.execute(account_area.insert().values(account_id=actors[name].account_id, area_id=area_id))
    connection.execute(update(account).where(account.c.username == "disabled admin").values(disabled_at=NOON))
    for name, (role, person, _) in PEOPLE.items():
        account_id = _account(connection, name, role, worker_id=world.workers[person])
        actors[name] = Actor(name=name, role=role, account_id=account_id, worker_id=world.workers[person])
    add(
        connection,
        post,
        community_id=world.community_id,
        worker_id=world.workers["郑六"],
        role="network_commentator",
        group_id=world.groups["QA"],
        valid_from=date(2020, 1, 1),
    )
    account_id = _account(connection, "郑六", "network_commentator", worker_id=world.workers["郑六"])
    actors["郑六"] = Actor("郑六", "network_commentator", account_id, world.workers["郑六"])
    issues["entered"] = add(connection, issue, **_matter("entered"), account_id=actors["intake"].account_id)
    return SimpleNamespace(**vars(world), actors=actors, issues=issues, homes=homes)


def _matter(external_id: str) -> dict[str, object]:
    shape = {"text": "停水", "source": "scope", "reported_at": NOON, "location_method": "none", "receipt": {}}
    return shape | {"external_id": external_id}


def _account(connection: Connection, name: str, role: str, worker_id: int | None = None) -> int:
    return add(connection, account, username=name, password_hash="x", role=role, worker_id=worker_id)


EVERYTHING = {"G1", "G2", "G3", "X", "QA", "nowhere", "entered"}
SEEN = {
    "system": EVERYTHING,
    "admin": EVERYTHING,
    "dispatcher": EVERYTHING,
    "official of 甲区": {"G1", "G2", "G3"},
    "planner of 乙街道": {"G1", "G2", "G3"},
    "official of 远社区": {"X"},
    "official of nothing": set(),
    "赵一": {"G1"},
    "孙三": {"G2"},
    "钱二": set(),
    "周九": {"G1"},
    "郑六": {"QA"},
    "intake": {"entered"},
    "disabled admin": set(),
}


def matters(connection: Connection) -> set[str]:
    return set(connection.scalars(select(issue.c.external_id)))


def homes(connection: Connection) -> set[str]:
    return set(
        connection.scalars(
            select(building.c.code)
            .join(household, household.c.building_id == building.c.id)
            .where(household.c.unit == "9")
        )
    )


@pytest.mark.parametrize("who", SEEN)
def test_matters_are_seen_in_their_own_place_only(town, who: str) -> None:
    connection, world = town
    with acting(connection, world.actors[who]):
        assert matters(connection) == SEEN[who]
        events = select(issue.c.external_id).join(issue_event, issue_event.c.issue_id == issue.c.id)
        assert set(connection.scalars(events)) == SEEN[who] & set(HOUSES.values())


@pytest.mark.parametrize("who", SEEN)
def test_households_people_and_cars_are_seen_in_their_own_grids_only(town, who: str) -> None:
    connection, world = town
    expected = {house for house, in_grid in HOUSES.items() if in_grid in SEEN[who]}
    with acting(connection, world.actors[who]):
        assert homes(connection) == expected
        for table in (resident, vehicle):
            owners = connection.scalars(select(table.c.household_id)).all()
            assert set(owners) == {world.homes[code] for code in expected}


@pytest.mark.parametrize("who", SEEN)
@pytest.mark.parametrize("table", [issue, household, resident, vehicle, worker], ids=lambda table: table.name)
def test_what_is_not_seen_is_not_changed_or_deleted_either(town, who: str, table: Table) -> None:
    connection, world = town
    with acting(connection, world.actors[who]):
        seen = len(connection.execute(select(table.c.id)).all())
        touched = connection.execute(update(table).values(id=table.c.id))
    assert touched.rowcount == seen


@pytest.mark.parametrize(
    ("who", "colleagues"),
    [("赵一", "丙社区"), ("official of 远社区", "远社区"), ("钱二", None), ("intake", None)],
)
def test_workers_are_seen_by_those_of_their_community(town, who: str, colleagues: str | None) -> None:
    connection, world = town
    with acting(connection, world.actors[who]):
        seen = connection.scalars(select(area.c.name).distinct().join(worker, worker.c.community_id == area.c.id))
        assert seen.all() == ([colleagues] if colleagues else [])


@pytest.mark.parametrize("who", SEEN)
def test_accounts_are_seen_by_their_owner_and_by_who_administers(town, who: str) -> None:
    connection, world = town
    actor = world.actors[who]
    with acting(connection, actor):
        seen = set(connection.scalars(select(account.c.id)))
    everybody = {each.account_id for each in world.actors.values() if each.account_id}
    assert seen == (everybody if actor.role == "admin" else {actor.account_id})


def test_scope_ends_with_the_post_and_begins_with_the_next(town) -> None:
    connection, world = town
    held = update(post).where(post.c.worker_id == world.workers["孙三"])
    with connection.begin_nested() as undone:
        connection.execute(held.values(valid_to=TODAY + timedelta(days=2)))
        with acting(connection, world.actors["孙三"]):
            assert matters(connection) == {"G2"}
        connection.execute(held.values(valid_to=TODAY - timedelta(days=2)))
        with acting(connection, world.actors["孙三"]):
            assert matters(connection) == set()
            assert homes(connection) == set()
        connection.execute(held.values(valid_to=None, grid_id=world.grids["G3"]))
        with acting(connection, world.actors["孙三"]):
            assert matters(connection) == {"G3"}
            assert homes(connection) == {"B5"}
        undone.rollback()


def test_households_follow_a_redraw_of_their_grid(town) -> None:
    connection, world = town
    with connection.begin_nested() as undone:
        connection.execute(update(building).where(building.c.code == "B3").values(geom=point(107.0012, 29.0005)))
        redraw(connection, world, NOON)
        with acting(connection, world.actors["赵一"]):
            assert homes(connection) == {"B1", "B3"}
        with acting(connection, world.actors["孙三"]):
            assert homes(connection) == set()
        undone.rollback()


def test_house_on_a_shared_edge_belongs_to_the_lower_code_here_too(town) -> None:
    connection, world = town
    with connection.begin_nested() as undone:
        connection.execute(update(building).where(building.c.code == "B3").values(geom=point(107.001, 29.0005)))
        with acting(connection, world.actors["赵一"]):
            assert homes(connection) == {"B1", "B3"}
        with acting(connection, world.actors["孙三"]):
            assert homes(connection) == set()
        undone.rollback()


def test_area_that_is_taken_away_is_out_of_sight_at_once(town) -> None:
    connection, world = town
    with connection.begin_nested() as undone:
        connection.execute(account_area.delete())
        with acting(connection, world.actors["official of 甲区"]):
            assert matters(connection) == set()
        undone.rollback()


def test_grants_tell_what_is_allowed_and_why(town) -> None:
    connection, world = town
    for who, reach in (
        ("admin", ("everything", None, "role admin")),
        ("planner of 乙街道", ("area", "999119003", "role planner of 乙街道")),
        ("赵一", ("grid", "G1", "post grid_worker since 2020-01-01")),
        ("郑六", ("group", "QA", "post network_commentator since 2020-01-01")),
        ("intake", ("own", None, "entered by this account")),
    ):
        actor = world.actors[who]
        with acting(connection, actor):
            told = grants(connection, actor)
        assert {(g.where, g.code, g.why) for g in told} == {reach}
    for who in ("official of nothing", "钱二", "disabled admin"):
        actor = world.actors[who]
        with acting(connection, actor):
            assert grants(connection, actor) == []


PLAN = "EXPLAIN (COSTS OFF) SELECT id FROM issue WHERE geom && ST_MakeEnvelope(107, 29, 107.001, 29.001, 4326)"


@pytest.mark.parametrize("who", ["admin", "official of 甲区", "赵一"])
def test_search_by_place_uses_its_index_under_the_policy(town, who: str) -> None:
    connection, world = town
    with acting(connection, world.actors[who]):
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(connection.scalars(text(PLAN)))
        connection.execute(text("SET LOCAL enable_seqscan = on"))
    assert "issue_geom_idx" in plan or "issue_grid_id" in plan
