"""Errors that end no thread: which are told, and when."""

from __future__ import annotations

import logging
from itertools import count

import pytest

from gis.errors import Unavailable, said
from gis.storage.patience import AWAY_S, Patience

AWAY = Unavailable(said("The database is away."))
TOLD_AWAY = "cells wait: Unavailable"


def told_of(*errors: Exception | None, caplog: pytest.LogCaptureFixture, every_s: float = 1.0) -> list[str]:
    """What is logged of rounds, one every `every_s`, that end with these errors."""
    clock = count(step=every_s)
    patience = Patience(logging.getLogger("dualgrid.patience"), "cells wait", clock=lambda: next(clock))
    for error in errors:
        with patience.kept():
            if error:
                raise error
    return [record.getMessage() for record in caplog.records]


def test_database_that_comes_back_is_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    assert told_of(*[AWAY] * 5, None, *[AWAY] * 5, None, caplog=caplog) == []


def test_database_that_stays_away_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    assert told_of(*[AWAY] * 5, caplog=caplog, every_s=AWAY_S) == [TOLD_AWAY]


def test_database_that_goes_away_again_is_told_of_again(caplog: pytest.LogCaptureFixture) -> None:
    rounds = [AWAY, AWAY, None, AWAY, AWAY]
    assert told_of(*rounds, caplog=caplog, every_s=AWAY_S) == [TOLD_AWAY] * 2


def test_any_other_error_is_told_of_at_once(caplog: pytest.LogCaptureFixture) -> None:
    assert told_of(ZeroDivisionError(), AWAY, caplog=caplog) == ["cells wait: ZeroDivisionError"]
