from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, text

import gis.storage.migrate as migrations
from gis.errors import Unavailable
from gis.storage.migrate import migrate, revision, unserved
from gis.storage.queue_schema import PREFIX, make_queue, noted_version, queue_version
from gis.storage.script import run_script
from gis.storage.session import create_owner_engine, transaction
from gis.storage.tables import metadata
from tests.world import build_world

VERSIONS = Path(migrations.__file__).parent / "migrations" / "versions"


NOT_OURS = ("spatial_ref_sys", "alembic_version")


def differences(connection: Connection) -> list[object]:
    """Between database and tables; those of PostGIS, Alembic and the job queue are their own affair."""

    def is_ours(thing: object, name: str, kind: str, *_: object) -> bool:
        return kind != "table" or not (name in NOT_OURS or name.startswith(PREFIX))

    context = MigrationContext.configure(connection, opts={"include_object": is_ours})
    return compare_metadata(context, metadata)


def test_migrated_database_is_what_the_tables_declare(connection: Connection) -> None:
    assert differences(connection) == []


def test_the_comparison_catches_a_column_that_only_the_database_has(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("ALTER TABLE worker ADD COLUMN shoe_size int"))
        assert differences(connection)


def test_migrating_again_changes_nothing(owner_engine: Engine) -> None:
    before = revision(owner_engine)
    migrate(owner_engine)
    assert revision(owner_engine) == before
    assert before[0] == before[1]


def test_migrating_again_waits_for_nobody_who_writes(engine: Engine, owner_engine: Engine) -> None:
    with ThreadPoolExecutor(1) as thread, transaction(engine) as writer:
        build_world(writer)
        thread.submit(migrate, owner_engine).result(timeout=20)


def test_queue_of_an_older_version_is_brought_to_the_installed_one(new_database: Callable[..., str]) -> None:
    engine = create_owner_engine(new_database())
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA dualgrid"))
    for path in files:
        if path.name < "03.03":
            with engine.begin() as connection:
                run_script(connection, path)
    with engine.begin() as connection:
        connection.execute(text("COMMENT ON TABLE procrastinate_jobs IS '3.2.3'"))
        make_queue(connection)
        assert noted_version(connection) == queue_version()
        assert connection.scalar(text("SELECT to_regproc('dualgrid.procrastinate_retry_job_v2')"))
        make_queue(connection)
    engine.dispose()


def test_queue_of_a_newer_version_is_refused(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("COMMENT ON TABLE procrastinate_jobs IS '99.1.0'"))
        with pytest.raises(Unavailable):
            make_queue(connection)


def test_function_of_an_older_version_is_replaced(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("DROP FUNCTION dualgrid.grids_at"))
        connection.execute(text("COMMENT ON SCHEMA dualgrid IS 'scripts of an older version'"))
    migrate(owner_engine)
    with owner_engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_proc WHERE proname = 'grids_at'")) == 1


def test_database_of_a_newer_version_is_refused_with_what_to_do(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("UPDATE dualgrid.alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer dualgrid"):
        migrate(owner_engine)


@pytest.mark.parametrize("operator", ["arraycontains(anyarray,anyarray)", "geometry_overlaps(geometry,geometry)"])
def test_operator_is_told_when_no_index_serves_searches(owner_engine: Engine, operator: str) -> None:
    assert unserved(owner_engine) == []
    with owner_engine.begin() as connection:
        connection.execute(text(f"ALTER FUNCTION {operator} NOT LEAKPROOF"))
    assert unserved(owner_engine) == [operator]


def test_first_schema_stays_as_homes_have_it() -> None:
    """What has run in a home is not edited: a change of schema is a revision of its own."""
    written = (VERSIONS / "0001_first.sql").read_bytes()
    assert hashlib.sha256(written).hexdigest() == ("5b7733e8328f00a5d89d7c83558b54f548379698d942a47692053d5bb68d334d")
