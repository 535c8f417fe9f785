from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from gis.errors import Conflict, InvalidInput
from gis.geolocation.clues import Clues
from gis.geolocation.decide import decide
from gis.settings import Settings
from gis.workforce.leaves import add_leave, cancel_leave, leaves
from tests.world import NOON

JUNE = {"valid_from": date(2024, 6, 1), "valid_to": date(2024, 6, 10)}


def answers(connection: Connection, settings: Settings) -> tuple[str, str]:
    """Who answers for G4 on 2024-06-01, and why."""
    chosen = decide(connection, Clues(lon=107.0025, lat=29.0005), at=NOON, settings=settings).assignment
    assert chosen is not None
    return chosen.post.worker_name, chosen.reason


def test_stand_in_answers_during_a_leave_and_the_holder_when_it_is_cancelled(
    connection: Connection, world: Any, settings: Settings
) -> None:
    assert answers(connection, settings) == ("李四", "holder")
    add_leave(connection, "W4", **JUNE)
    assert answers(connection, settings) == ("吴五", "stand_in")
    add_leave(connection, "W5", **JUNE)
    assert answers(connection, settings) == ("郑六", "group_head")
    cancel_leave(connection, "W4", valid_from=date(2024, 6, 1))
    assert answers(connection, settings) == ("李四", "holder")


def test_leaves_are_listed_until_they_are_over(connection: Connection, world: Any) -> None:
    add_leave(connection, "W4", **JUNE)
    assert [each.worker_name for each in leaves(connection, since=date(2024, 6, 9))] == ["李四"]
    assert leaves(connection, since=date(2024, 6, 10)) == []
    with pytest.raises(InvalidInput, match="no community"):
        leaves(connection, since=date(2024, 6, 9), community="nowhere")


def test_overlapping_leave_is_refused_and_an_adjoining_one_is_not(connection: Connection, world: Any) -> None:
    add_leave(connection, "W4", **JUNE)
    with pytest.raises(Conflict, match="already on leave"):
        add_leave(connection, "W4", valid_from=date(2024, 6, 9), valid_to=None)
    add_leave(connection, "W4", valid_from=date(2024, 6, 10), valid_to=None)


def test_leave_of_nobody_and_leave_that_ends_before_it_begins_are_refused(connection: Connection, world: Any) -> None:
    with pytest.raises(InvalidInput, match="no worker"):
        add_leave(connection, "W99", **JUNE)
    with pytest.raises(InvalidInput, match="first day back"):
        add_leave(connection, "W4", valid_from=date(2024, 6, 2), valid_to=date(2024, 6, 1))
    with pytest.raises(InvalidInput, match="no leave that begins"):
        cancel_leave(connection, "W4", valid_from=date(2024, 6, 1))
