"""Figures of the network grid on a town small enough to count by eye (see conftest.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from gis.errors import InvalidInput
from gis.network.cover import houses
from gis.network.figures import Figures, Network, figures, homes_of, network
from gis.network.one_group import group_areas, group_in_full
from gis.network.reach import reach
from gis.storage.tables import building
from tests.network.conftest import LONG_AGO, at
from tests.world import NOON, add_other_community, redraw

LATER = datetime(2024, 6, 11, 4, tzinfo=UTC)
"""A day after QC's cover of B5 has ended."""


def counted(connection: Connection, moment: datetime = NOON, *, least: int = 1, **narrowed: str) -> Figures:
    return figures(network(connection, at(moment, **narrowed)), least=least)


def group(found: Network, code: str):
    return next(each for each in found.groups if each.code == code)


def test_every_household_is_covered_until_a_cover_ends(connection: Connection, town: SimpleNamespace) -> None:
    now, later = counted(connection), counted(connection, LATER)
    assert (now.uncovered_households, now.uncovered_buildings, now.households, now.buildings) == (0, 0, 27, 5)
    assert (later.uncovered_households, later.uncovered_buildings) == (5, 1)
    assert (later.households, later.buildings) == (27, 5)


def test_figures_of_covers_open_the_very_houses(connection: Connection, town: SimpleNamespace) -> None:
    chosen = at(LATER)
    seen = reach(connection, chosen)
    covered = {
        each: [h.code for h in houses(connection, chosen, seen, cover=each)] for each in ("none", "one", "several")
    }
    assert covered == {"none": ["B5"], "one": ["B2", "B3", "B4"], "several": ["B1"]}
    assert {h.code: h.groups for h in network(connection, chosen).houses} == {
        "B1": ("QA", "QD"),
        "B2": ("QA",),
        "B3": ("QB",),
        "B4": ("QB",),
        "B5": (),
    }
    assert counted(connection, LATER).shared_buildings == 1


def test_who_may_see_no_fewer_than_five_is_told_sums_of_houses(connection: Connection, town: SimpleNamespace) -> None:
    told = counted(connection, LATER, least=5)
    assert (told.households, told.uncovered_households, told.least) == (5 + 5 + 0 + 5 + 5, 5, 5)


def test_groups_without_all_of_the_three_staff_and_one_head(connection: Connection, town: SimpleNamespace) -> None:
    found = network(connection, at())
    assert {each.code: each.missing for each in found.groups} == {
        "QA": (),
        "QB": ("network_commentator", "property_manager", "group_head"),
        "QC": ("grid_worker", "network_commentator", "property_manager", "group_head"),
        "QD": ("grid_worker", "network_commentator", "property_manager", "group_head"),
    }
    told = figures(found, least=1)
    assert (told.missing_role, told.groups) == (3, 4)
    assert told.missing_by_role["grid_worker"] == 2
    assert [seat.worker_name for seat in group(found, "QA").seats] == ["赵一", "郑六", "吴五", "周九"]


def test_group_is_silent_without_a_matter_in_so_many_days(connection: Connection, town: SimpleNamespace) -> None:
    found = network(connection, at())
    assert [each.code for each in found.groups if each.silent] == ["QB", "QC", "QD"]
    assert group(found, "QB").activity.last_at == LONG_AGO
    assert group(found, "QC").activity.last_at is None
    days = (NOON - LONG_AGO).days + 1
    assert [each.code for each in network(connection, at(silent_days=days)).groups if each.silent] == ["QC", "QD"]


def test_activity_counts_twelve_weeks_and_says_of_how_many_its_shares_are(
    connection: Connection, town: SimpleNamespace
) -> None:
    active = group(network(connection, at()), "QA").activity
    assert active.weeks == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3)
    assert active.matters == sum(active.weeks) == 5
    assert (active.by_message, active.by_group, active.by_hand, active.unplaced) == (2, 1, 1, 1)
    assert (active.settled, active.way_known, active.settled_in_group) == (3, 2, 1)
    assert (active.answered, active.median_answer_s) == (3, 30 * 60)
    assert group(network(connection, at()), "QB").activity.matters == 0


def test_group_spans_the_grids_in_which_its_covers_lie(connection: Connection, town: SimpleNamespace) -> None:
    found = network(connection, at())
    assert {each.code: each.reaches for each in found.groups} == {
        "QA": ("G1",),
        "QB": ("G2", "G4"),
        "QC": ("G3",),
        "QD": ("G1",),
    }
    assert [each.code for each in found.groups if each.spans] == ["QB"]
    assert [each.code for each in network(connection, at(LATER)).groups if "no_cover" in each.problems] == ["QC"]


def test_house_follows_its_grid_through_a_redraw(connection: Connection, town: SimpleNamespace) -> None:
    west = update(building).where(building.c.code == "B3").values(geom="SRID=4326;POINT(107.0012 29.0005)")
    connection.execute(west)
    redraw(connection, town, LATER)
    groups = {moment: {h.code: h.groups for h in network(connection, at(moment)).houses} for moment in (NOON, LATER)}
    assert (groups[NOON]["B3"], groups[LATER]["B3"]) == (("QB",), ("QA",))


def test_figures_of_a_grid_and_of_an_area(connection: Connection, town: SimpleNamespace) -> None:
    add_other_community(connection)
    in_g4 = counted(connection, grid="G4", community="999119003004")
    assert (in_g4.groups, in_g4.spanning, in_g4.buildings, in_g4.households) == (1, 1, 1, 7)
    assert counted(connection, area="999119003").groups == counted(connection, area="999119").groups == 4
    assert counted(connection, community="boston").groups == 0


def test_places_that_do_not_exist_are_all_named(connection: Connection, town: SimpleNamespace) -> None:
    with pytest.raises(InvalidInput) as refused:
        network(connection, at(community="x", area="y"))
    assert [fault.code for fault in refused.value.faults] == ["unknown_community", "unknown_area"]
    with pytest.raises(InvalidInput) as refused:
        network(connection, at(grid="G9"))
    assert [fault.code for fault in refused.value.faults] == ["unknown_grid"]


def test_group_in_full_has_what_was_and_what_is_to_come(connection: Connection, town: SimpleNamespace) -> None:
    full = group_in_full(connection, "QC", at(LATER))
    assert full.group.problems == ("missing_role", "silent", "no_cover")
    ((kind, code, until),) = [(each.kind, each.code, each.valid_to) for each in full.covers]
    assert (kind, code, until) == ("building", "B5", date(2024, 6, 10))
    assert [house.code for house in group_in_full(connection, "QB", at()).network.houses] == ["B3", "B4"]


def test_area_of_a_group_is_its_grids_and_houses_as_one_shape(connection: Connection, town: SimpleNamespace) -> None:
    ids = list(town.groups.values())
    shapes = group_areas(connection, ids, at=NOON, day=date(2024, 6, 1))
    assert set(shapes) == set(ids)
    assert set(group_areas(connection, ids, at=LATER, day=date(2024, 6, 11))) == set(ids) - {town.groups["QC"]}
    assert '"MultiPolygon"' in shapes[town.groups["QB"]]


@given(st.lists(st.integers(0, 60), max_size=30), st.integers(1, 20))
def test_published_households_of_parts_add_up_to_those_of_the_whole(homes: list[int], least: int) -> None:
    apart = [homes_of([each], least=least) for each in homes]
    assert sum(apart) == homes_of(homes, least=least)
    assert all(each % least == 0 for each in apart)
    assert homes_of(homes, least=1) == sum(homes)
