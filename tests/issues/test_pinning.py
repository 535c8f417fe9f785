"""What a person decides by hand, and what is learned from it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gis.actor import Actor
from gis.errors import Conflict, InvalidInput, NotFound
from gis.issues.record import ByHand, pin, record
from gis.issues.report import IssueReport
from gis.population.aliases import alias_proposals, propose_alias, settle_alias
from gis.settings import Settings
from gis.storage.tables import issue
from tests.world import NOON, add_other_community, add_to_the_road

WORKER = Actor(name="worker", role="worker")
PLANNER = Actor(name="planner", role="planner")


@pytest.fixture
def pinned(connection: Connection, world: SimpleNamespace, settings: Settings) -> Any:
    """Reports a text, puts it at a place, and gives the issue's row."""

    def pinned(text: str, place: ByHand, **known: Any) -> Any:
        report = IssueReport(text=text, source="hotline", reported_at=NOON, **known)
        issue_id, _ = record(connection, report, settings=settings, actor=WORKER)
        pin(connection, issue_id, place, settings=settings, actor=WORKER)
        return connection.execute(select(issue).where(issue.c.id == issue_id)).one()

    return pinned


def test_confirmed_building_decides_and_settles_the_doubt(pinned: Any, world: SimpleNamespace) -> None:
    row = pinned("长坡门口堆了垃圾", ByHand(building_id="B4"))
    assert (row.location_method, row.building_id, row.grid_id) == ("manual", world.buildings["B4"], world.grids["G4"])
    assert row.doubt is None
    assert row.receipt["pinned"]["by"] == "worker"


def test_confirmed_grid_keeps_the_point(pinned: Any, world: SimpleNamespace) -> None:
    row = pinned("路灯不亮", ByHand(grid="G2"), lon=107.0009, lat=29.0005, accuracy_m=30.0)
    assert (row.grid_id, row.worker_id, row.doubt) == (world.grids["G2"], world.workers["孙三"], None)
    assert row.geom is not None


def test_grid_or_building_that_does_not_exist_is_refused(pinned: Any) -> None:
    with pytest.raises(InvalidInput, match="there is no grid 'G9'"):
        pinned("路灯不亮", ByHand(grid="G9"))
    with pytest.raises(InvalidInput, match="there is no building"):
        pinned("路灯不亮", ByHand(building_id="B9"))


def test_confirmed_words_become_an_alias_once_a_planner_accepts_them(
    pinned: Any, connection: Connection, settings: Settings, world: SimpleNamespace
) -> None:
    add_to_the_road(connection, world)
    pinned("河街门口堆了垃圾", ByHand(building_id="B5"))
    (proposal,) = alias_proposals(connection)
    assert (proposal.words, proposal.building_id, proposal.proposed_by) == ("河街", "B5", "worker")
    settle_alias(connection, proposal.id, accept=True, actor=PLANNER)
    assert alias_proposals(connection) == []


def test_accepted_alias_is_read_as_its_building_from_the_next_message_on(
    connection: Connection, settings: Settings, world: SimpleNamespace
) -> None:
    propose_alias(connection, "老粮站", world.buildings["B5"], actor=WORKER)
    (proposal,) = alias_proposals(connection)
    settle_alias(connection, proposal.id, accept=True, actor=PLANNER)
    report = IssueReport(text="老粮站门口路灯不亮", source="hotline", reported_at=NOON)
    issue_id, _ = record(connection, report, settings=settings, actor=WORKER)
    row = connection.execute(select(issue.c.building_id).where(issue.c.id == issue_id)).one()
    assert row.building_id == world.buildings["B5"]


def test_what_a_compound_is_called_is_no_buildings_alias(pinned: Any, connection: Connection) -> None:
    pinned("长坡门口堆了垃圾", ByHand(building_id="B4"))
    assert alias_proposals(connection) == []


def test_rejected_alias_is_not_proposed_again(connection: Connection, world: SimpleNamespace) -> None:
    propose_alias(connection, "老粮站", world.buildings["B5"], actor=WORKER)
    (proposal,) = alias_proposals(connection)
    settle_alias(connection, proposal.id, accept=False, actor=PLANNER)
    propose_alias(connection, "老粮站", world.buildings["B5"], actor=WORKER)
    assert alias_proposals(connection) == []


def test_alias_is_settled_once(connection: Connection, world: SimpleNamespace) -> None:
    propose_alias(connection, "老粮站", world.buildings["B5"], actor=WORKER)
    (proposal,) = alias_proposals(connection)
    settle_alias(connection, proposal.id, accept=True, actor=PLANNER)
    with pytest.raises(Conflict, match="accepted it already"):
        settle_alias(connection, proposal.id, accept=False, actor=PLANNER)
    with pytest.raises(NotFound):
        settle_alias(connection, 10**9, accept=True, actor=PLANNER)


def test_the_buildings_own_name_is_not_proposed(connection: Connection, world: SimpleNamespace) -> None:
    propose_alias(connection, "河街12号", world.buildings["B5"], actor=WORKER)
    assert alias_proposals(connection) == []


def test_issue_is_not_moved_to_a_community_that_has_its_twin(
    connection: Connection, settings: Settings, world: SimpleNamespace
) -> None:
    add_other_community(connection)
    known = {"text": "停水了", "source": "hotline", "external_id": "7", "reported_at": NOON}
    elsewhere, _ = record(connection, IssueReport(**known, community="boston"), settings=settings, actor=WORKER)
    mine, _ = record(connection, IssueReport(**known, community="999119003004"), settings=settings, actor=WORKER)
    with pytest.raises(Conflict, match=f"already: {mine}"):
        pin(connection, elsewhere, ByHand(lon=107.0025, lat=29.0005), settings=settings, actor=PLANNER)
