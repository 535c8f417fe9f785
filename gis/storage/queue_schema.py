"""The tables of the job queue: procrastinate's own, brought to the version that is installed.

They stand beside ours in the schema `dualgrid`, made from the library's files and changed by its migrations, so that
no revision of ours holds a copy of either. A comment on its main table notes the version that they are of.
"""

from __future__ import annotations

import re
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from psycopg import sql
from sqlalchemy import Connection, text

from gis.errors import Unavailable, said

PREFIX = "procrastinate_"
"""How the names of its tables begin."""
_NOTED = text("SELECT obj_description(to_regclass('dualgrid.procrastinate_jobs'), 'pg_class')")


def queue_version() -> str:
    """The version of the library that is installed."""
    return version("procrastinate")


def noted_version(connection: Connection) -> str | None:
    """The version that the database's tables are of; None where there are none."""
    found: str | None = connection.scalar(_NOTED)
    return found


def make_queue(connection: Connection) -> None:
    """Make the tables, or bring them to the installed version, in the connection's transaction, as their owner.

    Raises Unavailable where they are of a newer version.
    """
    noted, wanted = noted_version(connection), queue_version()
    if noted == wanted:
        return
    from procrastinate.schema import SchemaManager  # here, because hardly any migration comes to this

    if noted is None:
        scripts = [SchemaManager.get_schema()]
    elif _numbers(noted) > _numbers(wanted):
        raise Unavailable(
            said(
                "The database's job queue is of procrastinate {noted}; {wanted} is installed: update it.",
                noted=noted,
                wanted=wanted,
            )
        )
    else:
        files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
        # A file's name begins with the version that it leads to.
        since = [path for path in files if _numbers(path.name.partition("_")[0]) > _numbers(noted)]
        scripts = [path.read_text(encoding="utf-8") for path in since]
    with closing(connection.connection.cursor()) as cursor:
        for script in scripts:
            cursor.execute(script)
        note = sql.SQL("COMMENT ON TABLE dualgrid.procrastinate_jobs IS {}").format(sql.Literal(wanted))
        cursor.execute(note.as_string())


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))
