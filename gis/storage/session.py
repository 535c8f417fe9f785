"""How a program talks to the database: one engine for a process, one transaction for a request or command.

All work is done as the role `dualgrid_app`, which the forced policies of `sql/scope_policies.sql` bind; only
migrations are the owner's. A transaction names who acts by SET LOCAL, so nothing of it is left on a connection
that goes back to the pool, and a connection without it sees no row of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy
from pydantic_core import from_json
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from gis.actor import SYSTEM, Actor
from gis.errors import Unavailable, said
from gis.storage.programs import POSTGIS_MINIMUM
from gis.storage.tables import SCHEMA

OWNER = "dualgrid"
"""The role that owns the schema in a private cluster."""
APPLICATION = "dualgrid_app"
POOL_SIZE = 10
POOL_OVERFLOW = 30
"""Together the 40 threads in which FastAPI runs its ordinary functions: no request waits for a connection."""

_SETTINGS = (
    f"-csearch_path={SCHEMA},public",
    "-ctimezone=UTC",
    # To start helpers for one query takes longer than our queries do: under the policies, 20 times as long.
    "-cmax_parallel_workers_per_gather=0",
)
_ACTOR_SETTINGS = ("account", "role", "worker")
_SET = ", ".join(f"set_config('app.{name}', :{name}, true)" for name in _ACTOR_SETTINGS)
_GET = ", ".join(f"current_setting('app.{name}', true) AS {name}" for name in _ACTOR_SETTINGS)
_SET_ACTOR = text(f"SELECT {_SET}")
# Its sub-select is materialised, so what it tells is of before.
_CHANGE_ACTOR = text(f"WITH before AS MATERIALIZED (SELECT {_GET}) SELECT before.*, {_SET} FROM before")  # noqa: S608
_POSTGIS_VERSION = text(
    "SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'postgis'"
)


def create_engine(url: str, *, vault: object = None) -> Engine:
    """An engine that works as the application, for a database that has been migrated.

    `vault` is what its connections seal personal data with (`gis.security.vault.vault_of` gives it back); one
    without it does for what neither reads nor writes any. It replaces the connections of a database that was
    restarted. Names are looked up in dualgrid's own schema first, then in `public`, where PostGIS is. Raises
    Unavailable if `url` is not one of a PostgreSQL; whatever uses the engine does so when the database
    does not answer, or no longer.
    """
    parsed = _psycopg_url(url)
    if parsed.username == OWNER and not parsed.host:  # a private cluster, whose socket lets in by name
        return _engine(parsed.set(username=APPLICATION), vault)
    return _engine(parsed, vault, f"-crole={APPLICATION}")


def create_owner_engine(url: str, *, vault: object = None) -> Engine:
    """As `create_engine`, but as the role that the URL names: for migrations and what they are to find."""
    return _engine(_psycopg_url(url), vault)


def _engine(url: URL, vault: object, *options: str) -> Engine:
    arguments = {
        "options": " ".join((*_SETTINGS, *options)),
        "application_name": "dualgrid",
        "connect_timeout": 10,
    }
    engine = sqlalchemy.create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_pre_ping=True,
        execution_options={"vault": vault, "connect_args": arguments},
        hide_parameters=True,  # an error that is logged must not hold what residents wrote
        connect_args=arguments,
        json_deserializer=from_json,  # a third of the time of Python's own, and receipts are long
    )
    event.listen(engine, "handle_error", _leave_out_the_row)
    event.listen(engine, "handle_error", _tell_that_it_is_gone)
    return engine


def driver_arguments(engine: Engine) -> dict[str, Any]:
    """What psycopg connects with to be as an engine's connections are, for a library that keeps its own."""
    _, arguments = engine.dialect.create_connect_args(engine.url)
    return {**arguments, **engine.get_execution_options()["connect_args"]}


@contextmanager
def transaction(engine: Engine, actor: Actor = SYSTEM) -> Iterator[Connection]:
    """One transaction in which the database knows who acts; committed at the end, undone by an exception."""
    with engine.begin() as connection:
        set_actor(connection, actor)
        yield connection


def set_actor(connection: Connection, actor: Actor) -> None:
    """Tell the database who acts from here to the end of the connection's transaction."""
    connection.execute(_SET_ACTOR, _settings(actor))


@contextmanager
def acting(connection: Connection, actor: Actor) -> Iterator[None]:
    """Let another act for a block of a transaction, mostly SYSTEM: to look up what everybody may be told,
    or to write a row that its writer may no longer see."""
    row = connection.execute(_CHANGE_ACTOR, _settings(actor)).one()._mapping
    before = {name: row[name] or "" for name in _ACTOR_SETTINGS}
    yield
    # After an exception the transaction, or the savepoint that holds the block, is undone, and this with it.
    connection.execute(_SET_ACTOR, before)


def check_postgis(engine: Engine) -> None:
    """See that the database answers and has, or can be given, a PostGIS that is new enough.

    Raises Unavailable, with what to do.
    """
    with engine.connect() as connection:
        version: str | None = connection.scalar(_POSTGIS_VERSION)
    needed = ".".join(map(str, POSTGIS_MINIMUM))
    if version is None:
        raise Unavailable(
            said("The database's server has no PostGIS: install PostGIS {needed} or newer there.", needed=needed)
        )
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < POSTGIS_MINIMUM:
        raise Unavailable(
            said(
                "The database has PostGIS {version}; dualgrid needs {needed} or newer.", version=version, needed=needed
            )
        )


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
        raise Unavailable(said("The database does not answer: {reason}", reason=reason)) from context.original_exception


def _psycopg_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Unavailable(said("DUALGRID_DATABASE_URL is not a URL: postgresql://user:password@host/name")) from None
    if parsed.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise Unavailable(
            said(
                "DUALGRID_DATABASE_URL names {drivername}; dualgrid needs postgresql://…", drivername=parsed.drivername
            )
        )
    return parsed.set(drivername="postgresql+psycopg")


def _settings(actor: Actor) -> dict[str, str]:
    return {"account": _setting(actor.account_id), "role": actor.role, "worker": _setting(actor.worker_id)}


def _setting(value: int | None) -> str:
    return "" if value is None else str(value)
