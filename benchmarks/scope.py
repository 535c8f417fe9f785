"""What row-level security costs: the same queries without policies, and as three accounts, at 300,000 households.

    ./dualgrid bench scope [--plans]

An invented district is made in a database of its own: 25 communities of 40 grids, 12 buildings a grid, 25
households and as many matters a building. Each query runs five times; its median is told in milliseconds, with
the rows that it sees. The owner's column is a superuser's, whom no policy binds. --plans prints how the planner
reaches the rows.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from gis.actor import SYSTEM, Actor
from gis.issues.filters import IssueFilter
from gis.issues.query import issues
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_engine, create_owner_engine, set_actor, transaction

BOX = "ST_MakeEnvelope(107.018, 29.011, 107.022, 29.014, 4326)"
QUERIES: dict[str, str | IssueFilter] = {
    "households in a box": f"""SELECT count(*) FROM building JOIN household ON household.building_id = building.id
                               WHERE building.geom && {BOX}""",  # noqa: S608
    "matters in a box": f"SELECT count(*) FROM issue WHERE geom && {BOX} AND ST_Intersects(geom, {BOX})",  # noqa: S608
    "all households": "SELECT count(*) FROM household",
    "first 50 households": "SELECT * FROM household ORDER BY id LIMIT 50",
    "latest 50 matters": "SELECT id FROM issue ORDER BY reported_at DESC, id DESC LIMIT 50",
    "latest 50 with words": """SELECT id FROM issue WHERE word_pairs @> word_pairs('漏水')
                               ORDER BY reported_at DESC, id DESC LIMIT 50""",
    "the same without pairs": """SELECT id FROM issue WHERE strpos(text, '漏水') > 0
                                 ORDER BY reported_at DESC, id DESC LIMIT 50""",
    "the ledger's first page": IssueFilter(),
}
RUNS = 5

DISTRICT = """
    INSERT INTO area (code, name, level, time_zone) VALUES ('d', 'd', 'district', 'Asia/Shanghai');
    INSERT INTO area (code, name, level, parent_id, time_zone)
    SELECT 's', 's', 'street', id, 'Asia/Shanghai' FROM area WHERE code = 'd';
    INSERT INTO area (code, name, level, parent_id, time_zone)
    SELECT 'c' || n, 'c' || n, 'community', area.id, 'Asia/Shanghai'
    FROM area, generate_series(1, 25) AS n WHERE area.code = 's';
    INSERT INTO grid (community_id, code, name)
    SELECT area.id, area.code || 'g' || n, 'g' FROM area, generate_series(1, 40) AS n WHERE level = 'community';
    INSERT INTO grid_version (grid_id, geom, valid_from)
    SELECT id, ST_Multi(ST_MakeEnvelope(107 + x, 29 + y, 107.001 + x, 29.001 + y, 4326)), '1970-01-01'
    FROM (SELECT id, mod(id, 40) * 0.001 AS x, id / 40 * 0.001 AS y FROM grid) AS place;
    INSERT INTO building (community_id, code, name, geom)
    SELECT community_id, code || 'b' || n, 'b',
           ST_SetSRID(ST_MakePoint(107 + mod(id, 40) * 0.001 + 0.00008 * n, 29 + id / 40 * 0.001 + 0.00007 * n), 4326)
    FROM grid, generate_series(1, 12) AS n;
    INSERT INTO household (community_id, building_id, unit, floor, door)
    SELECT community_id, id, '1', n / 2 + 1, n::text FROM building, generate_series(1, 25) AS n;
    INSERT INTO worker (community_id, code, name) SELECT community_id, 'w' || id, 'w' FROM grid;
    INSERT INTO post (community_id, worker_id, role, grid_id, valid_from)
    SELECT grid.community_id, worker.id, 'grid_worker', grid.id, '2020-01-01'
    FROM worker JOIN grid ON worker.code = 'w' || grid.id;
    INSERT INTO account (username, password_hash, role) VALUES ('admin', 'x', 'admin'), ('official', 'x', 'official');
    INSERT INTO account (username, password_hash, role, worker_id)
    SELECT 'worker', 'x', 'worker', worker.id FROM worker WHERE code = 'w500';
    INSERT INTO account_area
    SELECT account.id, area.id FROM account, area WHERE account.username = 'official' AND area.code = 'c12';
    INSERT INTO issue (community_id, source, text, reported_at, location_method, receipt, geom, grid_id,
                       grid_version_id, building_id)
    SELECT building.community_id, 's', CASE WHEN random() < 0.01 THEN '楼道漏水' ELSE '路灯不亮' END,
           now() - random() * interval '300 days', 'building', '{}', building.geom,
           grid.id, grid_version.id, building.id
    FROM building
    JOIN grid ON grid.code = split_part(building.code, 'b', 1)
    JOIN grid_version ON grid_version.grid_id = grid.id, generate_series(1, 25);
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as home, Cluster(Settings(home=Path(home), database_url="")).running() as url:
        prepare(url)
        owner, service = create_owner_engine(url), create_engine(url)
        with owner.begin() as connection:
            connection.exec_driver_sql(DISTRICT)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            known = connection.execute(text("SELECT username, role, id, worker_id FROM account ORDER BY id")).all()
        with owner.connect() as connection:
            set_actor(connection, SYSTEM)  # who sees all; policies do not bind this role anyway
            figures = {"owner": [measured(connection, query) for query in QUERIES.values()]}
        for row in known:
            with transaction(service, Actor(*row)) as connection:
                figures[row.username] = [measured(connection, query) for query in QUERIES.values()]
                if "--plans" in sys.argv:
                    show_plans(row.username, connection)
        owner.dispose()
        service.dispose()
    print(f"{'':22}" + "".join(f"{who:>22}" for who in figures))
    for number, name in enumerate(QUERIES):
        told = (f"{figures[who][number][0]:.1f} ms ({figures[who][number][1]:,})" for who in figures)
        print(f"{name:22}" + "".join(f"{each:>22}" for each in told))


def measured(connection: Connection, query: str | IssueFilter) -> tuple[float, int]:
    """Median milliseconds, and the rows or the count that the query gives; of a filter, the ledger's first page."""
    took = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        rows: Sequence[Any] = (
            connection.execute(text(query)).all() if isinstance(query, str) else issues(connection, query, limit=50)[0]
        )
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), rows[0][0] if isinstance(query, str) and len(rows) == 1 else len(rows)


def show_plans(who: str, connection: Connection) -> None:
    for name, query in QUERIES.items():
        if not isinstance(query, str):
            continue
        print(f"{who}, {name}:")
        print("\n".join(f"    {line[:150]}" for line in reaching(connection.scalars(text(f"EXPLAIN {query}")))))


def reaching(plan: Iterable[str]) -> Iterable[str]:
    return (line for line in plan if "Scan" in line or "Cond" in line)


if __name__ == "__main__":
    main()
