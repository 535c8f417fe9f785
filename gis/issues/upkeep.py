"""What time brings to matters, while a service runs: stages become late, silence closes, topics are learned."""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Engine

from gis.actor import SYSTEM
from gis.issues.deadlines import escalate
from gis.issues.training import train_when_due
from gis.issues.workflow import close_silent
from gis.settings import Settings
from gis.storage.patience import Patience
from gis.storage.session import transaction

EVERY_S = 60.0
ROUNDS_TO_LEARN = 60
"""It looks this seldom whether there is something new to learn from."""

_log = logging.getLogger("dualgrid.issues")


def keep_up(engine: Engine, settings: Settings) -> tuple[int, int]:
    """Mark what has become late and close what nobody objected to; how many of each.

    Several processes may do so at once: each matter is taken by one of them.
    """
    with transaction(engine, SYSTEM) as connection:
        late = len(escalate(connection))
    with transaction(engine, SYSTEM) as connection:
        closed = close_silent(connection, settings=settings)
    return late, closed


def learn(engine: Engine) -> None:
    """Train the model of topics, if people have set enough of them since the last time."""
    with transaction(engine, SYSTEM) as connection:
        made = train_when_due(connection)
    if made is not None:
        _log.info("topics learned from %d examples, macro-F1 %.3f", made.examples, made.macro_f1)


class Upkeep(threading.Thread):
    """Keeps up every `EVERY_S`; a database that is away is asked again then."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(name="upkeep", daemon=True)
        self._engine, self._settings = engine, settings
        self._ended = threading.Event()

    def run(self) -> None:
        rounds = 0
        patience = Patience(_log, "deadlines wait")
        while not self._ended.is_set():
            with patience.kept():
                keep_up(self._engine, self._settings)
                if rounds % ROUNDS_TO_LEARN == 1:
                    learn(self._engine)
            rounds += 1
            self._ended.wait(EVERY_S)

    def stop(self) -> None:
        self._ended.set()
        self.join()
