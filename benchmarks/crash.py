"""A crash drill: reports go on coming in while the service and its database are killed, again and again.

    ./dualgrid bench crash [--minutes N] [--clients N]

A service with two workers holds the demonstration community in a home of its own. Clients post numbered reports and
do what a client ought to: who hears no answer, or that the database is away, sends the same again. Meanwhile, in
turn and by SIGKILL unless it says otherwise, a worker of the service is killed, one session of the database, the
database's first process, the whole service (which is started again, as an operator's init would), the database by
an immediate stop, and the service's first process alone. Afterwards every report that was acknowledged is there
once, also where it was sent five times, as the issue that its client was told of; and what it began with, its
event, is there once too.

Killed is not without power: what a process has handed to the kernel is kept. For that, PostgreSQL's log is what it
is anywhere else; nothing of it is turned off.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.intake import body_of, fill
from benchmarks.over_http import ROOT, free_port
from benchmarks.processes import below
from gis.boundaries.ground import DEMONSTRATION
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.session import APPLICATION

WORKERS, CLIENTS, MINUTES = 2, 8, 5.0
BETWEEN_S = 3.0
"""From the first answer after a blow to the next blow."""
AGAIN_AFTER_S = 0.2
BACK_WITHIN_S = 120.0


@dataclass
class Drill:
    """What the clients have seen; `acknowledged` has the ids that each external id was answered with."""

    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    sent_again: int = 0
    unexpected: Counter[str] = field(default_factory=Counter)
    away_s: list[tuple[str, float]] = field(default_factory=list)
    blow_at: float = 0.0
    answered: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def struck(self) -> float:
        """Begin to wait for the first answer to what is sent from now on."""
        self.blow_at = time.monotonic()
        self.answered.clear()
        return self.blow_at

    def acknowledge(self, external_id: str, issue_id: str, sent_at: float) -> None:
        self.acknowledged.setdefault(external_id, set()).add(issue_id)
        if sent_at > self.blow_at:
            self.answered.set()

    def await_answer(self) -> float:
        """Seconds from the blow to the first answer to what was sent after it."""
        if not self.answered.wait(BACK_WITHIN_S):
            raise TimeoutError(f"No report was taken for {BACK_WITHIN_S:g} s. {dict(self.unexpected)}")
        return time.monotonic() - self.blow_at


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=MINUTES)
    options.add_argument("--clients", type=int, default=CLIENTS)
    given = options.parse_args()
    until = time.monotonic() + given.minutes * 60
    with tempfile.TemporaryDirectory(prefix="dualgrid-crash-") as name:
        found, faults = drill(Path(name), clients=given.clients, goes_on=lambda _: time.monotonic() < until)
    print(f"{len(found.acknowledged):,} reports acknowledged, {found.sent_again:,} sent again")
    for what in BLOWS:
        away = [seconds for blow, seconds in found.away_s if blow == what]
        if away:
            print(f"{what}: {len(away)} times, answers again after {max(away):.1f} s at most")
    for fault in faults:
        print(f"FAULT: {fault}")
    if faults:
        sys.exit(1)


def drill(
    folder: Path, *, clients: int, goes_on: Callable[[int], bool], between_s: float = BETWEEN_S
) -> tuple[Drill, list[str]]:
    """Blows for as long as `goes_on` (it is told how many there were); what was seen, and all that is wrong with it."""
    settings = Settings(home=folder / "home", database_url="")
    settings.home.mkdir(mode=0o700)
    cluster = Cluster(settings)
    with cluster.running() as url:
        token = fill(settings, url)
    seen = Drill()
    seen.struck()
    service = Service(settings, free_port())
    threads = [threading.Thread(target=report, args=(seen, service.port, token, number)) for number in range(clients)]
    try:
        for thread in threads:
            thread.start()
        seen.await_answer()
        for number, (what, blow) in enumerate(itertools.cycle(BLOWS.items())):
            if not goes_on(number):
                break
            time.sleep(between_s)
            strike(seen, blow, service, cluster)
            seen.away_s.append((what, seen.await_answer()))
    finally:
        seen.ended.set()
        for thread in threads:
            thread.join()
        service.stop()
    with cluster.running() as url:
        return seen, faults_of(seen, url)


def report(seen: Drill, port: int, token: str, number: int) -> None:
    """One client: posts reports, each until it is acknowledged."""
    with (DEMONSTRATION / "issues.csv").open(encoding="utf-8") as file:
        matters = list(csv.DictReader(file))
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for count in itertools.count():
        matter = matters[(count * 17 + number) % len(matters)]
        name = f"drill-{number}-{count}"
        body = json.dumps(body_of(matter["text"], matter) | {"external_id": name}).encode()
        for tries in itertools.count():
            if seen.ended.is_set() and not tries:
                client.close()
                return
            seen.sent_again += tries > 0
            sent_at = time.monotonic()
            try:
                client.request("POST", "/api/issues", body, headers)
                answer = client.getresponse()
                told = answer.read()
            except (OSError, http.client.HTTPException):
                client.close()
            else:
                if answer.status in (200, 201):
                    seen.acknowledge(name, json.loads(told)["id"], sent_at)
                    break
                if answer.status != 503 or not answer.headers["Retry-After"]:
                    seen.unexpected[f"{answer.status}: {told.decode(errors='replace')}"] += 1
            if time.monotonic() - seen.blow_at > BACK_WITHIN_S:
                return
            time.sleep(AGAIN_AFTER_S)


def faults_of(seen: Drill, url: str) -> list[str]:
    """Everything that is wrong with what was answered and with what is stored."""
    with psycopg.connect(url) as database:
        stored: dict[str, list[int]] = dict(
            database.execute(
                "SELECT external_id, array_agg(id) FROM dualgrid.issue WHERE external_id LIKE 'drill-%' GROUP BY 1"
            ).fetchall()
        )
        events: dict[int, int] = dict(
            database.execute(
                "SELECT issue_id, count(*) FROM dualgrid.issue_event WHERE kind = 'reported' GROUP BY 1"
            ).fetchall()
        )
    faults = [f"answered {count} times {what}" for what, count in seen.unexpected.items()]
    for name, ids in stored.items():
        if len(ids) > 1:
            faults.append(f"{name} is stored {len(ids)} times")
        faults += [f"{name} has {events.get(id, 0)} events" for id in ids if events.get(id) != 1]
    for name, told in seen.acknowledged.items():
        if told != {str(id) for id in stored.get(name, ())}:
            faults.append(f"{name} was acknowledged as {sorted(told)} and is stored as {stored.get(name)}")
    return faults


class Service:
    """The service as an operator's init runs it: started again when its first process has ended."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.port = port
        self._environment = os.environ | {"DUALGRID_HOME": str(settings.home)}
        self._process = self._started()
        self._stopped = threading.Event()
        self._init = threading.Thread(target=self._start_again)
        self._init.start()

    def all(self) -> list[int]:
        """All its processes, the first one first; none before it has begun to answer."""
        return [self._process.pid, *below(self._process.pid)] if self.workers() else []

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return [pid for pid in below(self._process.pid) if b"spawn_main" in command_of(pid)]

    def stop(self) -> None:
        self._stopped.set()
        self._init.join()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(WORKERS), "--port", str(self.port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=self._environment, cwd=ROOT, **quiet)

    def _start_again(self) -> None:
        while not self._stopped.wait(0.2):
            if self._process.poll() is not None:
                self._process = self._started()


