"""The town of tests/world.py as its online groups see it.

Households: 6 in B1 and 5 in B2 (G1), 4 in B3 (G2), 7 in B4 (G4), 5 in B5 (G3).
QA covers G1; QB covers G2 and G4; QC covers B5 until 2024-06-10 and nothing after it. QD covers B1 too.
QA has all of 三员一长: 赵一 (grid worker), 郑六 (commentator), 吴五 (property manager), 周九 (head). QB has 孙三 only.
Matters: five from QA in the weeks before noon of 2024-06-01, one from QB long ago.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, update

from gis.network.reach import NetworkFilter
from gis.storage.tables import (
    group_building,
    household,
    issue,
    online_group,
    post,
)
from tests.world import NOON, add

HOMES = {"B1": 5, "B2": 5, "B3": 4, "B4": 7, "B5": 5}
"""Beside the one household of B1 that the town has."""
LONG_AGO = datetime(2023, 12, 1, tzinfo=UTC)


def at(moment: datetime = NOON, **narrowed: Any) -> NetworkFilter:
    return NetworkFilter(at=moment, until=moment, **narrowed)


@pytest.fixture
def town(connection: Connection, world: SimpleNamespace) -> SimpleNamespace:
    settle(connection, world)
    return world


def settle(connection: Connection, world: SimpleNamespace) -> None:
    here = {"community_id": world.community_id}
    for house, count in HOMES.items():
        for floor in range(1, count + 1):
            add(connection, household, **here, building_id=world.buildings[house], unit="9", floor=floor, door="1")
    world.groups["QD"] = add(connection, online_group, **here, code="QD", name="梨园一栋群")
    since = {**here, "valid_from": date(1970, 1, 1)}
    add(connection, group_building, group_id=world.groups["QD"], building_id=world.buildings["B1"], **since)
    own = group_building.c.group_id == world.groups["QC"]
    connection.execute(update(group_building).where(own).values(valid_to=date(2024, 6, 10)))
    for name, role, group in (
        ("赵一", "grid_worker", "QA"),
        ("郑六", "network_commentator", "QA"),
        ("吴五", "property_manager", "QA"),
        ("周九", "group_head", "QA"),
        ("孙三", "grid_worker", "QB"),
    ):
        add(connection, post, worker_id=world.workers[name], role=role, group_id=world.groups[group], **since)
    for days, known in (
        (1, {"location_method": "group", "status": "closed", "settled_way": "in_group", "answer_minutes": 10}),
        (2, {"location_method": "address", "status": "resolved", "settled_way": "on_site", "answer_minutes": 30}),
        (3, {"location_method": "manual", "status": "closed", "answer_minutes": 60}),
        (8, {"location_method": "none", "grid": None}),
        (83, {"location_method": "building"}),
    ):
        matter(connection, world, "QA", NOON - timedelta(days=days), **known)
    matter(connection, world, "QB", LONG_AGO)


def matter(
    connection: Connection,
    world: SimpleNamespace,
    group: str,
    reported_at: datetime,
    *,
    grid: str | None = "G1",
    answer_minutes: int | None = None,
    **values: Any,
) -> int:
    answered = None if answer_minutes is None else reported_at + timedelta(minutes=answer_minutes)
    given = {
        "text": "楼道灯坏了",
        "source": "wechat_group",
        "reported_at": reported_at,
        "location_method": "group",
        "receipt": {},
        "first_answered_at": answered,
        "community_id": world.community_id,
        "group_id": world.groups[group],
        "grid_id": world.grids[grid] if grid else None,
        "grid_version_id": world.versions[grid] if grid else None,
    }
    return add(connection, issue, **(given | values))
