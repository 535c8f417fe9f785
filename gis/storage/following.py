"""What a process holds of the database and need not ask about: the database says when it changes.

`Remembered` asks for the counts of changes before each use. `Followed` is for readers that cannot wait for
that: a thread of its own listens for the notice that every change sends with its commit
(`storage/sql/data_versions.sql`), and loads again. In between, a reader has the data without asking anybody.

What it promises: a change is seen within a second of its commit, in practice within milliseconds, and what
is seen is one state of the database, not parts of two. Where it cannot promise that it has nothing to give,
and its reader asks the database instead: from the moment that a change is noticed until it is loaded; when
the listener has lost its connection; and when the database has not answered it for `SURE_FOR_S`, since a
connection may be dead without anybody having said so. To be sure it reads the counts at every beat too.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import psycopg
from sqlalchemy import Connection, Engine

from gis.actor import SYSTEM
from gis.errors import Unavailable
from gis.storage.memory import Kind, Versions, versions
from gis.storage.session import set_actor

CHANNEL = "dualgrid_data_version"
BEAT_S = 0.4
SURE_FOR_S = 3.0
RETRY_S = 0.5

T = TypeVar("T")
_log = logging.getLogger("dualgrid.storage")


class Followed(Generic[T]):
    """What `load(connection)` gives of some kinds of data, for as long as it is current.

    `load` runs in a transaction that sees one state of the database. `prepare` is called with what it gave
    before anybody gets that, and again at every beat, for work that time brings (a change that was set for
    a later moment). Both run in the thread of this object.
    """

    def __init__(
        self,
        engine: Engine,
        kinds: Collection[Kind],
        load: Callable[[Connection], T],
        prepare: Callable[[T], None] = lambda _: None,
    ) -> None:
        self._engine = engine
        self._kinds = kinds
        self._load = load
        self._prepare = prepare
        self._held: T | None = None
        self._sure_until = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="data-follower", daemon=True)

    def __call__(self) -> T | None:
        """The data as it is now; None while that is not known, and the database has to be asked."""
        held = self._held
        return held if time.monotonic() < self._sure_until else None

    def start(self) -> None:
        """Begin to follow; returns at once, the first data come later."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; afterwards nothing is given."""
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        listening = True
        while not self._ended.is_set():
            try:
                with self._listening() as connection:
                    listening = True
                    self._keep_current(connection)
            except Exception as error:  # noqa: BLE001 (a thread that ended would leave the slow way for good)
                if listening:
                    # A database that is restarted is no fault; whoever runs it says so.
                    restarted = isinstance(error, Unavailable | psycopg.OperationalError)
                    level = logging.INFO if restarted else logging.WARNING
                    _log.log(level, "asking for changes, since listening for them failed: %s", _reason(error))
                listening = False
            finally:
                self._held = None
            self._ended.wait(RETRY_S)

    @contextmanager
    def _listening(self) -> Iterator[Connection]:
        """A connection of its own, none of the pool's, that has begun to listen."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.detach()
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            yield connection

    def _keep_current(self, connection: Connection) -> None:
        driver: psycopg.Connection[object] = connection.connection.dbapi_connection  # type: ignore[assignment]
        loaded, found = self._load_one_state()
        while not self._ended.is_set():
            asked = time.monotonic()
            if self._counted(connection) != loaded:
                self._held = None
                loaded, found = self._load_one_state()
                continue  # another change may have come meanwhile
            self._prepare(found)
            self._held, self._sure_until = found, asked + SURE_FOR_S
            for notice in driver.notifies(timeout=BEAT_S, stop_after=1):
                if notice.payload in self._kinds:
                    self._held = None

    def _load_one_state(self) -> tuple[Versions, T]:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            set_actor(connection, SYSTEM)
            return self._counted(connection), self._load(connection)

    def _counted(self, connection: Connection) -> Versions:
        return {kind: count for kind, count in versions(connection).items() if kind in self._kinds}


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
