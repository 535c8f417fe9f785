"""Who a token belongs to, remembered for a few seconds so that not every request asks the database."""

from __future__ import annotations

import threading
import time

from sqlalchemy import Engine

from gis.actor import SYSTEM, Actor
from gis.security.sign_in import actor_of, token_hash
from gis.storage.session import transaction

REMEMBERED_S = 5.0
"""For how long an account that was disabled, or signed out in another process, may still be let in."""
MOST_REMEMBERED = 10_000


class Actors:
    """Looks up who a token belongs to. Only those who are known are remembered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[bytes, tuple[float, Actor]] = {}
        self._lock = threading.Lock()

    def remembered(self, token: str) -> Actor | None:
        """Who a token belongs to, if that need not be asked; waits for nothing."""
        known = self._known.get(token_hash(token))
        return known[1] if known is not None and time.monotonic() < known[0] else None

    def __call__(self, token: str) -> Actor | None:
        remembered = self.remembered(token)
        if remembered is not None:
            return remembered
        key, now = token_hash(token), time.monotonic()
        with transaction(self._engine, SYSTEM) as connection:
            actor = actor_of(connection, token)
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known = {kept: held for kept, held in self._known.items() if now < held[0]}
            if actor is None or len(self._known) >= MOST_REMEMBERED:
                self._known.pop(key, None)
            else:
                self._known[key] = (now + REMEMBERED_S, actor)
        return actor

    def forget(self, token: str) -> None:
        """Ask the database again at the token's next use."""
        with self._lock:
            self._known.pop(token_hash(token), None)
