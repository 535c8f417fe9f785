"""Personal data is sealed: numbers move into sealed columns, and words that hold some are masked.

In one transaction with the change of the tables. Dumps that were made before still hold it in clear.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from alembic import op
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from gis.actor import SYSTEM
from gis.security.masking import masked_throughout, masked_words
from gis.security.numbers import normal_phone
from gis.security.vault import vault_of
from gis.storage.script import run_script
from gis.storage.session import set_actor

revision = "0005"
down_revision = "0004"

_BATCH = 5_000
_NUMBERS = (("resident", "phone"), ("worker", "phone"), ("issue", "reporter_phone"))
_WORDS = (("issue", "text"), ("issue", "address"), ("issue", "answer"), ("issue", "reporter_name"))
_RECEIPTS = (("issue", "receipt"), ("issue_event", "detail"))

Row = dict[str, Any]


def upgrade() -> None:
    connection = op.get_bind()
    set_actor(connection, SYSTEM)  # policies, where there are some already, bind the owner too
    run_script(connection, Path(__file__).with_suffix(".sql"))
    for table, column in _NUMBERS:
        _move(connection, table, column, partial(_sealed_number, connection, table, column))
        connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    for table, column in _WORDS:
        _move(connection, table, column, partial(_sealed_words, connection, table, column))
    for table, column in _RECEIPTS:
        _move(connection, table, column, partial(_masked, column))
    _move(connection, "alias_proposal", "words", partial(_masked, "words"))
    for table, column in (("resident", "name"), ("worker", "name"), ("issue", "source"), ("issue_event", "actor")):
        # A change of type writes the table anew: pages on disk keep what was dropped or updated until then.
        connection.execute(text(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE TEXT USING {column} || ''"))


def _move(connection: Connection, table: str, column: str, moved: Callable[[Any], Row]) -> None:
    """Update the rows for which `moved(what the column holds)` gives values; all rows the same columns."""
    # Only the names that are written above are put into statements.
    page = text(
        f"SELECT id, {column} FROM {table} "  # noqa: S608
        f"WHERE id > :last AND {column} IS NOT NULL ORDER BY id LIMIT {_BATCH}"
    )
    last = -1
    while rows := connection.execute(page, {"last": last}).all():
        last = rows[-1][0]
        changes = [{"key": key} | values for key, held in rows if (values := moved(held))]
        if changes:
            places = ", ".join(f"{name} = :{name}" for name in changes[0] if name != "key")
            statement = text(f"UPDATE {table} SET {places} WHERE id = :key")  # noqa: S608
            if column in ("receipt", "detail"):
                statement = statement.bindparams(bindparam(column, type_=JSONB))
            connection.execute(statement, changes)


def _sealed_number(connection: Connection, table: str, column: str, clear: str) -> Row:
    vault, of, number = vault_of(connection), f"{table}.{column}", normal_phone(clear)
    digest = vault.digests(number, of=of)[0] if number else None
    return {f"{column}_sealed": vault.seal(clear, of=of), f"{column}_digest": digest}


def _sealed_words(connection: Connection, table: str, column: str, clear: str) -> Row:
    masked = masked_words(clear)
    if masked == clear:
        return {}
    return {column: masked, f"{column}_sealed": vault_of(connection).seal(clear, of=f"{table}.{column}")}


def _masked(column: str, held: Any) -> Row:
    masked = masked_throughout(held)
    return {} if masked == held else {column: masked}
