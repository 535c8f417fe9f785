from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, Row, func, select

from gis.actor import SYSTEM, Actor
from gis.errors import InvalidInput, NotFound
from gis.issues.bulk import record_frame
from gis.issues.record import ByHand, pin, record
from gis.issues.report import IssueReport
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import issue, issue_event
from tests.waiting import wait_until_blocked
from tests.world import COMMUNITY, NOON, build_world

LEAK = "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"


@pytest.fixture
def recorded(connection: Connection, world: Any, settings: Settings) -> Callable[..., Row[Any]]:
    def recorded(**fields: Any) -> Row[Any]:
        report = IssueReport(**{"text": LEAK, "source": "wechat_group", "reported_at": NOON} | fields)
        issue_id, _ = record(connection, report, settings=settings, actor=SYSTEM)
        return connection.execute(select(issue).where(issue.c.id == issue_id)).one()

    return recorded


def test_message_becomes_a_located_issue_with_a_worker(recorded: Any, world: Any) -> None:
    row = recorded(text="梨园2栋" + LEAK)
    assert (row.grid_id, row.grid_version_id) == (world.grids["G1"], world.versions["G1"])
    assert (row.building_id, row.worker_id) == (world.buildings["B2"], world.workers["赵一"])
    assert (row.topic, row.line, row.hazard) == ("消防安全", "应急", True)


def test_a_given_topic_is_kept(recorded: Any) -> None:
    row = recorded(topic="公共设施", hazard=False)
    assert (row.topic, row.line, row.hazard) == ("公共设施", "信访", False)


def test_the_same_external_id_again_is_the_first_issue(connection: Connection, world: Any, settings: Settings) -> None:
    report = IssueReport(text=LEAK, source="hotline", external_id="7", reported_at=NOON)
    first = record(connection, report, settings=settings, actor=SYSTEM)
    again = record(connection, report, settings=settings, actor=SYSTEM)
    assert (again[0], first[1], again[1]) == (first[0], True, False)
    assert connection.scalar(select(func.count()).select_from(issue)) == 1


def test_the_same_external_id_of_another_source_is_another_issue(recorded: Any) -> None:
    assert recorded(external_id="7").id != recorded(external_id="7", source="hotline").id


def test_retries_that_arrive_at_once_are_stored_once(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as connection:
        build_world(connection)
    report = IssueReport(text=LEAK, source="hotline", external_id="7", reported_at=NOON, group="QA")

    def send(_: int) -> tuple[int, bool]:
        with transaction(engine) as connection:
            return record(connection, report, settings=settings, actor=SYSTEM)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(16)))
    assert len({issue_id for issue_id, _ in answers}) == 1
    assert [created for _, created in answers].count(True) == 1


def test_report_and_import_of_one_issue_at_the_same_moment_store_it_once(engine: Engine, settings: Settings) -> None:
    with transaction(engine) as connection:
        world = build_world(connection)
    report = IssueReport(text=LEAK, source="hotline", external_id="7", reported_at=NOON, group="QA")
    frame = pd.DataFrame({"text": [LEAK], "source": "hotline", "external_id": "7", "reported_at": NOON})

    def send() -> tuple[int, bool]:
        with transaction(engine) as connection:
            return record(connection, report, settings=settings, actor=SYSTEM)

    with ThreadPoolExecutor(1) as thread:
        with transaction(engine) as importing:
            record_frame(importing, frame, community_id=world.community_id, settings=settings)
            answer = thread.submit(send)
            wait_until_blocked(engine, answer)
        assert answer.result()[1] is False
    with transaction(engine) as connection:
        assert connection.scalars(select(issue.c.id)).all() == [answer.result()[0]]


def test_refused_report_stores_nothing(recorded: Any, connection: Connection) -> None:
    with pytest.raises(InvalidInput):
        recorded(group="nobody")
    assert connection.scalar(select(func.count()).select_from(issue)) == 0


