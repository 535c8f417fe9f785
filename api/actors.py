"""Who a token belongs to, remembered so that not every request asks the database.

What is remembered is dropped the moment that anything takes access away, in whichever process: the database
says so with the commit (`gis/storage/following.py`), which takes milliseconds. While a process is not sure to
hear it, it remembers nothing and asks for each request.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from anyio.to_thread import run_sync
from sqlalchemy import Connection, Engine

from gis.actor import SYSTEM
from gis.security.sign_in import Known, find_sign_in, token_hash
from gis.storage.following import Followed
from gis.storage.session import transaction

REMEMBERED_S = 60.0
"""The use of a sign-in is noted this often, so this is also how exactly an idle one ends."""
MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class _Memory:
    """What was found since the last change, each with the time until which it holds."""

    held: dict[bytes, tuple[float, Known]] = field(default_factory=dict)


class Actors:
    """Looks up who a token belongs to. Only those who are known are remembered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._since_change = Followed(engine, {"accounts"}, _nothing_yet)

    def start(self) -> None:
        """Begin to remember."""
        self._since_change.start()

    def stop(self) -> None:
        """Remember nothing from now on."""
        self._since_change.stop()

    def remembered(self, token: str) -> Known | None:
        """Who a token belongs to, if that need not be asked; waits for nothing."""
        memory = self._since_change()
        held = memory.held.get(token_hash(token)) if memory is not None else None
        return held[1] if held is not None and time.monotonic() < held[0] else None

    def __call__(self, token: str) -> Known | None:
        """Who a token belongs to, asked of the database."""
        memory = self._since_change()  # taken before asking: what changes meanwhile comes with another memory
        with transaction(self._engine, SYSTEM) as connection:
            found = find_sign_in(connection, token)
        if found is not None and memory is not None:
            if len(memory.held) >= MOST_REMEMBERED:
                memory.held.clear()
            memory.held[token_hash(token)] = time.monotonic() + min(REMEMBERED_S, found.expires_in_s), found
        return found

    async def find(self, token: str) -> Known | None:
        """Who a token belongs to, asked in a thread only where it has to be."""
        return self.remembered(token) or await run_sync(self, token)

    def forget_all(self) -> None:
        """Ask the database again for everybody: this process has just changed who may come in."""
        memory = self._since_change()
        if memory is not None:
            memory.held.clear()


def _nothing_yet(_: Connection) -> _Memory:
    return _Memory()
