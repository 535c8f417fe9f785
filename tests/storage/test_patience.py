"""Errors that end no thread: which are told, and when."""

from __future__ import annotations

import logging

import pytest

from gis.errors import Unavailable, said
from gis.storage.patience import Patience


def told_of(*errors: Exception | None, caplog: pytest.LogCaptureFixture) -> list[str]:
    patience = Patience(logging.getLogger("dualgrid.patience"), "cells wait")
    for error in errors:
        with patience.kept():
            if error:
                raise error
    return [record.getMessage() for record in caplog.records]


AWAY = Unavailable(said("The database is away."))


def test_database_that_comes_back_is_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    assert told_of(AWAY, None, AWAY, None, caplog=caplog) == []


def test_database_that_stays_away_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    assert told_of(AWAY, AWAY, caplog=caplog) == ["cells wait: Unavailable"]


def test_any_other_error_is_told_of_at_once(caplog: pytest.LogCaptureFixture) -> None:
    assert told_of(ZeroDivisionError(), caplog=caplog) == ["cells wait: ZeroDivisionError"]
