"""Counts for officials: no number and no difference of numbers tells of fewer than k households."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gis.security.anonymity import published, published_sum

COUNTS = st.integers(0, 400)
KS = st.integers(2, 12)


@given(COUNTS, COUNTS, KS)
def test_house_with_few_households_shows_nothing(count, households, k):
    shown = published(count, households=households, k=k)
    assert shown == 0 or households >= k


@given(COUNTS, KS)
def test_number_is_a_multiple_of_k_and_near_the_truth(households, k):
    shown = published(households, households=households, k=k)
    assert shown % k == 0
    assert abs(shown - households) <= k / 2 or households < k


@given(COUNTS, KS)
def test_no_number_stands_for_one_to_k_less_one_households(households, k):
    shown = published(households, households=households, k=k)
    behind = [n for n in range(2 * k + households) if published(n, households=n, k=k) == shown]
    assert households in behind
    assert shown >= k or 0 in behind


@given(st.lists(st.tuples(COUNTS, COUNTS), max_size=12), st.data(), KS)
def test_difference_of_two_results_is_what_the_houses_between_them_show(houses, data, k):
    part = data.draw(st.lists(st.sampled_from(houses), unique=True)) if houses else []
    rest = list(houses)
    for house in part:
        rest.remove(house)
    assert published_sum(houses, k=k) - published_sum(part, k=k) == published_sum(rest, k=k)


def test_one_household_more_or_less_is_not_told():
    assert published_sum([(6, 6), (3, 3)], k=5) == published_sum([(7, 7), (4, 4)], k=5) == 5
