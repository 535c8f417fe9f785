"""What the ledger adds up to, of seven matters that can be counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from gis.issues.deadlines import OnTime
from gis.issues.figures import figures
from gis.issues.filters import IssueFilter
from gis.issues.query import issues
from gis.issues.summary import how_many, summary
from gis.storage.tables import issue
from tests.world import COMMUNITY, NOON, add

NOW = datetime.now(UTC)


@pytest.fixture
def ledger(connection: Connection, world: SimpleNamespace) -> Connection:
    def matter(text: str, status: str, **more: Any) -> None:
        values = {"community_id": world.community_id, "source": "web", "text": text, "reported_at": NOON, "receipt": {}}
        add(connection, issue, **values, status=status, location_method="none", **more)

    def closed(text: str, hours: int, level: str, *, late: bool = False, topic: str = "矛盾纠纷") -> None:
        done = NOON + timedelta(hours=hours)
        told = {"answer": "已调解", "settled_level": level, "settled_way": "on_site", "confirmation": "reporter"}
        times = {"first_answered_at": NOON + timedelta(hours=1), "resolved_at": done, "closed_at": done}
        matter(text, "closed", topic=topic, was_late=late, **told, **times)

    closed("一", 2, "household")
    closed("二", 4, "household", topic="便民服务")
    closed("三", 90, "street", late=True)
    matter(
        "四", "resolved", topic="便民服务", answer="已办", settled_level="grid", resolved_at=NOON + timedelta(hours=6)
    )
    matter("五", "accepted", due_at=NOW - timedelta(days=1), first_answered_at=NOON + timedelta(hours=3))
    matter("六", "reported", due_at=NOW + timedelta(days=1))
    matter("七", "withdrawn")
    return connection


def texts(connection: Connection, **chosen: Any) -> str:
    found, _ = issues(connection, IssueFilter(community=COMMUNITY, **chosen), limit=50)
    return "".join(sorted(each.text for each in found))


def test_figures_are_those_that_one_counts_by_hand(ledger: Connection) -> None:
    found = figures(ledger, IssueFilter(community=COMMUNITY))
    assert (found.received, found.open, found.settled, found.overdue) == (7, 2, 4, 1)
    assert found.on_time == OnTime(2, 4)
    assert found.on_time.rate == 0.5
    assert found.levels == {"household": 2, "grid": 1, "network": 0, "street": 1, "department": 0}
    assert found.ways == {"in_group": 0, "online": 0, "on_site": 3, "by_neighbours": 0}
    assert found.first_answer == timedelta(hours=1)
    assert found.settlement == timedelta(hours=5)


@pytest.mark.parametrize(
    ("chosen", "behind"),
    [
        ({"status": "open"}, "五六"),
        ({"status": "settled"}, "一三二四"),
        ({"due": "overdue"}, "五"),
        ({"due": "kept"}, "一二"),
        ({"due": "missed"}, "三五"),
        ({"level": "household"}, "一二"),
        ({"way": "on_site"}, "一三二"),
        ({"status": "settled", "topic": "便民服务"}, "二四"),
    ],
)
def test_every_figure_opens_the_matters_that_it_counts(ledger: Connection, chosen: dict[str, str], behind: str) -> None:
    assert texts(ledger, **chosen) == "".join(sorted(behind))
    assert how_many(ledger, IssueFilter(community=COMMUNITY, **chosen)) == len(behind)


def test_disputes_and_services_that_were_settled_are_counted_apart(ledger: Connection) -> None:
    counted = summary(ledger, IssueFilter(community=COMMUNITY)).by_topic
    assert (counted["矛盾纠纷"].settled, counted["便民服务"].settled) == (2, 2)


def test_figures_of_nothing_are_none(connection: Connection, world: SimpleNamespace) -> None:
    found = figures(connection, IssueFilter(community=COMMUNITY))
    assert (found.received, found.first_answer, found.settlement, found.on_time.rate) == (0, None, None, None)
