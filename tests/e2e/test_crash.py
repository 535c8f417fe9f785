"""Reports go on coming in while the service and its database are killed."""

from __future__ import annotations

from pathlib import Path

from benchmarks.crash import BLOWS, drill


def test_nothing_that_was_acknowledged_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    seen, faults = drill(tmp_path, clients=4, goes_on=lambda blows: blows < len(BLOWS), between_s=0.5)
    assert faults == []
    assert {what for what, _ in seen.away_s} == set(BLOWS)
    assert seen.sent_again > 0
    assert len(seen.acknowledged) > len(BLOWS)