def test_pinned_issue_gets_the_grid_and_worker_of_its_own_time(
    recorded: Any, connection: Connection, settings: Settings, world: Any
) -> None:
    row = recorded(reported_at=datetime(2023, 6, 1, tzinfo=UTC))
    actor = Actor(name="dispatcher", role="dispatcher", account_id=None)
    pin(connection, row.id, ByHand(lon=107.0015, lat=29.0005), settings=settings, actor=actor)
    pinned = connection.execute(select(issue).where(issue.c.id == row.id)).one()
    assert (pinned.location_method, pinned.grid_id, pinned.worker_id) == (
        "manual",
        world.grids["G2"],
        world.workers["钱二"],
    )
    assert pinned.receipt["pinned"]["by"] == "dispatcher"
    assert pinned.receipt["recognised"] == row.receipt["recognised"]
    events = connection.execute(select(issue_event).where(issue_event.c.issue_id == row.id)).all()
    assert [(event.kind, event.actor) for event in events] == [("reported", "system"), ("located", "dispatcher")]
    assert events[1].detail["before"] == row.receipt


def test_pinning_what_does_not_exist_says_so(connection: Connection, settings: Settings) -> None:
    with pytest.raises(NotFound):
        pin(connection, 10**9, ByHand(lon=107, lat=29), settings=settings, actor=SYSTEM)


reports = st.fixed_dictionaries(
    {
        "text": st.sampled_from([LEAK, "梨园1栋有人高空抛物", "长坡的垃圾没人收", "2号楼电梯坏了"]),
        "reported_at": st.integers(-400, 400).map(lambda days: NOON + timedelta(days=days)),
    },
    optional={
        "point": st.tuples(st.integers(-3, 40), st.integers(-3, 25)).map(lambda p: (107 + p[0] / 1e4, 29 + p[1] / 1e4)),
        "crs": st.sampled_from(["wgs84", "gcj02", "bd09"]),
        "group": st.sampled_from(["QA", "QB", "QC"]),
        "address": st.sampled_from(["河街12号", "梨园", "不知道"]),
    },
)


@given(drawn=st.lists(reports, min_size=1, max_size=8))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_at_once_are_decided_as_one_by_one(
    connection: Connection, world: Any, settings: Settings, drawn: list[dict[str, Any]]
) -> None:
    rows = []
    for i, fields in enumerate(drawn):
        lon, lat = fields.pop("point", (None, None))
        rows.append({"source": "import", "external_id": str(i), "lon": lon, "lat": lat} | {"crs": "wgs84"} | fields)
    savepoint = connection.begin_nested()
    record_frame(connection, pd.DataFrame(rows), community_id=world.community_id, settings=settings)
    columns = [c for c in issue.c if c.name not in ("id", "recorded_at")]
    at_once = connection.execute(select(*columns).order_by(issue.c.external_id)).all()
    savepoint.rollback()
    savepoint = connection.begin_nested()
    for row in rows:
        record(connection, IssueReport(**row, community=COMMUNITY), settings=settings, actor=SYSTEM)
    assert connection.execute(select(*columns).order_by(issue.c.external_id)).all() == at_once
    savepoint.rollback()


def test_many_imported_again_are_unchanged_and_follow_a_new_status(
    connection: Connection, world: Any, settings: Settings
) -> None:
    frame = pd.DataFrame({"text": [LEAK, LEAK, "停水了"], "source": "import", "reported_at": NOON})
    frame["external_id"] = ["1", "2", "3"]
    options = {"community_id": world.community_id, "settings": settings}
    assert record_frame(connection, frame, **options).new == 3
    assert record_frame(connection, frame, **options).unchanged == 3
    frame["status"] = ["reported", "closed", "reported"]
    frame["closed_at"] = [None, NOON + timedelta(hours=1), None]
    assert record_frame(connection, frame, **options).changed == 1
    assert record_frame(connection, frame, **options).unchanged == 3
