"""Who asks decides what a layer holds: the database's policies are those of every other request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import TestClient


def counted(client: TestClient) -> dict[str, int]:
    found = client.get("/ogc/collections/matters/items").json()["features"]
    return {each["properties"]["code"]: each["properties"]["matters"] for each in found}


@pytest.fixture
def matters_in_two_grids(report: Callable[..., Any]) -> None:
    for building in ("B1", "B3", "B3"):
        report("路灯不亮", building_id=building)


@pytest.mark.usefixtures("matters_in_two_grids")
def test_matters_are_counted_within_the_scope_of_who_asks(
    admin: TestClient, client_for: Callable[..., TestClient]
) -> None:
    everything, of_worker = counted(admin), counted(client_for("worker"))
    assert everything["G1"] >= 1
    assert everything["G2"] >= 2
    assert of_worker["G1"] == everything["G1"]
    assert of_worker["G2"] == 0
    assert counted(client_for("official")) == everything


def test_two_who_ask_at_once_get_their_own(admin: TestClient, client_for: Callable[..., TestClient]) -> None:
    worker = client_for("worker")
    for _ in range(5):
        assert counted(worker)["G2"] == 0
        assert counted(admin)["G2"] >= 0


def test_nobody_and_who_may_not_read_get_nothing(nobody: TestClient, client_for: Callable[..., TestClient]) -> None:
    for path in ("/ogc/", "/ogc/api", "/ogc/collections/grids/items", "/ogc/collections/matters/items"):
        assert nobody.get(path).status_code == 401
    assert client_for("intake").get("/ogc/collections/grids/items").status_code == 403


def test_layers_hold_nothing_of_a_person(admin: TestClient) -> None:
    found = admin.get("/ogc/collections").json()["collections"]
    for each in found:
        told = admin.get(f"/ogc/collections/{each['id']}/items").json()["features"]
        for feature in told:
            assert not feature["properties"].keys() & {"worker", "phone", "households", "residents", "text", "plate"}
