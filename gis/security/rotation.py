"""The keys of a database over time: which it needs, how many values each holds, and the change to a new one.

A rotation goes through the sealed columns in batches, each committed by itself. What is done is told by the key in
front of each value, so that it goes on where it was stopped. Both keys are needed until it has ended.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Column, ColumnElement, Connection, Engine, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from gis.errors import Unavailable
from gis.progress import Progress, silent
from gis.security.keys import ID_BYTES
from gis.security.sealed import SEALED, SealedColumn
from gis.security.vault import VERSION, lacking, vault_of
from gis.storage.session import transaction
from gis.storage.tables import data_key

BATCH_ROWS = 2_000
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('dualgrid.data_key', 0))")


def check_keys(engine: Engine) -> None:
    """See that every key that this database's values are sealed with is there, and note the one for new values.

    Raises Unavailable, with what to do: better at the start than at the first value that does not open.
    """
    with transaction(engine) as connection:
        connection.execute(_ONE_AT_A_TIME)
        needed = set(connection.scalars(select(data_key.c.id)))
        held = vault_of(connection).key_ids
        for id in sorted(needed.difference(held)):
            raise Unavailable(lacking(id))
        _note(connection, held[0])


def counted(connection: Connection) -> dict[bytes, Counter[str]]:
    """How many values of each column (`resident.phone`) the keys hold, by the key's id."""
    found: dict[bytes, Counter[str]] = {}
    for column in SEALED:
        id = _key_id(column.sealed)
        query = select(id, func.count()).where(column.sealed.is_not(None)).group_by(id)
        for key, count in connection.execute(query):
            found.setdefault(key, Counter())[column.of] = count
    return found


def rotate(engine: Engine, *, progress: Progress = silent) -> int:
    """Seal anew, with the first key, everything that another one holds; how many values that were.

    At its end the other keys are no longer needed. Raises Unavailable where one of them is not there; what was
    done until then stays done.
    """
    with transaction(engine) as connection:
        current = vault_of(connection).key_ids[0]
        _note(connection, current)
        of = sum(sum(columns.values()) for id, columns in counted(connection).items() if id != current)
    done = 0
    for column in SEALED:
        last = 0
        while True:
            progress("sealing anew", done, of)
            with transaction(engine) as connection:
                last, count = _reseal(connection, column, current, after=last)
            if not count:
                break
            done += count
    with transaction(engine) as connection:
        connection.execute(_ONE_AT_A_TIME)
        if counted(connection).keys() <= {current}:
            connection.execute(delete(data_key).where(data_key.c.id != current))
    return done


def _reseal(connection: Connection, column: SealedColumn, current: bytes, *, after: int) -> tuple[int, int]:
    """Seal one batch of a column anew: the last id in it, and how many there were."""
    table, vault = column.table, vault_of(connection)
    query = (
        select(table.c.id, column.sealed)
        .where(table.c.id > after, column.sealed.is_not(None), _key_id(column.sealed) != current)
        .order_by(table.c.id)
        .limit(BATCH_ROWS)
        .with_for_update()
    )
    rows = connection.execute(query).all()
    if not rows:
        return after, 0
    values = [{"key": id} | column.values(vault, column.open(vault, sealed)) for id, sealed in rows]
    names = [name for name in values[0] if name != "key"]
    statement = update(table).where(table.c.id == bindparam("key"))
    connection.execute(statement.values({name: bindparam(name) for name in names}), values)
    return rows[-1][0], len(rows)


def _note(connection: Connection, id: bytes) -> None:
    """From now on this key is needed."""
    connection.execute(insert(data_key).values(id=id).on_conflict_do_nothing())


def _key_id(sealed: Column[bytes]) -> ColumnElement[bytes]:
    return func.substring(sealed, len(VERSION) + 1, ID_BYTES)
