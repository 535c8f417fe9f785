"""A crash drill: reports go on coming in while the service and its database are killed, again and again.

    ./dualgrid bench crash [--minutes N] [--clients N]

A service with two workers holds the demonstration community in a home of its own. Clients post numbered reports and
do what a client ought to: who hears no answer, or that the database is away, sends the same again. Meanwhile, in
turn and by SIGKILL unless it says otherwise, a worker of the service is killed, one session of the database, the
database's first process, the whole service (which is started again, as an operator's init would), the database by
an immediate stop, and the service's first process alone. Some matters are taken up, and some workers,
groups and another system are told of it all, at a real receiver. Afterwards every report that was acknowledged is there
once, also where it was sent five times, as the issue that its client was told of; what it began with, its event, is
there once too, and so is that it was taken up; and of each event everybody who is to hear of it was told, once
(`told.py`).

Killed is not without power: what a process has handed to the kernel is kept. For that, PostgreSQL's log is what it
is anywhere else; nothing of it is turned off.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from benchmarks.crash_clients import Seen, report
from benchmarks.intake import fill
from benchmarks.killing import BLOWS, Service, strike
from benchmarks.over_http import free_port
from benchmarks.receiver import Receiver, Taken, receiving
from benchmarks.told import DRILL, faults_of_notices, set_listeners, untold
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.security.vault import Vault
from gis.settings import Settings
from gis.storage.cluster import Cluster
from gis.storage.session import create_engine, transaction

CLIENTS, MINUTES = 8, 5.0
BETWEEN_S = 3.0
"""From the first answer after a blow to the next blow."""
TOLD_WITHIN_S = 900.0
"""After the last blow, until everybody was told of everything."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=MINUTES)
    options.add_argument("--clients", type=int, default=CLIENTS)
    given = options.parse_args()
    until = time.monotonic() + given.minutes * 60
    with tempfile.TemporaryDirectory(prefix="dualgrid-crash-") as name, receiving() as receiver:
        found, faults = drill(Path(name), receiver, clients=given.clients, goes_on=lambda _: time.monotonic() < until)
    print(
        f"{len(found.acknowledged):,} reports acknowledged, {len(found.taken_up):,} taken up, "
        f"{found.sent_again:,} sent again; {len(receiver.taken):,} messages arrived"
    )
    for what in BLOWS:
        away = [seconds for blow, seconds in found.away_s if blow == what]
        if away:
            print(f"{what}: {len(away)} times, answers again after {max(away):.1f} s at most")
    for fault in faults:
        print(f"FAULT: {fault}")
    if faults:
        sys.exit(1)


def drill(
    folder: Path, receiver: Receiver, *, clients: int, goes_on: Callable[[int], bool], between_s: float = BETWEEN_S
) -> tuple[Seen, list[str]]:
    """Blows for as long as `goes_on` (it is told how many there were); what was seen, and all that is wrong with it."""
    settings = Settings(home=folder / "home", database_url="")
    settings.home.mkdir(mode=0o700)
    cluster = Cluster(settings)
    with cluster.running() as url:
        token = prepare(settings, url, receiver)
    seen = Seen()
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
            strike(blow, service, cluster, struck=seen.struck)
            seen.away_s.append((what, seen.await_answer()))
        seen.ended.set()
        wait_until_told(cluster)
    finally:
        seen.ended.set()
        for thread in threads:
            thread.join()
        service.stop()
    with cluster.running() as url:
        return seen, faults_of(seen, url, receiver.taken)


def prepare(settings: Settings, url: str, receiver: Receiver) -> str:
    """The demonstration, who is told, and the token of an account that reports and takes up."""
    fill(settings, url)
    engine = create_engine(url, vault=Vault.of(settings))
    with transaction(engine) as connection:
        set_listeners(connection, receiver)
        account = create_account(connection, username="drill", password="correct horse battery", role="dispatcher")  # noqa: S106
        token = open_sign_in(connection, account, 1)
    engine.dispose()
    return token


def wait_until_told(cluster: Cluster) -> None:
    """Return when nothing is on its way to anybody any more, or after TOLD_WITHIN_S, which is a fault then."""
    until = time.monotonic() + TOLD_WITHIN_S
    while time.monotonic() < until and untold(cluster.url):
        time.sleep(1)


def faults_of(seen: Seen, url: str, taken: Sequence[Taken]) -> list[str]:
    """Everything that is wrong with what was answered, with what is stored and with what was told."""
    with psycopg.connect(url) as database:
        stored: dict[str, list[int]] = dict(
            database.execute(
                "SELECT external_id, array_agg(id) FROM dualgrid.issue WHERE external_id LIKE %s GROUP BY 1",
                [f"{DRILL}%"],
            ).fetchall()
        )
        reported = _counted(database, "kind = 'reported'")
        accepted = _counted(database, "detail ->> 'step' = 'accept'")
    faults = [f"answered {count} times {what}" for what, count in seen.unexpected.items()]
    for name, ids in stored.items():
        if len(ids) > 1:
            faults.append(f"{name} is stored {len(ids)} times")
        faults += [f"{name} has {reported.get(id, 0)} events" for id in ids if reported.get(id) != 1]
    for name, told in seen.acknowledged.items():
        if told != {str(id) for id in stored.get(name, ())}:
            faults.append(f"{name} was acknowledged as {sorted(told)} and is stored as {stored.get(name)}")
    for issue_id in seen.taken_up:
        if accepted.get(int(issue_id)) != 1:
            faults.append(f"issue {issue_id} was taken up {accepted.get(int(issue_id), 0)} times")
    return faults + faults_of_notices(url, taken)


def _counted(database: psycopg.Connection[Any], which: LiteralString) -> dict[int, int]:
    """How many such events each issue has."""
    query = sql.SQL("SELECT issue_id, count(*) FROM dualgrid.issue_event WHERE {} GROUP BY 1").format(sql.SQL(which))
    return dict(database.execute(query).fetchall())


if __name__ == "__main__":
    main()
