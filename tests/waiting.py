"""Whether transactions wait for each other."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from sqlalchemy import Engine, text

_WAITS = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")


def wait_until_blocked(engine: Engine, work: Future[Any]) -> None:
    """Return when `work`, done in another thread, waits for what a transaction has written and not committed."""
    while not work.done():
        with engine.connect() as connection:
            if connection.scalar(_WAITS):
                return
    raise AssertionError(f"it waited for nobody: {work.result()}")
