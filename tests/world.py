"""A town small enough to check by eye.

Four grids of about 97 m (east) by 111 m (north) in a row and a half, at 107.000E 29.000N:

        107.000   .001    .002    .003
 29.002    +-------+
           |  G3   |
 29.001    +-------+-------+-------+
           |  G1   |  G2   |  G4   |
 29.000    +-------+-------+-------+

- 梨园 is a compound in G1: buildings 1栋 (107.0003, 29.0005) and 2栋 (107.0006, 29.0005); its nickname is 老梨园.
- 长坡 is a compound with 1栋 in G2 (107.0015) and 2栋 in G4 (107.0025): it lies in two grids.
- 河街12号 is a house in G3 (107.0005, 29.0015).
- G1: 赵一 is the grid worker; 周九 is the group head. G2: 钱二 until 2024, 孙三 from then on. G3: nobody.
- G4: 李四, with 吴五 as stand-in and 郑六 as group head.
- Online groups: QA covers G1; QB covers G2 and G4; QC covers the house in G3 by itself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlalchemy.sql.schema import Table

from gis.security.sealed import WORKER_PHONE
from gis.security.vault import vault_of
from gis.storage.tables import (
    area,
    building,
    compound,
    grid,
    grid_version,
    group_building,
    group_grid,
    household,
    online_group,
    place,
    post,
    worker,
)

COMMUNITY = "999119003004"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
NOON = datetime(2024, 6, 1, 4, tzinfo=UTC)
"""2024-06-01 12:00 in the town."""


def box(west: float, south: float, *, step: float = 0.001) -> str:
    east, north = round(west + step, 6), round(south + step, 6)
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return f"SRID=4326;MULTIPOLYGON((({ring})))"


def point(lon: float, lat: float) -> str:
    return f"SRID=4326;POINT({lon} {lat})"


def add(connection: Connection, table: Table, **values: Any) -> int:
    return connection.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()


def build_world(connection: Connection) -> SimpleNamespace:
    """Write the town; gives the ids of its things by the names above."""
    district = add(connection, area, code="999119", name="甲区", level="district", time_zone="Asia/Shanghai")
    street = add(
        connection,
        area,
        code="999119003",
        name="乙街道",
        level="street",
        parent_id=district,
        time_zone="Asia/Shanghai",
    )
    here = add(
        connection,
        area,
        code=COMMUNITY,
        name="丙社区",
        level="community",
        parent_id=street,
        time_zone="Asia/Shanghai",
    )
    grids, versions = {}, {}
    for code, west, south in (("G1", 107.0, 29.0), ("G2", 107.001, 29.0), ("G3", 107.0, 29.001), ("G4", 107.002, 29.0)):
        grids[code] = add(connection, grid, community_id=here, code=code, name=f"{code}网格")
        versions[code] = add(connection, grid_version, grid_id=grids[code], geom=box(west, south), valid_from=BEGINNING)
    compounds = {
        "梨园": add(connection, compound, community_id=here, name="梨园", aliases=["老梨园"]),
        "长坡": add(connection, compound, community_id=here, name="长坡"),
    }
    buildings = {}
    for code, name, of, lon, lat in (
        ("B1", "梨园1栋", "梨园", 107.0003, 29.0005),
        ("B2", "梨园2栋", "梨园", 107.0006, 29.0005),
        ("B3", "长坡1栋", "长坡", 107.0015, 29.0005),
        ("B4", "长坡2栋", "长坡", 107.0025, 29.0005),
        ("B5", "河街12号", None, 107.0005, 29.0015),
    ):
        buildings[code] = add(
            connection,
            building,
            community_id=here,
            code=code,
            name=name,
            compound_id=compounds[of] if of else None,
            floors=6,
            units=2,
            built_year=1998 if of == "梨园" else None,
            geom=point(lon, lat),
        )
    add(connection, household, community_id=here, building_id=buildings["B1"], unit="1", floor=5, door="2")
    workers = {
        name: add(
            connection,
            worker,
            community_id=here,
            code=code,
            name=name,
            **WORKER_PHONE.values(vault_of(connection), "14200000000"),
        )
        for code, name in (
            ("W1", "赵一"),
            ("W2", "钱二"),
            ("W3", "孙三"),
            ("W4", "李四"),
            ("W5", "吴五"),
            ("W6", "郑六"),
            ("W9", "周九"),
        )
    }
    for name, role, code, stand_in, start, end in (
        ("赵一", "grid_worker", "G1", False, date(2020, 1, 1), None),
        ("周九", "group_head", "G1", False, date(2020, 1, 1), None),
        ("钱二", "grid_worker", "G2", False, date(2020, 1, 1), date(2024, 1, 1)),
        ("孙三", "grid_worker", "G2", False, date(2024, 1, 1), None),
        ("李四", "grid_worker", "G4", False, date(2020, 1, 1), None),
        ("吴五", "grid_worker", "G4", True, date(2020, 1, 1), None),
        ("郑六", "group_head", "G4", False, date(2020, 1, 1), None),
    ):
        add(
            connection,
            post,
            community_id=here,
            worker_id=workers[name],
            role=role,
            grid_id=grids[code],
            stand_in=stand_in,
            valid_from=start,
            valid_to=end,
        )
    groups = {
        code: add(connection, online_group, community_id=here, code=code, name=name)
        for code, name in (("QA", "梨园业主群"), ("QB", "长坡居民群"), ("QC", "河街群"))
    }
    since = {"community_id": here, "valid_from": date(1970, 1, 1)}
    for group, code in (("QA", "G1"), ("QB", "G2"), ("QB", "G4")):
        add(connection, group_grid, group_id=groups[group], grid_id=grids[code], **since)
    add(connection, group_building, group_id=groups["QC"], building_id=buildings["B5"], **since)
    return SimpleNamespace(
        community_id=here,
        grids=grids,
        versions=versions,
        buildings=buildings,
        workers=workers,
        groups=groups,
    )


def add_other_community(connection: Connection, *, code: str = "boston") -> int:
    """A second community whose one grid, also called G1, lies over the town's G1 and G2."""
    here = add(connection, area, code=code, name=code, level="community", time_zone="America/New_York")
    other = add(connection, grid, community_id=here, code="G1", name="G1")
    add(connection, grid_version, grid_id=other, geom=box(107.0, 29.0, step=0.002), valid_from=BEGINNING)
    return here


