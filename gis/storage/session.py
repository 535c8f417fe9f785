"""How a program talks to the database: one engine for a process, one transaction for a request or command."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from gis.actor import SYSTEM, Actor
from gis.errors import Unavailable
from gis.storage.programs import POSTGIS_MINIMUM
from gis.storage.tables import SCHEMA

POOL_SIZE = 10
POOL_OVERFLOW = 30
"""Together the 40 threads in which FastAPI runs its ordinary functions: no request waits for a connection."""

_SET_ACTOR = text(
    "SELECT set_config('app.account', :account, true), set_config('app.role', :role, true), "
    "set_config('app.worker', :worker, true)"
)
_POSTGIS_VERSION = text(
    "SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'postgis'"
)


def create_engine(url: str) -> Engine:
    """An engine for any PostgreSQL URL, which replaces the connections of a database that was restarted.

    Names are looked up in dualgrid's own schema first, then in `public`, where PostGIS is. Raises
    Unavailable if `url` is not one of a PostgreSQL; whatever uses the engine does so when the database
    does not answer, or no longer.
    """
    engine = sqlalchemy.create_engine(
        _psycopg_url(url),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        hide_parameters=True,  # an error that is logged must not hold what residents wrote
        connect_args={
            "options": f"-csearch_path={SCHEMA},public -ctimezone=UTC",
            "application_name": "dualgrid",
            "connect_timeout": 10,
        },
    )
    event.listen(engine, "handle_error", _leave_out_the_row)
    event.listen(engine, "handle_error", _tell_that_it_is_gone)
    return engine


@contextmanager
def transaction(engine: Engine, actor: Actor = SYSTEM) -> Iterator[Connection]:
    """One transaction in which the database knows who acts; committed at the end, undone by an exception."""
    with engine.begin() as connection:
        connection.execute(
            _SET_ACTOR,
            {
                "account": _setting(actor.account_id),
                "role": actor.role,
                "worker": _setting(actor.worker_id),
            },
        )
        yield connection


def check_postgis(engine: Engine) -> None:
    """See that the database answers and has, or can be given, a PostGIS that is new enough.

    Raises Unavailable, with what to do.
    """
    with engine.connect() as connection:
        version: str | None = connection.scalar(_POSTGIS_VERSION)
    needed = ".".join(map(str, POSTGIS_MINIMUM))
    if version is None:
        raise Unavailable(f"The database's server has no PostGIS: install PostGIS {needed} or newer there.")
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < POSTGIS_MINIMUM:
        raise Unavailable(f"The database has PostGIS {version}; dualgrid needs {needed} or newer.")


def _leave_out_the_row(context: ExceptionContext) -> None:
    """PostgreSQL tells the row that it refuses as a detail of its message: text, name and telephone."""
    refused, told = context.original_exception, context.sqlalchemy_exception
    detail = refused.diag.message_detail if isinstance(refused, psycopg.Error) else None
    for error in (refused, told) if detail else ():
        if error is not None:
            error.args = tuple(str(part).partition("\nDETAIL:")[0] for part in error.args)


def _tell_that_it_is_gone(context: ExceptionContext) -> None:
    failed = isinstance(context.sqlalchemy_exception, OperationalError)
    if failed and not context.is_pre_ping and (context.is_disconnect or context.connection is None):
        reason = str(context.original_exception).strip().partition("\n")[0]
        raise Unavailable(f"The database does not answer: {reason}") from context.original_exception


def _psycopg_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Unavailable("DUALGRID_DATABASE_URL is not a URL: postgresql://user:password@host/name") from None
    if parsed.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise Unavailable(f"DUALGRID_DATABASE_URL names {parsed.drivername}; dualgrid needs postgresql://…")
    return parsed.set(drivername="postgresql+psycopg")


def _setting(value: int | None) -> str:
    return "" if value is None else str(value)
