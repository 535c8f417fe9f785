"""Data that a process holds without asking: how soon a change is seen, and what happens when nobody can tell."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from gis.geolocation.boundaries import current_boundaries
from gis.storage import following
from gis.storage.following import Followed
from gis.storage.session import transaction
from tests.world import add_other_community, build_world, redraw

ROOT = Path(__file__).parents[2]
COUNT = text("SELECT count(*) FROM area")
ADD = text("INSERT INTO area (code, name, level, time_zone) VALUES (:code, 'A', 'district', 'UTC')")
CUT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
WATCH = """
import sys, time
from datetime import UTC, datetime
from gis.geolocation.boundaries import current_boundaries
from gis.storage.following import Followed
from gis.storage.session import create_engine
engine = create_engine(sys.argv[1])
followed = Followed(engine, ["boundaries"], current_boundaries)
followed.start()
seen = ""
while seen != "G1":
    boundaries = followed()
    if boundaries is not None:
        now = datetime.now(UTC)
        code = boundaries.spot(lon=107.0012, lat=29.0005, at=now, reach_m=0, community_id=None).covering[0].code
        if code != seen:
            seen = code
            print(seen, time.time(), flush=True)
    time.sleep(0.005)
followed.stop()
"""


@pytest.fixture
def follow(engine: Engine) -> Iterator[Callable[..., Followed[Any]]]:
    """Follows what `load` gives (how many areas there are, if left out), until the test ends."""
    begun = []

    def start(load: Callable[[Connection], Any] = areas, prepare: Callable[[Any], None] = lambda _: None) -> Any:
        followed = Followed(engine, ["boundaries"], load, prepare)
        followed.start()
        begun.append(followed)
        return followed

    yield start
    for each in begun:
        each.stop()
        assert each() is None


def areas(connection: Connection) -> int:
    return int(connection.scalar(COUNT) or 0)


def add_area(engine: Engine, code: str) -> None:
    with transaction(engine) as connection:
        connection.execute(ADD, {"code": code})


def until(followed: Followed[Any], value: Any, within_s: float = 10.0) -> float:
    """How long it takes until this is given."""
    begin = time.monotonic()
    while followed() != value:
        assert time.monotonic() - begin < within_s, followed()
        time.sleep(0.002)
    return time.monotonic() - begin


def test_publish_is_seen_in_all_processes_within_a_second(engine: Engine) -> None:
    with transaction(engine) as connection:
        world = build_world(connection)
    url = engine.url.render_as_string(hide_password=False)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WATCH, url]
    watchers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    for watcher in watchers:
        assert watcher.stdout
        assert watcher.stdout.readline().startswith("G2 ")
    with transaction(engine) as connection:
        redraw(connection, world, at=datetime.now(UTC))
    published = time.time()
    for watcher in watchers:
        code, seen = watcher.communicate(timeout=20)[0].split()
        assert code == "G1"
        assert float(seen) - published < 1.0
        assert watcher.returncode == 0


def test_notice_alone_is_enough(engine: Engine, follow: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BEAT_S", 30.0)
    monkeypatch.setattr(following, "SURE_FOR_S", 60.0)
    followed = follow()
    until(followed, 0)
    add_area(engine, "A1")
    assert until(followed, 1) < 1.0
    monkeypatch.setattr(following, "BEAT_S", 0.1)
    add_area(engine, "A2")  # so that the thread need not be waited for at the end


def test_change_that_is_undone_changes_nothing(engine: Engine, follow: Any) -> None:
    followed = follow()
    until(followed, 0)
    with engine.connect() as connection:
        connection.execute(ADD, {"code": "A1"})
        connection.rollback()
    time.sleep(0.1)
    assert followed() == 0


def test_change_of_another_kind_disturbs_nobody(engine: Engine, follow: Any) -> None:
    with transaction(engine) as connection:
        here = add_other_community(connection)
    followed = follow()
    until(followed, 1)
    for number in range(20):
        with transaction(engine) as connection:
            connection.execute(
                text("INSERT INTO compound (community_id, name) VALUES (:here, :name)"),
                {"here": here, "name": f"C{number}"},
            )
        assert followed() == 1


def test_nothing_is_given_while_nobody_listens_and_then_what_was_missed(engine: Engine, follow: Any) -> None:
    followed = follow()
    until(followed, 0)
    with transaction(engine) as connection:
        connection.execute(CUT)
    until(followed, None, within_s=1.0)
    add_area(engine, "A1")
    assert followed() in (None, 1)
    until(followed, 1)


def test_nothing_is_given_when_the_database_has_not_answered_for_a_time(
    follow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SURE_FOR_S", 0.3)
    monkeypatch.setattr(following, "BEAT_S", 0.05)
    may_go_on = threading.Event()
    may_go_on.set()
    followed = follow(prepare=lambda _: may_go_on.wait())
    until(followed, 0)
    may_go_on.clear()
    until(followed, None, within_s=1.0)
    may_go_on.set()
    until(followed, 0)


def test_what_is_loaded_is_one_state_of_the_database(engine: Engine, follow: Any) -> None:
    two_looks: list[tuple[int, int]] = []

    def look_twice(connection: Connection) -> int:
        before = areas(connection)
        time.sleep(0.05)
        two_looks.append((before, areas(connection)))
        return before

    followed = follow(look_twice)
    for number in range(20):
        add_area(engine, f"A{number}")
        time.sleep(0.01)
    until(followed, 20)
    assert all(first == second for first, second in two_looks)


def test_failing_load_is_tried_again(engine: Engine, follow: Any, caplog: pytest.LogCaptureFixture) -> None:
    outcomes = iter([ValueError("no"), ValueError("no")])

    def load(connection: Connection) -> int:
        failure = next(outcomes, None)
        if failure is not None:
            raise failure
        return areas(connection)

    followed = follow(load)
    until(followed, 0)
    assert len(caplog.records) == 2


def test_followed_and_remembered_share_one_load(engine: Engine, follow: Any) -> None:
    followed = follow(current_boundaries)
    with transaction(engine) as connection:
        add_other_community(connection)
    while (boundaries := followed()) is None or not boundaries.communities:
        time.sleep(0.005)
    with transaction(engine) as connection:
        assert current_boundaries(connection) is boundaries
