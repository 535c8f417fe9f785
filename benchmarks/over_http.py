"""Which grid has a point, over HTTP: MySociety's MapIt and ours, side by side in one run.

    ./dualgrid bench http [--seconds N] [--rounds N]

Both have the same 60,000 polygons in the same PostGIS cluster, made for this run in a folder of its own, two
workers, and the same points from a seed. `wrk` asks one after the other, in turns, so that a busy machine is
busy for both; the middle of the rounds counts. Ours is asked by somebody who has signed in, and says the
worker and the receipt as well. Before measuring, the two are seen to answer alike.

Last figures, on 2 quiet cores (load 2.9): ours 5,870 a second (p50 2.6 ms, p99 7 ms), MapIt 306 (51 ms, 68 ms), ratio
19.1. On busy cores it was 23 to 32: MapIt suffers more from company.

MapIt is installed for the run by pip; `wrk` comes with `./dualgrid bench http`. Without MapIt only ours is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import shapely
from psycopg import sql

from benchmarks.peers.mysociety import CannotRun, MapIt
from benchmarks.tessellation import tessellation
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.migrate import prepare
from gis.storage.session import create_engine, transaction

ROOT = Path(__file__).parent.parent
GRIDS, POINTS, COMPARED, WORKERS, CONNECTIONS = 60_000, 40_000, 300, 2, 16
GOAL = 20.0
READY_WITHIN_S = 120.0


@dataclass(frozen=True)
class Side:
    """A service that runs, and how to ask it."""

    name: str
    base: str
    paths: Path
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """What `wrk` saw of one side in one round."""

    requests: int
    duration_s: float
    refused: int
    lost: int
    p50_ms: float
    p99_ms: float

    @property
    def per_s(self) -> float:
        return self.requests / self.duration_s


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=6, help="of each round and side")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--grids", type=int, default=GRIDS)
    options.add_argument("--alone", action="store_true", help="measure ours only")
    given = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt install wrk")
    geoms = tessellation(given.grids)
    codes = [f"G{number:06d}" for number in np.random.default_rng(4).permutation(len(geoms))]
    west, south, east, north = shapely.total_bounds(geoms)
    chance = np.random.default_rng(3)
    places = np.stack([chance.uniform(west, east, POINTS), chance.uniform(south, north, POINTS)], axis=1)
    print(
        f"{len(geoms):,} grids, {POINTS:,} points, {WORKERS} workers, {CONNECTIONS} connections, {os.cpu_count()} cores"
    )
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dualgrid-bench-")))
        settings = Settings(home=folder / "home", database_url="")
        settings.home.mkdir()
        url = stack.enter_context(Cluster(settings).running())
        token = fill(url, codes, geoms)
        ours = stack.enter_context(our_service(settings, folder, places, token))
        sides = [ours]
        theirs = None if given.alone else peer(stack, folder, url, codes, geoms, places)
        if theirs is not None:
            sides.append(theirs)
            compare(ours, theirs, token, places[:COMPARED])
        for side in sides:
            ask(side, seconds=5)
        rounds: dict[str, list[Round]] = {side.name: [] for side in sides}
        for number in range(given.rounds):
            for side in sides:
                found = ask(side, seconds=given.seconds)
                rounds[side.name].append(found)
                show(f"{side.name} {number + 1}", found)
    told = {name: statistics.median(each.per_s for each in seen) for name, seen in rounds.items()}
    print(f"load of the machine: {' '.join(f'{load:.1f}' for load in os.getloadavg())}")
    for name, per_s in told.items():
        print(f"{name}: {per_s:,.0f} requests a second (middle of {given.rounds})")
    if theirs is not None:
        pairs = zip(rounds[ours.name], rounds[theirs.name], strict=True)
        ratio = statistics.median(mine.per_s / its.per_s for mine, its in pairs)
        print(f"ratio: {ratio:.1f}   goal {GOAL:.0f}   {'met' if ratio >= GOAL else 'MISSED'}")


def fill(url: str, codes: Sequence[str], geoms: Any) -> str:
    """Our tables with one community, a grid and a grid worker for each polygon; a token to ask with."""
    prepare(url)
    engine = create_engine(url)
    with transaction(engine) as connection:
        raw = connection.connection.cursor()
        raw.execute(
            "INSERT INTO area (code, name, level, time_zone) VALUES ('C', 'C', 'community', 'Asia/Shanghai') "
            "RETURNING id"
        )
        here = raw.fetchall()[0][0]
        raw.execute("CREATE TEMP TABLE given (code text, geom geometry) ON COMMIT DROP")
        with raw.copy("COPY given FROM STDIN") as copy:
            for code, geom in zip(codes, shapely.to_wkb(geoms, hex=True), strict=True):
                copy.write_row((code, geom))
        for statement in (
            "INSERT INTO grid (community_id, code, name) SELECT {here}, code, code FROM given",
            "INSERT INTO grid_version (grid_id, geom, valid_from) "
            "SELECT id, ST_Multi(ST_SetSRID(geom, 4326)), '2020-01-01' FROM grid JOIN given USING (code)",
            "INSERT INTO worker (community_id, code, name) SELECT {here}, 'W' || code, code FROM given",
            "INSERT INTO post (community_id, worker_id, role, grid_id, valid_from) "
            "SELECT {here}, worker.id, 'grid_worker', grid.id, '2020-01-01' "
            "FROM worker JOIN grid ON worker.code = 'W' || grid.code",
        ):
            raw.execute(sql.SQL(statement).format(here=sql.Literal(here)))
        account = create_account(connection, username="bench", password="correct horse battery", role="official")  # noqa: S106
        token = open_sign_in(connection, account, 1)
    engine.dispose()
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("VACUUM ANALYZE")
    return token


@contextmanager
def our_service(settings: Settings, folder: Path, places: Any, token: str) -> Iterator[Side]:
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(WORKERS), "--port", str(port)]
    environment = os.environ | {"DUALGRID_HOME": str(settings.home)}
    with running(subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)):
        paths = written(folder / "ours", [f"/api/locate?lon={lon:.7f}&lat={lat:.7f}" for lon, lat in places])
        side = Side("ours ", f"http://127.0.0.1:{port}", paths, (f"Authorization: Bearer {token}",))
        wait_for(side)
        yield side


def peer(stack: ExitStack, folder: Path, url: str, codes: Sequence[str], geoms: Any, places: Any) -> Side | None:
    """MapIt, filled and running; None, and why is printed, where it cannot be had."""
    try:
        mapit = MapIt(folder, url)
        mapit.fill(codes, geoms)
    except CannotRun as reason:
        print(f"MapIt is left out: {reason}")
        return None
    port = free_port()
    stack.enter_context(running(mapit.serve(port, workers=WORKERS)))
    paths = written(folder / "mapit.paths", [mapit.path(lon, lat) for lon, lat in places])
    side = Side("MapIt", f"http://127.0.0.1:{port}", paths)
    wait_for(side)
    return side


def compare(ours: Side, theirs: Side, token: str, places: Any) -> None:
    """See that both give the same grid for points inside; ours alone has those just outside the edge."""
    for lon, lat in places:
        asked = urllib.request.Request(  # noqa: S310 (our own service)
            f"{ours.base}/api/locate?lon={lon:.7f}&lat={lat:.7f}", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            told = json.load(answer)
        mine = told["grid"]["code"] if told["grid"] and "outside_m" not in told["receipt"] else None
        if mine != MapIt.answer(theirs.base, lon, lat):
            sys.exit(f"The two differ at {lon:.7f}, {lat:.7f}: no use in measuring.")
    print(f"same grid at {len(places)} points")


def ask(side: Side, *, seconds: int) -> Round:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(ROOT / "benchmarks/peers/paths.lua")]
    for header in side.headers:
        command += ["-H", header]
    done = subprocess.run([*command, side.base, "--", str(side.paths)], capture_output=True, text=True, check=True)
    return Round(**json.loads(done.stdout.strip().splitlines()[-1]))


def show(name: str, found: Round) -> None:
    print(
        f"{name:>9}: {found.per_s:8,.0f}/s   p50 {found.p50_ms:7.2f} ms   p99 {found.p99_ms:7.2f} ms   "
        f"non-2xx {found.refused}   lost {found.lost}",
        flush=True,
    )


@contextmanager
def running(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT if process.args[0] == sys.executable else signal.SIGTERM)  # type: ignore[index]
        process.wait(timeout=30)


def wait_for(side: Side) -> None:
    """Until the service answers anything at all, be it a refusal."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            urllib.request.urlopen(side.base + "/health", timeout=5).close()  # noqa: S310
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                sys.exit(f"{side.name} does not answer.")
            time.sleep(0.2)
        else:
            return


def written(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("\n".join(lines))
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
