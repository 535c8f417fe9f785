"""Brings a database to the schema that this code needs, whatever older version it holds.

Revisions in `migrations/` change tables and run once each. The files in `sql/` hold functions and triggers;
they are re-runnable and run, in name order, whenever one of them or the revision is another than last time, so
that a function and the code that calls it never differ. The job queue's tables follow its library.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from gis.errors import Unavailable, said
from gis.storage.queue_schema import make_queue, queue_version
from gis.storage.script import run_script
from gis.storage.session import check_postgis, create_owner_engine
from gis.storage.tables import SCHEMA

_HERE = Path(__file__).parent
_EXTENSIONS = ("postgis", "btree_gist")
_LOCK = 0x6475616C  # any constant of our own: one migration at a time


def prepare(url: str, *, vault: object = None) -> None:
    """See that a database can hold the schema, and bring it there, as the role that its URL names.

    `vault` is for one that an older version filled, with personal data to be sealed.
    Raises as `check_postgis` and `migrate` do.
    """
    engine = create_owner_engine(url, vault=vault)
    try:
        check_postgis(engine)
        migrate(engine)
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    """Bring the schema to its newest revision, in one transaction, with an engine of its owner's.

    Safe when several processes call it at once. Raises `Unavailable` when the database holds a newer
    revision than this code knows, or an extension is missing that this role may not create.
    """
    config = _config()
    with engine.begin() as connection:
        if _held(connection) == _needed(config) and _noted(connection) == _digest(_needed(config)):
            return  # also for a role that could change nothing
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _refuse_newer(connection, config)
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        for extension in _EXTENSIONS:
            _ensure_extension(connection, extension)
        config.attributes["connection"] = connection
        make_queue(connection)
        command.upgrade(config, "head")
        _run_scripts(connection, _needed(config))


def revision(engine: Engine) -> tuple[str | None, str]:
    """The revision that the database holds (None: none yet), and the one that this code needs."""
    with engine.connect() as connection:
        return _held(connection), _needed(_config())


def unserved(engine: Engine) -> list[str]:
    """The operators that no index serves under row-level security, because they are not marked leakproof: searches
    by place and by words need them so. As `ALTER FUNCTION` names them."""
    unmarked = text("""
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE NOT proleakproof AND oid = ANY (ARRAY[
            'geometry_overlaps(geometry, geometry)', 'arraycontains(anyarray, anyarray)']::regprocedure[])
        ORDER BY 1
    """)
    with engine.connect() as connection:
        return list(connection.scalars(unmarked))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _held(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()


def _needed(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""


def _run_scripts(connection: Connection, revision: str) -> None:
    """Run the files in `sql/`, unless they ran last: to make a trigger anew waits for who writes to its table."""
    digest = _digest(revision)
    if _noted(connection) == digest:
        return
    for path in _scripts():
        run_script(connection, path)
    note = sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(SCHEMA), sql.Literal(digest))
    connection.exec_driver_sql(note.as_string())


def _scripts() -> list[Path]:
    return sorted((_HERE / "sql").glob("*.sql"))


def _digest(revision: str) -> str:
    wanted = f"{revision} {queue_version()} ".encode()
    return hashlib.sha256(wanted + b"".join(path.read_bytes() for path in _scripts())).hexdigest()


def _noted(connection: Connection) -> str | None:
    """The digest of the scripts that ran last."""
    noted = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")
    found: str | None = connection.scalar(noted, {"schema": SCHEMA})
    return found


def _refuse_newer(connection: Connection, config: Config) -> None:
    held = _held(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if held is not None and held not in known:
        raise Unavailable(
            said(
                "This database was written by a newer dualgrid (schema {held}; this version knows "
                "{needed}). Update dualgrid, or choose another home with --home.",
                held=held,
                needed=_needed(config),
            )
        )


def _ensure_extension(connection: Connection, extension: str) -> None:
    present = connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = :name"), {"name": extension})
    if present.first():
        return
    try:
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public"))
    except DBAPIError as error:
        raise Unavailable(
            said(
                "The database lacks the extension {extension}, and this role may not create it. Have a "
                "superuser run: CREATE EXTENSION {extension};",
                extension=extension,
            )
        ) from error
