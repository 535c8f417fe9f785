"""Matters named in an address: the same again for good, and nothing that anybody else has made up."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InvalidInput
from gis.issues.matter_list import MOST_LISTED, in_parts, packed, unpacked


@given(st.sets(st.integers(1, 2**63 - 1), min_size=1, max_size=60))
def test_what_was_packed_is_unpacked(ids: set[int]) -> None:
    assert unpacked(packed(ids)) == tuple(sorted(ids))


@given(st.text(alphabet="ABCabc019-_", max_size=40))
def test_whatever_is_sent_is_a_list_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        found = unpacked(text)
        assert list(found) == sorted(set(found))
        assert min(found) > 0


@pytest.mark.parametrize("text", ["", "AA", "gA", "====", "_____________________w"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        unpacked(text)


def test_many_come_in_parts_that_lose_none() -> None:
    ids = list(range(5, 5 + 3 * MOST_LISTED, 1))[: 2 * MOST_LISTED + 7]
    parts = in_parts(ids)
    assert len(parts) == 3
    assert [id for part in parts for id in unpacked(part)] == ids
    assert len(parts[0]) < 4 * MOST_LISTED
    with pytest.raises(InvalidInput):
        unpacked(packed(ids))
