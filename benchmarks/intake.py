"""How many reports a second the service takes in over HTTP: located, assigned, and on disk before each answer.

    ./dualgrid bench intake [--seconds N] [--connections N]

A service with two workers holds the demonstration community in a cluster of its own. `wrk` posts its messages to
/api/issues as an account of the role `intake`: 60,000 different texts, made of the demonstration's own matters,
their openings and endings, with their coordinates, addresses and groups, and each with an external id of its own.
Every issue that was acknowledged is then looked for in the database. A commit waits for the disk, as in any home.

On a machine that has other work the rate says little; the seconds of processor that an issue costs, told beside
it, say more.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.over_http import ROOT, Side, free_port, running, wait_for
from benchmarks.processes import processor_s
from gis.boundaries.ground import DEMONSTRATION
from gis.importers import demonstration
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_engine, transaction

TEXTS, WORKERS, CONNECTIONS, SECONDS, WARM_UP_S = 60_000, 2, 128, 30, 5
GOAL = 1_000.0
OPENINGS = (
    "",
    "你好，",
    "请问一下，",
    "网格员，",
    "我要反映一下，",
    "麻烦问一下，",
    "各位好，",
    "又来反映，",
    "有人管没有，",
)
ENDINGS = ("", "麻烦尽快", "谢谢了", "已经好几天了", "请来看一下", "老人都不敢出门", "等你们回复", "昨天也说过", "急")
KEPT = ("source", "address", "group")


@dataclass(frozen=True)
class Taken:
    """What `wrk` saw of one run."""

    requests: int
    created: int
    duration_s: float
    refused: int
    lost: int
    p50_ms: float
    p95_ms: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=SECONDS)
    options.add_argument("--connections", type=int, default=CONNECTIONS)
    options.add_argument("--workers", type=int, default=WORKERS)
    given = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt install wrk")
    with tempfile.TemporaryDirectory(prefix="dualgrid-bench-") as name:
        folder = Path(name)
        settings = Settings(home=folder / "home", database_url="")
        settings.home.mkdir()
        bodies = write_reports(folder / "reports")
        with Cluster(settings).running() as url, psycopg.connect(url, autocommit=True) as database:
            token = fill(settings, url)
            with service(settings, given.workers) as (side, pid):
                post(side, token, bodies, folder / "warm", seconds=WARM_UP_S, connections=given.connections)
                database.execute("VACUUM ANALYZE")
                server = Cluster(settings).status().pid or 0
                before = processor_s(pid), processor_s(server)
                found = post(side, token, bodies, folder / "told", seconds=given.seconds, connections=given.connections)
                after = processor_s(pid), processor_s(server)
            show(found, *(late - early for early, late in zip(before, after, strict=True)))
            check(database, found, folder)


def write_reports(path: Path) -> Path:
    """The bodies of reports, one a line, different from each other; tells what they are made of."""
    chance = random.Random(5)  # noqa: S311 (the same reports each time)
    with (DEMONSTRATION / "issues.csv").open(encoding="utf-8") as file:
        matters = list(csv.DictReader(file))
    kinds: Counter[str] = Counter()
    seen: set[str] = set()
    with path.open("w", encoding="utf-8") as out:
        while len(seen) < TEXTS:
            matter = chance.choice(matters)
            text = f"{chance.choice(OPENINGS)}{matter['text'].rstrip('。')}，{chance.choice(ENDINGS)}"
            if text in seen:
                continue
            seen.add(text)
            kinds["a point" if matter["lon"] else "an address" if matter["address"] else "words alone"] += 1
            kinds["a group"] += bool(matter["group"])
            out.write(json.dumps(body_of(text, matter), ensure_ascii=False) + "\n")
    told = ", ".join(f"{count / TEXTS:.0%} with {kind}" for kind, count in kinds.most_common())
    print(f"{TEXTS:,} texts: {told}")
    return path


def body_of(text: str, matter: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"text": text, "external_id": "@ID@", "community": demonstration.COMMUNITY}
    body |= {name: matter[name] for name in KEPT if matter[name]}
    if matter["lon"]:
        body["location"] = {"lon": float(matter["lon"]), "lat": float(matter["lat"]), "crs": matter["crs"]}
    return body


def fill(settings: Settings, url: str) -> str:
    """The demonstration, and the token of an account that reports."""
    prepare(url)
    engine = create_engine(url, vault=Vault.of(settings))
    with transaction(engine) as connection:
        demonstration.load(connection, settings=settings)
        account = create_account(connection, username="bench", password="correct horse battery", role="intake")  # noqa: S106
        token = open_sign_in(connection, account, 1)
    engine.dispose()
    return token


@contextmanager
def service(settings: Settings, workers: int) -> Iterator[tuple[Side, int]]:
    """A service that runs, and the id of its first process."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(workers), "--port", str(port)]
    environment = os.environ | {"DUALGRID_HOME": str(settings.home)}
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    with running(process):
        side = Side("ours", f"http://127.0.0.1:{port}", Path())
        wait_for(side)
        yield side, process.pid


def post(side: Side, token: str, bodies: Path, told: Path, *, seconds: int, connections: int) -> Taken:
    """Post for so many seconds; where issues are goes to files beside `told`."""
    script = str(ROOT / "benchmarks/peers/reports.lua")
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", script]
    command += ["-H", f"Authorization: Bearer {token}", side.base, "--", str(bodies), str(told), told.name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Taken(**json.loads(done.stdout.strip().splitlines()[-1]))


def show(found: Taken, service_s: float, database_s: float) -> None:
    per_s = found.created / found.duration_s
    print(f"load of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}, {os.cpu_count()} cores")
    print(
        f"{per_s:,.0f} issues a second for {found.duration_s:.0f} s   p50 {found.p50_ms:.0f} ms   "
        f"p95 {found.p95_ms:.0f} ms   refused {found.refused}   lost {found.lost}"
    )
    per_issue = 1000 / max(found.created, 1)
    print(
        f"processor an issue: service {service_s * per_issue:.2f} ms, database {database_s * per_issue:.2f} ms   "
        f"goal {GOAL:,.0f} a second: {'met' if per_s >= GOAL else 'MISSED'}"
    )


def check(database: psycopg.Connection[Any], found: Taken, folder: Path) -> None:
    """See that every issue that was acknowledged is there once, and say how many have a grid and a worker."""
    told = [int(line.rpartition("/")[2]) for path in folder.glob("told.*") for line in path.read_text().splitlines()]
    if len(told) < found.created or len(set(told)) != len(told):
        sys.exit(f"{found.created} were acknowledged, {len(set(told))} addresses were told.")
    stored = database.execute(
        """
        SELECT count(*), count(DISTINCT (source, external_id)), count(grid_id), count(worker_id),
               count(*) FILTER (WHERE EXISTS (
                   SELECT FROM dualgrid.issue_event WHERE issue_id = issue.id AND kind = 'reported'))
        FROM dualgrid.issue WHERE id = ANY (%s)
        """,
        [told],
    ).fetchone()
    assert stored is not None
    there, distinct, located, assigned, events = stored
    modes = {name: database.execute(f"SHOW {name}").fetchone() for name in ("synchronous_commit", "fsync")}
    print(
        f"{len(told):,} acknowledged, {there:,} stored, {distinct:,} of them different, {events:,} with their event; "
        f"{located / there:.1%} located, {assigned / there:.1%} assigned; "
        + ", ".join(f"{name} {value[0] if value else '?'}" for name, value in modes.items())
    )
    if not len(told) == there == distinct == events:
        sys.exit("Something that was acknowledged is not there, or twice.")


if __name__ == "__main__":
    main()
