"""What a thread beside the service does about errors: it goes on, and says what waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from gis.errors import Unavailable

AWAY_S = 20.0
"""A database that is being started again is back sooner, also on a busy machine; whoever starts it tells of that."""


class Patience:
    """Lets no error end a thread's loop. `what` is what waits then, as its line in the log begins.

    A database that is away is told of once, and only after `AWAY_S`; any other error each time.
    """

    def __init__(self, log: logging.Logger, what: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._what, self._clock = log, what, clock
        self._away_since: float | None = None
        self._told = False

    @contextmanager
    def kept(self) -> Iterator[None]:
        try:
            yield
        except (Unavailable, OperationalError) as error:
            now = self._clock()
            if self._away_since is None:
                self._away_since = now
            if not self._told and now - self._away_since >= AWAY_S:
                self._told = True
                self._tell(error)
            return
        except Exception as error:  # noqa: BLE001 (what ended here would be done by nobody any more)
            self._tell(error)
        self._away_since, self._told = None, False

    def _tell(self, error: Exception) -> None:
        self._log.warning("%s: %s", self._what, type(error).__name__)
