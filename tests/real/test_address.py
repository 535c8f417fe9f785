"""The parser and the matcher on real annotated addresses and complaints: floors that no change may go below.

They are a little below what was measured; `benchmarks/address.py` prints the figures beside the goals.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gis.geolocation.address.corpus import Annotated, read_corpus
from gis.geolocation.address.measure import agreement
from gis.geolocation.matching.deciding import decided
from gis.geolocation.matching.matcher import match
from gis.geolocation.matching.mistakes import Mistakes
from gis.geolocation.matching.trials import right_for, town_of

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
SAMPLE = Path(__file__).with_name("hotline_places.csv")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA}")


@pytest.fixture(scope="module")
def dev() -> list[Annotated]:
    return read_corpus(DATA / "address" / "dev.conll")


def test_numbers_agree_with_the_annotation(dev: list[Annotated]) -> None:
    found = agreement(dev)
    assert found.exact / found.addresses > 0.84
    assert found.said_right / found.said > 0.98
    assert found.quiet / found.without > 0.96


@pytest.mark.parametrize(("mistaken", "first", "wrong"), [(False, 0.98, 0.006), (True, 0.925, 0.006)])
def test_raw_strings_are_resolved_and_hardly_ever_wrongly(
    dev: list[Annotated], mistaken: bool, first: float, wrong: float
) -> None:
    town, told = town_of(dev)
    mistakes = Mistakes(dev, seed=1)
    right = assigned_wrongly = 0
    for address, truths in zip(told, town.truths, strict=True):
        faulty = mistakes.make(address) if mistaken else mistakes.none(address)
        found = decided(match(faulty.text, town.index))
        if found.ranked:
            best = found.ranked[0].target
            own = right_for(truths[:1], faulty.left_out, town.index)
            right += best in right_for(truths, faulty.left_out, town.index)
            assigned_wrongly += found.verdict == "assigned" and best not in own
    assert right / len(told) > first
    assert assigned_wrongly / len(told) < wrong


def test_annotated_sample_names_its_messages_and_spans_only() -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["message_id"] for row in rows}) == 200
    assert set(rows[0]) == {"message_id", "start", "end", "kind"}
    assert all(int(row["start"]) < int(row["end"]) for row in rows if row["kind"] != "none")
