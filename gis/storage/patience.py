"""What a thread beside the service does about errors: it goes on, and says what waits."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from gis.errors import Unavailable


class Patience:
    """Lets no error end a thread's loop. `what` is what waits then, as its line in the log begins.

    A database that is away is told of only when it still is the next time: mostly it is just being started again, by
    who tells of that.
    """

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log, self._what = log, what
        self._was_away = False

    @contextmanager
    def kept(self) -> Iterator[None]:
        away = False
        try:
            yield
        except Exception as error:  # noqa: BLE001 (what ended here would be done by nobody any more)
            away = isinstance(error, Unavailable | OperationalError)
            if self._was_away or not away:
                self._log.warning("%s: %s", self._what, type(error).__name__)
        self._was_away = away
