"""From clues to grid and worker, in the hand-drawn town (see tests/world.py for its map)."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from gis.crs import from_wgs84
from gis.errors import InvalidInput
from gis.geolocation.clues import Clues
from gis.geolocation.decide import Decision, decide
from gis.settings import Settings
from tests.world import NOON, add, add_other_community, redraw

pytestmark = pytest.mark.usefixtures("world")

IN_G1 = {"lon": 107.0005, "lat": 29.0005}
IN_G2 = {"lon": 107.0015, "lat": 29.0005}


@pytest.fixture
def decided(connection: Connection, settings: Settings) -> Any:
    def decided(*, at: datetime = NOON, **clues: Any) -> Decision:
        return decide(connection, Clues(**clues), at=at, settings=settings)

    return decided


def grid_of(decision: Decision) -> str | None:
    return decision.grid.code if decision.grid else None


def worker_of(decision: Decision) -> str | None:
    return decision.assignment.post.worker_name if decision.assignment else None


def test_building_id_outranks_coordinates(decided: Any) -> None:
    decision = decided(building_id="B5", **IN_G1)
    assert (decision.method, grid_of(decision)) == ("building", "G3")


def test_coordinates_outrank_words(decided: Any) -> None:
    decision = decided(text="梨园1栋楼道起火", **IN_G2)
    assert (decision.method, grid_of(decision)) == ("coordinate", "G2")


def test_address_outranks_the_text(decided: Any) -> None:
    decision = decided(address="河街12号", text="梨园1栋那边的人又来了")
    assert (decision.method, grid_of(decision), decision.building.name) == ("address", "G3", "河街12号")


def test_words_outrank_the_group(decided: Any) -> None:
    decision = decided(text="河街12号门口有垃圾", group="QA")
    assert (decision.method, grid_of(decision)) == ("address", "G3")


def test_group_decides_when_nothing_else_is_known_and_the_receipt_says_so(decided: Any) -> None:
    decision = decided(text="有人挡住我的车了", group="QA")
    assert (decision.method, grid_of(decision), worker_of(decision)) == ("group", "G1", "赵一")
    assert decision.receipt["method"] == "group"
    assert decision.receipt["group"] == {"code": "QA", "name": "梨园业主群"}
    assert (decision.lon, decision.lat) == (None, None)


def test_group_that_spans_grids_is_not_guessed_from(decided: Any) -> None:
    decision = decided(text="有人挡住我的车了", group="QB")
    assert (decision.method, decision.grid) == ("none", None)
    assert decision.receipt["queued"] == "group_spans_grids"


def test_group_of_one_building_means_that_buildings_grid(decided: Any) -> None:
    assert grid_of(decided(text="停水了", group="QC")) == "G3"


def test_a_bare_number_means_the_building_that_the_group_covers(decided: Any) -> None:
    decision = decided(text="2号楼电梯坏了", group="QA")
    assert (decision.method, decision.building.name) == ("address", "梨园2栋")
    assert decision.receipt["read"]["by_group"] is True


def test_a_bare_number_without_a_group_means_nothing(decided: Any) -> None:
    assert decided(text="2号楼电梯坏了").method == "none"


def test_compound_in_one_grid_is_enough(decided: Any) -> None:
    decision = decided(text="老梨园门口堆了垃圾")
    assert (decision.method, grid_of(decision), decision.building) == ("address", "G1", None)
    assert decision.receipt["read"]["compound"] == "梨园"


def test_compound_in_two_grids_asks(decided: Any) -> None:
    decision = decided(text="长坡门口堆了垃圾")
    assert decision.grid is None
    assert decision.receipt["queued"] == "ambiguous"
    assert [place["name"] for place in decision.receipt["read"]["may_mean"]] == ["长坡1栋", "长坡2栋"]


def test_text_without_a_place_is_queued(decided: Any) -> None:
    decision = decided(text="请问医保怎么交")
    assert (decision.method, decision.receipt["queued"]) == ("none", "no_place")


def test_point_on_shared_edge_goes_to_lower_grid_code_and_the_receipt_says_tie(decided: Any) -> None:
    decision = decided(lon=107.001, lat=29.0005)
    assert grid_of(decision) == "G1"
    assert decision.receipt["tie"] == "lowest_code"
    assert [c["grid"] for c in decision.receipt["candidates"]] == ["G1", "G2"]


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "gcj02", "bd09"])
def test_the_same_place_in_any_datum_is_in_the_same_grid(decided: Any, datum: Any) -> None:
    lon, lat = from_wgs84(107.0005, 29.0005, datum=datum)
    decision = decided(lon=lon, lat=lat, crs=datum)
    assert grid_of(decision) == "G1"
    assert (decision.lon, decision.lat) == pytest.approx((107.0005, 29.0005), abs=1e-8)


def test_receipt_states_what_a_coordinate_was_converted_from(decided: Any) -> None:
    lon, lat = from_wgs84(107.0005, 29.0005, datum="gcj02")
    receipt = decided(lon=lon, lat=lat, crs="gcj02", accuracy_m=5).receipt
    assert receipt["given"]["location"] == {"lon": lon, "lat": lat, "crs": "gcj02", "accuracy_m": 5}
    assert receipt["converted"]["from"] == "gcj02"
    assert 400 < receipt["converted"]["moved_m"] < 700


def test_receipt_tells_how_far_the_edge_is(decided: Any) -> None:
    # 0.0002 degrees of longitude at 29N is 19.5 m.
    receipt = decided(lon=107.0008, lat=29.0005).receipt
    assert receipt["edge_m"] == pytest.approx(19.5, abs=0.2)
    assert receipt["candidates"] == [
        {"grid": "G1", "name": "G1网格", "distance_m": 0.0},
        {"grid": "G2", "name": "G2网格", "distance_m": pytest.approx(19.5, abs=0.2)},
    ]


def test_a_few_metres_outside_every_grid_goes_to_the_nearest_and_says_so(decided: Any) -> None:
    decision = decided(lon=107.0005, lat=28.9999)  # 11 m south of G1
    assert grid_of(decision) == "G1"
    assert decision.receipt["outside_m"] == pytest.approx(11.1, abs=0.2)


def test_farther_outside_is_queued_as_out_of_area(decided: Any) -> None:
    decision = decided(lon=107.0005, lat=28.9995)  # 55 m south of G1
    assert (decision.method, decision.grid) == ("coordinate", None)
    assert decision.receipt["queued"] == "out_of_area"


def test_confidence_falls_towards_the_edge(decided: Any) -> None:
    middle, near, edge = (decided(lon=lon, lat=29.0005).confidence for lon in (107.0005, 107.0009, 107.001))
    assert middle > near > edge == 0.5


def test_swapped_coordinates_are_refused_with_that_reason(decided: Any) -> None:
    with pytest.raises(InvalidInput, match="latitude and longitude are swapped"):
        decided(lon=29.0005, lat=107.0005)


def test_swapped_coordinates_that_both_could_be_are_recognised_by_the_grids(
    decided: Any, connection: Connection
) -> None:
    from gis.storage.tables import area, grid, grid_version
    from tests.world import BEGINNING, box

    there = add(connection, area, code="x", name="x", level="community", time_zone="UTC")
    held = add(connection, grid, community_id=there, code="X1", name="X1")
    add(connection, grid_version, grid_id=held, geom=box(-71.06, 42.36), valid_from=BEGINNING)
    with pytest.raises(InvalidInput, match="swapped"):
        decided(lon=42.3605, lat=-71.0595)


def test_all_unknown_codes_are_named_at_once(decided: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        decided(group="QX", building_id="BX", community="nowhere", lon=200, lat=30)
    assert [fault.code for fault in caught.value.faults] == [
        "unknown_community",
        "unknown_group",
        "unknown_building",
        "outside_world",
    ]


def test_the_holder_of_the_post_at_the_time_answers(decided: Any) -> None:
    before = decided(at=datetime(2023, 12, 31, 15, 59, tzinfo=UTC), **IN_G2)
    after = decided(at=datetime(2023, 12, 31, 16, 0, tzinfo=UTC), **IN_G2)  # midnight in the town
    assert (worker_of(before), worker_of(after)) == ("钱二", "孙三")


def test_grid_without_posts_has_a_grid_but_no_worker(decided: Any) -> None:
    decision = decided(lon=107.0005, lat=29.0015)
    assert (grid_of(decision), decision.assignment, decision.receipt["post"]) == ("G3", None, None)


def test_after_a_redraw_each_moment_has_its_own_boundaries(
    decided: Any, connection: Connection, world: SimpleNamespace
) -> None:
    redraw(connection, world, at=NOON)
    place = {"lon": 107.0012, "lat": 29.0005}
    before = decided(at=datetime(2024, 6, 1, 3, 59, 59, tzinfo=UTC), **place)
    after = decided(at=NOON, **place)
    assert (grid_of(before), grid_of(after)) == ("G2", "G1")
    assert before.receipt["grid_version"]["id"] == str(world.versions["G2"])


def test_named_community_narrows_a_point_that_lies_in_two(decided: Any, connection: Connection) -> None:
    add_other_community(connection)
    assert decided(community="boston", **IN_G2).community.code == "boston"
    assert grid_of(decided(community="999119003004", **IN_G2)) == "G2"


def test_code_that_two_communities_share_asks_for_the_community(
    decided: Any, connection: Connection, world: SimpleNamespace
) -> None:
    from gis.storage.tables import online_group

    other = add_other_community(connection)
    add(connection, online_group, community_id=other, code="QA", name="other")
    with pytest.raises(InvalidInput, match="several communities"):
        decided(group="QA")
    assert grid_of(decided(group="QA", community="999119003004")) == "G1"


def test_point_whose_own_error_reaches_another_grid_is_doubtful_and_both_workers_are_named(decided: Any) -> None:
    decision = decided(lon=107.0009, lat=29.0005, accuracy_m=12)  # 9.7 m from the edge of G2
    assert (grid_of(decision), decision.doubt) == ("G1", "near_edge")
    assert decision.receipt["doubt"] == "near_edge"
    named = {c["grid"]: c["worker"] and c["worker"]["name"] for c in decision.receipt["candidates"]}
    assert named == {"G1": "赵一", "G2": "孙三"}


def test_point_farther_from_the_edge_than_its_error_is_not_doubtful(decided: Any) -> None:
    assert decided(lon=107.0009, lat=29.0005, accuracy_m=5).doubt is None
    assert decided(lon=107.0009, lat=29.0005).doubt is None


def test_words_that_may_mean_several_places_are_a_doubt(decided: Any) -> None:
    assert decided(text="长坡门口堆了垃圾").doubt == "ambiguous"


def test_coordinates_of_an_unknown_datum_in_different_grids_are_doubt(decided: Any) -> None:
    lon, lat = from_wgs84(107.0005, 29.0005, datum="gcj02")
    decision = decided(lon=lon, lat=lat, crs="unknown")
    assert (decision.method, decision.grid, decision.doubt) == ("none", None, "unknown_datum")
    assert [reading["crs"] for reading in decision.receipt["readings"]] == ["wgs84", "gcj02", "bd09"]


def test_words_settle_what_a_coordinate_of_an_unknown_datum_leaves_open(decided: Any) -> None:
    lon, lat = from_wgs84(107.0005, 29.0005, datum="gcj02")
    decision = decided(lon=lon, lat=lat, crs="unknown", text="河街12号门口")
    assert (decision.method, grid_of(decision), decision.doubt) == ("address", "G3", None)


def test_coordinates_of_an_unknown_datum_in_one_grid_are_taken_with_their_uncertainty(
    decided: Any, connection: Connection
) -> None:
    wide = add_other_community(connection)
    of = "grid_id = (SELECT id FROM grid WHERE community_id = :id)"
    widen = f"UPDATE grid_version SET geom = ST_Multi(ST_Expand(geom, 0.1)) WHERE {of}"
    connection.execute(text(widen), {"id": wide})
    decision = decided(lon=107.0005, lat=29.0005, crs="unknown", community="boston")
    assert (decision.method, grid_of(decision), decision.doubt) == ("coordinate", "G1", None)
    assert 500 < decision.accuracy_m < 2000


def test_candidates_name_their_community_where_codes_alone_do_not_tell_them_apart(
    decided: Any, connection: Connection
) -> None:
    add_other_community(connection)
    candidates = decided(**IN_G1).receipt["candidates"]
    assert [(c["grid"], c["community"]) for c in candidates] == [("G1", "999119003004"), ("G1", "boston")]