def add_places(connection: Connection, world: SimpleNamespace) -> None:
    """Known places that are no buildings: an east gate of either compound, a kindergarten in G1 and one in G4."""
    compounds = dict(connection.execute(text("SELECT name, id FROM compound")).all())
    for code, name, kind, aliases, of, lon in (
        ("P1", "梨园东门", "gate", ["东门口"], "梨园", 107.0008),
        ("P2", "长坡东门", "gate", ["东门口"], "长坡", 107.0018),
        ("P3", "向阳幼儿园", "kindergarten", [], None, 107.0004),
        ("P4", "红星幼儿园", "kindergarten", [], None, 107.0026),
    ):
        add(
            connection,
            place,
            community_id=world.community_id,
            code=code,
            name=name,
            kind=kind,
            aliases=aliases,
            compound_id=compounds[of] if of else None,
            geom=point(lon, 29.0006),
        )


def add_to_the_road(connection: Connection, world: SimpleNamespace) -> None:
    """A second house of 河街, in G2: the road is in two grids then."""
    house = {"community_id": world.community_id, "code": "B12", "name": "河街30号", "geom": point(107.0012, 29.0007)}
    add(connection, building, **house)


def redraw(connection: Connection, world: SimpleNamespace, at: datetime) -> None:
    """From a moment on, the west half of G2 belongs to G1."""
    close = text("UPDATE grid_version SET valid_to = :at WHERE grid_id = ANY(:ids)")
    connection.execute(close, {"at": at, "ids": [world.grids["G1"], world.grids["G2"]]})
    for code, west, east in (("G1", 107.0, 107.0015), ("G2", 107.0015, 107.002)):
        ring = f"{west} 29.0, {east} 29.0, {east} 29.001, {west} 29.001, {west} 29.0"
        geom = f"SRID=4326;MULTIPOLYGON((({ring})))"
        add(connection, grid_version, grid_id=world.grids[code], geom=geom, valid_from=at)
