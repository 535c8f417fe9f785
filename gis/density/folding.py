"""Taking what has changed up into the sheets, while a service runs."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, Engine, text

from gis.actor import SYSTEM
from gis.density.sheets import TRAITS, Name, merged, sheet_of, unpacked
from gis.storage.patience import Patience
from gis.storage.session import transaction

EVERY_S = 10.0

_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtextextended('dualgrid.density', 0))")
_TAKE = text(
    f"""
    WITH taken AS (DELETE FROM density_change RETURNING *)
    SELECT community_id, CAST(date_trunc('month', day) AS date), jsonb_build_array({", ".join(TRAITS)}),
           string_agg(int4send(x) || int4send(y) || int4send(day - DATE '1970-01-01') || int4send(amount), '')
    FROM taken
    GROUP BY community_id, date_trunc('month', day), {", ".join(TRAITS)}
    """  # noqa: S608 (names of columns, all ours)
)
_OF_MONTH = "FROM density_sheet WHERE coalesce(community_id, 0) = coalesce(:community, 0) AND month = :month"
_READ = text(f"SELECT names, columns {_OF_MONTH}")
_DROP = text(f"DELETE {_OF_MONTH}")
_WRITE = text(
    """
    INSERT INTO density_sheet (community_id, month, names, columns, digest)
    VALUES (:community, :month, CAST(:names AS jsonb), :columns, :digest)
    """
)

_log = logging.getLogger("dualgrid.density")


def fold(connection: Connection) -> int:
    """Take up all changes that are committed; how many groups of them there were. None while somebody else does.

    The transaction must be the system's own. Readers see the change either in the log or in its sheet.
    """
    if not connection.scalar(_ONE_AT_A_TIME):
        return 0
    taken: dict[tuple[int | None, date], list[tuple[Sequence[Name], bytes]]] = defaultdict(list)
    for community, month, traits, numbers in connection.execute(_TAKE):
        taken[community, month].append((traits, numbers))
    for (community, month), groups in taken.items():
        place = {"community": community, "month": month}
        held = [unpacked(*row) for row in connection.execute(_READ, place)]
        sheet = merged([*held, sheet_of(groups)])
        connection.execute(_DROP, place)
        if len(sheet):
            names, columns, digest = sheet.packed()
            connection.execute(_WRITE, {**place, "names": names, "columns": columns, "digest": digest})
    return sum(map(len, taken.values()))


class Folding(threading.Thread):
    """Folds every `EVERY_S`; a database that is away is asked again then."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="folding", daemon=True)
        self._engine = engine
        self._ended = threading.Event()

    def run(self) -> None:
        patience = Patience(_log, "cells wait")
        while not self._ended.is_set():
            with patience.kept(), transaction(self._engine, SYSTEM) as connection:
                fold(connection)
            self._ended.wait(EVERY_S)

    def stop(self) -> None:
        self._ended.set()
        self.join()
