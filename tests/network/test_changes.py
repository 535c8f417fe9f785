"""Covers and roles change from a day on: what held before stays, and until its day is over a change can be undone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gis.actor import SYSTEM, Actor
from gis.boundaries.areas import today
from gis.errors import Conflict, InvalidInput, NotFound
from gis.network import changes
from gis.network.changes import Covered, Served
from gis.network.figures import network
from gis.network.reach import NetworkFilter, reach
from gis.security.audit import AuditFilter, entries
from gis.storage.session import acting
from gis.storage.tables import account, account_area, area, online_group
from gis.workforce.workers import find_worker
from tests.network.conftest import at
from tests.world import COMMUNITY, add

DAY = timedelta(days=1)
HOUSE = Covered(building="B5")
HEAD = Served("W9", "group_head")


class Town:
    """The town as it is today, and what somebody does there."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.today = today(connection, COMMUNITY)
        self.now = datetime.now(UTC)

    def do(self, verb: Any, *what: Any, group: str = "QC", **when: Any) -> None:
        seen = reach(self.connection, at(self.now))
        verb(self.connection, SYSTEM, changes.find_group(self.connection, seen, group), *what, **when)

    def groups_of(self, house: str, *, days: int = 0) -> tuple[str, ...]:
        found = network(self.connection, at(self.now + days * DAY)).houses
        return next(each.groups for each in found if each.code == house)

    def heads_of(self, group: str, *, days: int = 0) -> list[str]:
        found = network(self.connection, at(self.now + days * DAY)).groups
        seats = next(each.seats for each in found if each.code == group)
        return [seat.worker_code for seat in seats if seat.role == "group_head"]


@pytest.fixture
def now(connection: Connection, town: SimpleNamespace) -> Town:
    return Town(connection)


def faults(refused: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(fault.where, fault.code) for fault in refused.value.faults]


def test_cover_of_tomorrow_does_not_change_today(now: Town) -> None:
    assert now.groups_of("B5") == ()
    now.do(changes.add_cover, HOUSE, since=now.today + DAY, until=None)
    assert (now.groups_of("B5"), now.groups_of("B5", days=1)) == ((), ("QC",))


def test_cover_that_ends_tomorrow_held_before_and_holds_today(now: Town) -> None:
    now.do(changes.end_cover, Covered(grid="G1"), group="QA", on=now.today + DAY)
    assert [now.groups_of("B2", days=days) for days in (-30, 0, 1)] == [("QA",), ("QA",), ()]
    now.do(changes.undo_cover, Covered(grid="G1"), group="QA", since=date(1970, 1, 1), part="end")
    assert now.groups_of("B2", days=1) == ("QA",)


def test_role_from_a_day_on_is_held_from_that_day_on(now: Town) -> None:
    now.do(changes.appoint, HEAD, since=now.today + DAY, until=now.today + 3 * DAY)
    assert [now.heads_of("QC", days=days) for days in (0, 1, 2, 3)] == [[], ["W9"], ["W9"], []]
    now.do(changes.dismiss, HEAD, on=now.today + 2 * DAY)
    assert now.heads_of("QC", days=2) == []
    now.do(changes.undo_post, HEAD, since=now.today + DAY, part="begin")
    assert now.heads_of("QC", days=1) == []


def test_what_holds_already_is_not_begun_again(now: Town) -> None:
    now.do(changes.add_cover, HOUSE, since=now.today + 5 * DAY, until=None)
    with pytest.raises(Conflict, match="QC covers it already, from"):
        now.do(changes.add_cover, HOUSE, since=now.today, until=now.today + 6 * DAY)
    now.do(changes.add_cover, HOUSE, since=now.today, until=now.today + 5 * DAY)
    with pytest.raises(Conflict, match="W1 holds this role already"):
        now.do(changes.appoint, Served("W1", "grid_worker"), group="QA", since=now.today, until=None)


def test_end_is_not_taken_back_over_a_later_begin(now: Town) -> None:
    now.do(changes.add_cover, HOUSE, since=now.today, until=now.today + 5 * DAY)
    now.do(changes.add_cover, HOUSE, since=now.today + 5 * DAY, until=None)
    with pytest.raises(Conflict, match="take that back first"):
        now.do(changes.undo_cover, HOUSE, since=now.today, part="end")


def test_the_past_is_neither_changed_nor_taken_back(now: Town) -> None:
    yesterday = now.today - DAY
    for verb, what, field, when in (
        (changes.add_cover, HOUSE, "from", {"since": yesterday, "until": None}),
        (changes.appoint, HEAD, "from", {"since": yesterday, "until": None}),
        (changes.end_cover, Covered(grid="G1"), "on", {"on": yesterday}),
        (changes.dismiss, HEAD, "on", {"on": yesterday}),
    ):
        with pytest.raises(InvalidInput) as refused:
            now.do(verb, what, **when)
        assert faults(refused) == [(field, "in_the_past")]
    for part in ("begin", "end"):
        with pytest.raises(Conflict, match="It has held since"):
            now.do(changes.undo_cover, HOUSE, since=date(1970, 1, 1), part=part)


