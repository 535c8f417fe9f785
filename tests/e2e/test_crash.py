"""Reports go on coming in while the service and its database are killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.crash import BLOWS, drill
from benchmarks.receiver import receiving
from benchmarks.told import HOOK

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins


def test_nothing_that_was_acknowledged_is_lost_doubled_or_untold_whatever_is_killed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with receiving() as receiver:
        seen, faults = drill(tmp_path, receiver, clients=4, goes_on=lambda blows: blows < len(BLOWS), between_s=0.5)
    assert faults == []
    assert {what for what, _ in seen.away_s} == set(BLOWS)
    assert seen.sent_again > 0
    assert len(seen.acknowledged) > len(BLOWS)
    assert seen.taken_up
    told = {each.json["data"]["event_id"] for each in receiver.taken if each.path == HOOK}
    assert len(told) >= len(seen.acknowledged) + len(seen.taken_up)
    assert {each.path.split("/")[1] for each in receiver.taken} == {"worker", "group", "hook"}
