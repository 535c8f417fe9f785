"""The service over a town in which people live.

Beside the hand-drawn town (tests/world.py): 张三丰 (142 0000 0001) and 李小四 live in 梨园1栋 (B1, grid G1), unit 1,
floor 5, door 2, with the car 渝A·12345; five more households of two live in that house, three in 2栋 (B2, also G1).
王五 (142 0000 0003), with the car 渝B67890, lives in 长坡1栋 (B3, grid G2). 官 is an official of another district.
吴五 is the property manager of G1 too, and 郑六 the commentator of the online group QA.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, Engine, select, update

from api.app import create_app
from gis.actor import Actor
from gis.security.sealed import ISSUE_TEXT, REPORTER_NAME, REPORTER_PHONE, RESIDENT_PHONE
from gis.security.sign_in import open_sign_in
from gis.security.vault import Vault, vault_of
from gis.settings import Settings
from gis.storage.session import create_engine, transaction
from gis.storage.tables import account, account_area, area, household, issue, post, resident, unmasking, vehicle
from tests.client import Client, TestClient
from tests.world import NOON, add, build_world

_numbers = count(1)
PERSONS = {
    "admin": ("admin", None),
    "dispatcher": ("dispatcher", None),
    "official": ("official", None),
    "planner": ("planner", None),
    "官": ("official", None),
    "赵一": ("worker", "赵一"),
    "孙三": ("worker", "孙三"),
    "钱二": ("worker", "钱二"),
    "周九": ("group_head", "周九"),
    "吴五": ("property_manager", "吴五"),
    "郑六": ("network_commentator", "郑六"),
    "intake": ("intake", None),
}


@pytest.fixture(scope="module")
def lived_engine(new_database: Callable[..., str], template: str, vault: Vault) -> Iterator[Engine]:
    engine = create_engine(new_database(template), vault=vault)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def lived(lived_engine: Engine) -> SimpleNamespace:
    """The ids of the town's things, of its people by name, and its actors."""
    with transaction(lived_engine) as connection:
        world = build_world(connection)
        held = {"community_id": world.community_id, "valid_from": date(2020, 1, 1)}
        for name, role, place in (
            ("吴五", "property_manager", {"grid_id": world.grids["G1"]}),
            ("郑六", "network_commentator", {"group_id": world.groups["QA"]}),
        ):
            add(connection, post, **held, worker_id=world.workers[name], role=role, **place)
        people, cars, homes = _settle(connection, world)
        actors = {}
        for name, (role, person) in PERSONS.items():
            worker_id = world.workers[person] if person else None
            values = {"username": name, "password_hash": "x", "role": role, "worker_id": worker_id}
            actors[name] = Actor(name, role, add(connection, account, **values), worker_id)
        far = add(connection, area, code="888", name="远区", level="district", time_zone="Asia/Shanghai")
        near = connection.scalar(select(area.c.id).where(area.c.code == "999119"))
        for name, place in (("official", near), ("planner", near), ("官", far)):
            values = {"account_id": actors[name].account_id, "area_id": place}
            connection.execute(account_area.insert().values(**values))
    return SimpleNamespace(**vars(world), people=people, cars=cars, homes=homes, actors=actors)


def _settle(connection: Connection, world: SimpleNamespace) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    homes, people, cars = {}, {}, {}
    homes["张家"] = connection.scalar(select(household.c.id))
    connection.execute(update(household).values(resident_count=2))
    doors = [("B1", floor, 2) for floor in (1, 2, 3, 4, 6)] + [("B2", floor, 3) for floor in (1, 2, 3)]
    for house, floor, residents in (*doors, ("B3", 1, 1)):
        place = {"community_id": world.community_id, "building_id": world.buildings[house]}
        homes[f"{house} {floor}"] = add(
            connection, household, **place, unit="1", floor=floor, door="1", resident_count=residents
        )
    for name, phone, home in (
        ("张三丰", "14200000001", "张家"),
        ("李小四", None, "张家"),
        ("赵钱孙", "14200000002", "B1 1"),
        ("王五", "14200000003", "B3 1"),
    ):
        people[name] = add(
            connection,
            resident,
            household_id=homes[home],
            name=name,
            **RESIDENT_PHONE.values(vault_of(connection), phone),
        )
    for plate, home in (("渝A·12345", "张家"), ("渝B67890", "B3 1")):
        cars[plate] = add(connection, vehicle, household_id=homes[home], plate=plate)
    return people, cars, homes


@pytest.fixture(scope="module")
def lived_app(settings: Settings, lived_engine: Engine, lived: SimpleNamespace) -> FastAPI:
    return create_app(settings, lived_engine)


@pytest.fixture(scope="module")
def entered(lived_app: FastAPI) -> Iterator[TestClient]:
    with TestClient(lived_app) as client:
        yield client


@pytest.fixture(scope="module")
def sign_in(
    lived_app: FastAPI, entered: TestClient, lived_engine: Engine, lived: SimpleNamespace
) -> Callable[..., Client]:
    """A client in which one of PERSONS is signed in."""

    def make(name: str) -> Client:
        with transaction(lived_engine) as connection:
            token = open_sign_in(connection, lived.actors[name].account_id, 1)
        client = Client(lived_app, entered, follow_redirects=False)
        client.headers["authorization"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture
def nobody_signed_in(lived_app: FastAPI, entered: TestClient) -> Client:
    return Client(lived_app, entered, follow_redirects=False)


@pytest.fixture
def matter(lived_engine: Engine, lived: SimpleNamespace) -> Callable[..., str]:
    """Writes a matter of a house (open, in its grid, if not said otherwise) and gives its id."""
    grids = {"B1": "G1", "B2": "G1", "B3": "G2", "B5": "G3"}

    def write(
        house: str, *, text: str = "楼道漏水", name: str | None = None, phone: str | None = None, **values: Any
    ) -> str:
        grid = grids[house]
        given = {
            "source": f"test_{next(_numbers)}",
            "reported_at": NOON,
            "location_method": "building",
            "receipt": {},
            "community_id": lived.community_id,
            "building_id": lived.buildings[house],
            "grid_id": lived.grids[grid],
            "grid_version_id": lived.versions[grid],
        }
        with transaction(lived_engine) as connection:
            vault = vault_of(connection)
            said = ISSUE_TEXT.values(vault, text) | REPORTER_NAME.values(vault, name)
            return str(add(connection, issue, **(given | said | REPORTER_PHONE.values(vault, phone) | values)))

    return write


@pytest.fixture(autouse=True)
def mask_again(lived_engine: Engine) -> Iterator[None]:
    """What one test has unmasked is masked for the next."""
    yield
    with transaction(lived_engine) as connection:
        connection.execute(unmasking.delete())