def command_of(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _server(cluster: Cluster) -> list[int]:
    pid = cluster.status().pid
    return [] if pid is None else [pid]


def _sessions(cluster: Cluster) -> list[int]:
    return [pid for first in _server(cluster) for pid in below(first) if APPLICATION.encode() in command_of(pid)]


Blow = tuple[signal.Signals, Callable[[Service, Cluster], list[int]]]
BLOWS: dict[str, Blow] = {
    "a worker killed": (signal.SIGKILL, lambda service, _: service.workers()[:1]),
    "the database's first process killed": (signal.SIGKILL, lambda _, cluster: _server(cluster)),
    "the whole service killed": (signal.SIGKILL, lambda service, _: service.all()),
    "the database stopped at once": (signal.SIGQUIT, lambda _, cluster: _server(cluster)),
    "the service's first process killed": (signal.SIGKILL, lambda service, _: service.all()[:1]),
    "a session of the database killed": (signal.SIGKILL, lambda _, cluster: _sessions(cluster)[:1]),
}


def strike(seen: Drill, blow: Blow, service: Service, cluster: Cluster) -> None:
    """Send the signal to what is to be struck, as soon as there is any."""
    number, targets = blow
    until = time.monotonic() + BACK_WITHIN_S
    while not (pids := targets(service, cluster)):
        if time.monotonic() > until:
            raise TimeoutError("What is to be killed does not come back.")
        time.sleep(0.1)
    seen.struck()
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


if __name__ == "__main__":
    main()