def test_every_fault_of_a_change_is_told_at_once(now: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        now.do(changes.appoint, Served("W99", "king"), since=now.today - 2 * DAY, until=now.today - 3 * DAY)
    assert faults(refused) == [
        ("from", "in_the_past"),
        ("to", "bad_period"),
        ("role", "unknown_role"),
        ("worker", "unknown_worker"),
    ]
    with pytest.raises(InvalidInput) as refused:
        now.do(changes.add_cover, Covered("G1", "B1"), since=now.today, until=None)
    assert faults(refused) == [("cover", "one_place")]


def test_what_is_not_there_neither_ends_nor_is_taken_back(now: Town) -> None:
    with pytest.raises(NotFound):
        now.do(changes.end_cover, HOUSE, on=now.today)
    with pytest.raises(NotFound):
        now.do(changes.undo_post, HEAD, since=now.today, part="begin")
    with pytest.raises(NotFound):
        now.do(changes.add_cover, HOUSE, group="QX", since=now.today, until=None)


def test_group_is_made_and_renamed_and_keeps_its_code(now: Town) -> None:
    connection, seen = now.connection, reach(now.connection, at(now.now))
    changes.create_group(connection, SYSTEM, seen, code="QE", name="新群", community=COMMUNITY)
    now.do(changes.rename_group, "新老群", group="QE")
    assert connection.scalar(select(online_group.c.name).where(online_group.c.code == "QE")) == "新老群"
    with pytest.raises(Conflict, match="has a group 'QE' already"):
        changes.create_group(connection, SYSTEM, seen, code="QE", name="又一群", community=COMMUNITY)
    with pytest.raises(InvalidInput) as refused:
        changes.create_group(connection, SYSTEM, seen, code="a/b", name=" ", community="nowhere")
    assert faults(refused) == [("name", "missing"), ("code", "bad_form"), ("community", "unknown_community")]


def test_every_change_stands_in_the_audit_log(now: Town) -> None:
    now.do(changes.rename_group, "河街新群")
    now.do(changes.add_cover, HOUSE, since=now.today, until=None)
    now.do(changes.undo_cover, HOUSE, since=now.today, part="begin")
    now.do(changes.appoint, HEAD, since=now.today, until=None)
    found = entries(now.connection, AuditFilter(subject_kind="group"), limit=10)
    day = now.today.isoformat()
    assert [(each.action, each.detail) for each in reversed(found)] == [
        ("rename_group", {"before": "河街群", "name": "河街新群"}),
        ("add_cover", {"building": "B5", "from": day, "to": None}),
        ("undo_cover", {"building": "B5", "from": day, "part": "begin"}),
        ("appoint", {"worker": "W9", "role": "group_head", "from": day, "to": None}),
    ]


def test_planner_changes_groups_of_the_own_area_only(now: Town) -> None:
    connection = now.connection
    far = add(connection, area, code="888", name="远区", level="district", time_zone="Asia/Shanghai")
    near = connection.scalar(select(area.c.id).where(area.c.code == "999119"))
    for name, place, reached in (("near", near, 4), ("far", far, 0)):
        key = add(connection, account, username=name, role="planner", password_hash="x")
        connection.execute(account_area.insert().values(account_id=key, area_id=place))
        planner = Actor(name, "planner", key)
        with acting(connection, planner):
            chosen = NetworkFilter(at=now.now, until=now.now)
            assert len(network(connection, chosen).groups) == reached
            seen = reach(connection, chosen)
        if not reached:
            with pytest.raises(NotFound):
                changes.find_group(connection, seen, "QA")
            with pytest.raises(NotFound):
                changes.create_group(connection, planner, seen, code="QZ", name="群", community=COMMUNITY)


def test_who_holds_a_post_in_a_group_sees_that_group_and_its_houses(now: Town) -> None:
    connection = now.connection
    key = add(
        connection, account, username="孙三", role="worker", password_hash="x", worker_id=find_worker(connection, "W3")
    )
    with acting(connection, Actor("孙三", "worker", key, find_worker(connection, "W3"))):
        found = network(connection, at(now.now))
    assert [each.code for each in found.groups] == ["QB"]
    assert [each.code for each in found.houses] == ["B3", "B4"]
    key = add(
        connection,
        account,
        username="周九",
        role="group_head",
        password_hash="x",
        worker_id=find_worker(connection, "W9"),
    )
    with acting(connection, Actor("周九", "group_head", key, find_worker(connection, "W9"))):
        found = network(connection, at(now.now))
    assert [each.code for each in found.groups] == ["QA"]
    assert [each.code for each in found.houses] == ["B1", "B2"]
