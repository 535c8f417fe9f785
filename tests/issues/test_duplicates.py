"""Which matters are offered as the same one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import NotFound
from gis.issues.duplicates import duplicates, likeness_of_words, recurrences
from tests.issues.test_workflow import DONE, held, reported, step, town  # noqa: F401 (a fixture)
from tests.world import NOON

PIPE = "梨园1栋楼下水管爆了，水流了一地"
AGAIN = "1栋楼下的水管爆了没人管吗"


def test_same_trouble_in_other_words_nearby_is_offered(town) -> None:  # noqa: F811
    first = reported(town, text=PIPE)
    second = reported(town, text=AGAIN, reported_at=NOON + timedelta(minutes=20), lon=107.00045)
    offered = duplicates(town.connection, second)
    assert [each.id for each in offered] == [first]
    assert offered[0].distance_m == pytest.approx(4.9, abs=0.2)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "有人在楼道里给电瓶车充电"},
        {"lon": 107.0025, "lat": 29.0005},
        {"reported_at": NOON - timedelta(days=40)},
    ],
    ids=["other words", "elsewhere", "long ago"],
)
def test_other_trouble_is_not_offered(town, other) -> None:  # noqa: F811
    reported(town, **{"text": PIPE, **other})
    assert duplicates(town.connection, reported(town, text=AGAIN)) == []


def test_settled_matter_is_no_duplicate_but_a_recurrence(town) -> None:  # noqa: F811
    first = reported(town, text=PIPE, building_id="B1", lon=None, lat=None)
    step(town, first, "worker", "accepted")
    step(town, first, "worker", "resolved", **DONE)
    step(town, first, "intake", "closed", confirmation="reporter")
    later = held(town, first).closed_at
    again = reported(town, text=AGAIN, building_id="B1", lon=None, lat=None, reported_at=later)
    assert duplicates(town.connection, again) == []
    assert recurrences(town.connection, again) == [first]


def test_matter_without_a_point_is_compared_within_its_group(town) -> None:  # noqa: F811
    nowhere = {"lon": None, "lat": None, "group": "QB"}
    first = reported(town, text="水管爆了快来人", **nowhere)
    assert [each.id for each in duplicates(town.connection, reported(town, text="水管爆了快来", **nowhere))] == [first]


def test_matter_out_of_scope_has_no_duplicates_to_tell(town) -> None:  # noqa: F811
    with pytest.raises(NotFound):
        duplicates(town.connection, 0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_the_same_both_ways_and_one_with_itself(one: str, other: str) -> None:
    assert likeness_of_words(one, other) == likeness_of_words(other, one)
    assert 0 <= likeness_of_words(one, other) <= 1
    assert likeness_of_words(one, one) in (0, 1)
