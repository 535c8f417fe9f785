"""What a process keeps in memory of the database, and how it stays true.

Each kind of data carries a count of its changes (`storage/sql/data_versions.sql`). A reader asks for the
counts, one short query, and loads again only what has moved. A change is therefore seen by the first
transaction that begins after its commit, in every process, with nothing to listen to and nothing to expire.
`following.py` is for readers that cannot wait even for that query.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Generic, Literal, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from gis.actor import SYSTEM
from gis.storage.session import acting
from gis.storage.tables import data_version

Kind = Literal["boundaries", "gazetteer", "groups", "posts", "lexicon", "topic_model", "deadlines", "accounts"]
Versions = Mapping[str, int]
T = TypeVar("T")


def versions(connection: Connection) -> Versions:
    """The counts of changes, by kind; a kind that was never written is absent."""
    return dict(connection.execute(select(data_version.c.kind, data_version.c.version)).all())


class Remembered(Generic[T]):
    """One kind of data, loaded by `load(connection)` and kept for each engine until it changes.

    It is loaded as the system, whoever asks: what is kept for all must not be what one of them may see.
    A transaction that has itself written loads for itself and leaves nothing behind, because others must
    not see a change before it is committed.
    """

    def __init__(self, kind: Kind, load: Callable[[Connection], T]) -> None:
        self._kind = kind
        self._load = load
        self._held: WeakKeyDictionary[Engine, tuple[int, T]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def __call__(self, connection: Connection, counted: Versions | None = None) -> T:
        """The data as of this transaction; `counted` spares the query where the caller has just made it."""
        version = (versions(connection) if counted is None else counted).get(self._kind, 0)
        held = self._held.get(connection.engine)
        if held is not None and held[0] == version:
            return held[1]
        with self._lock:
            held = self._held.get(connection.engine)
            if held is None or held[0] != version:
                with acting(connection, SYSTEM):
                    held = (version, self._load(connection))
                if not _has_written(connection):
                    self._held[connection.engine] = held
            return held[1]


def _has_written(connection: Connection) -> bool:
    """Whether this transaction has written anything (it has been given a transaction number)."""
    return connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").scalar_one() is True
