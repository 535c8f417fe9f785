"""Matters that are decided again when a name is accepted, and homes that reporters' phones tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, insert, select, update

import gis.issues.again as again
from gis.actor import SYSTEM, Actor
from gis.issues.again import settle_words
from gis.issues.bulk import record_frame
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.population.aliases import alias_proposals, propose_alias
from gis.population.residents import home_of, homes_of
from gis.security.sealed import RESIDENT_PHONE
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import set_actor
from gis.storage.tables import household, issue, issue_event, resident
from tests.world import NOON, add, add_to_the_road

PLANNER = Actor(name="planner", role="planner")
PHONE = "14200000077"


@pytest.fixture
def report(connection: Connection, world: SimpleNamespace, settings: Settings) -> Any:
    """Records a text in the town whose 河街 lies in two grids; gives the issue's id."""
    add_to_the_road(connection, world)

    def report(text: str, **known: Any) -> int:
        told = IssueReport(text=text, source="hotline", reported_at=NOON, **known)
        return record(connection, told, settings=settings, actor=SYSTEM)[0]

    return report


@pytest.fixture
def accept(connection: Connection, world: SimpleNamespace, settings: Settings) -> Any:
    """Accepts words as a name of 河街12号; gives how many waiting matters were settled."""

    def accept(words: str, *, accept: bool = True) -> int:
        propose_alias(connection, words, world.buildings["B5"], actor=SYSTEM)
        (proposal,) = alias_proposals(connection)
        return settle_words(connection, proposal.id, accept=accept, settings=settings, actor=PLANNER)

    return accept


def stored(connection: Connection, id: int) -> Any:
    return connection.execute(select(issue).where(issue.c.id == id)).one()


def test_waiting_matter_is_settled_and_its_event_says_why(
    connection: Connection, report: Any, accept: Any, world: SimpleNamespace
) -> None:
    id = report("河街路面破了")
    assert stored(connection, id).doubt == "ambiguous"
    assert accept("河街") == 1
    row = stored(connection, id)
    assert (row.building_id, row.grid_id, row.doubt) == (world.buildings["B5"], world.grids["G3"], None)
    event = connection.execute(select(issue_event).where(issue_event.c.issue_id == id)).all()[-1]
    assert (event.kind, event.actor) == ("located", "planner")
    assert event.detail["why"] == {"alias": "河街", "building": "河街12号"}
    assert event.detail["after"] == row.receipt


def test_only_open_doubtful_matters_of_these_words_are_decided_again(
    connection: Connection, report: Any, accept: Any
) -> None:
    closed, other, settled = report("河街路面破了"), report("长坡门口堆了垃圾"), report("河街12号漏水")
    connection.execute(update(issue).where(issue.c.id == closed).values(status="withdrawn"))
    before = [stored(connection, id) for id in (closed, other, settled)]
    assert accept("河街") == 0
    assert [stored(connection, id) for id in (closed, other, settled)] == before


def test_so_many_are_decided_again_the_latest_first(
    connection: Connection, report: Any, accept: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "MOST_AGAIN", 2)
    ids = [report("河街路面破了") for _ in range(3)]
    assert accept("河街") == 2
    assert [stored(connection, id).doubt for id in ids] == ["ambiguous", None, None]


def test_rejected_words_settle_nothing(connection: Connection, report: Any, accept: Any) -> None:
    id = report("河街路面破了")
    assert accept("河街", accept=False) == 0
    assert stored(connection, id).doubt == "ambiguous"


@pytest.fixture
def resident_of_b4(connection: Connection, world: SimpleNamespace) -> None:
    of_b4 = {"community_id": world.community_id, "building_id": world.buildings["B4"]}
    home = add(connection, household, **of_b4, unit="1", floor=1, door="1")
    connection.execute(
        insert(resident).values(household_id=home, name="某人", **RESIDENT_PHONE.values(vault_of(connection), PHONE))
    )


@pytest.mark.usefixtures("resident_of_b4")
def test_phone_tells_a_home_to_those_who_may_see_it(connection: Connection, world: SimpleNamespace) -> None:
    assert homes_of(connection, {PHONE, "1"}) == {PHONE: world.buildings["B4"]}
    set_actor(connection, Actor(name="nobody", role="intake", account_id=10**9))
    assert homes_of(connection, {PHONE}) == {}
    assert (home_of(connection, None), home_of(connection, "1")) == (None, None)


@pytest.mark.usefixtures("resident_of_b4")
def test_many_at_once_know_their_reporters_homes_too(
    connection: Connection, world: SimpleNamespace, settings: Settings
) -> None:
    row = {"text": "我家楼下堆满了垃圾", "source": "hotline", "external_id": "1", "reported_at": NOON}
    frame = pd.DataFrame([row | {"reporter_phone": PHONE}])
    record_frame(connection, frame, community_id=world.community_id, settings=settings)
    found = connection.execute(select(issue).where(issue.c.external_id == "1")).one()
    assert found.building_id == world.buildings["B4"]
