"""Topics of real complaints, told apart by what was learned from others of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.issues.learning import cross_validated, measured

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "hotline"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the complaints are not here: ../shared/data/hotline")


def test_seven_topics_of_complaints_are_told_apart_on_held_out_folds() -> None:
    from benchmarks.topics import hotline

    held = hotline(DATA)
    answers = cross_validated(held.examples, seeds=held.seeds, background=held.background, shuffle=1)
    found = measured(held.examples, answers)
    assert found.macro_f1 >= 0.85
    assert found.right_when_sure > found.right + 0.02
    assert abs(found.confidence - found.right) < 0.04
