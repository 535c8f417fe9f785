"""Engine and transaction: who acts, and what is told when the database is not there."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from gis.actor import Actor
from gis.errors import Unavailable
from gis.storage.session import check_postgis, create_engine, transaction
from gis.storage.tables import area, issue
from tests.world import NOON, build_world

ACTOR = text("SELECT current_setting('app.account', true), current_setting('app.role', true)")


def test_database_knows_who_acts_for_one_transaction_only(engine: Engine) -> None:
    worker = Actor(name="worker001", role="worker", account_id=7, worker_id=3)
    with transaction(engine, worker) as connection:
        assert connection.execute(ACTOR).one() == ("7", "worker")
    with engine.connect() as connection:
        assert connection.execute(ACTOR).one() == ("", "")


def test_exception_undoes_the_transaction(engine: Engine) -> None:
    def write_and_fail() -> None:
        with transaction(engine) as connection:
            build_world(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with transaction(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(area)) == 0


def test_cut_connection_is_unavailable_once_and_then_replaced(engine: Engine) -> None:
    with engine.connect() as cut:
        backend = cut.scalar(text("SELECT pg_backend_pid()"))
        with engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        with pytest.raises(Unavailable, match="does not answer"):
            cut.execute(text("SELECT 1"))
    with transaction(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_connection_that_was_cut_while_it_rested_is_replaced_unseen(engine: Engine) -> None:
    with engine.connect() as resting, engine.begin() as other:
        backend = resting.scalar(text("SELECT pg_backend_pid()"))
        resting.close()
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
    with transaction(engine) as connection, transaction(engine) as another:
        assert connection.scalar(text("SELECT 1")) == another.scalar(text("SELECT 1"))


def test_database_that_is_not_there_is_unavailable() -> None:
    engine = create_engine("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable, match="does not answer"):
        check_postgis(engine)


def test_error_names_the_rule_and_not_the_row_that_broke_it(connection: Connection) -> None:
    secret = {"source": "x" * 41, "text": "我家的电话", "reported_at": NOON, "location_method": "none", "receipt": {}}
    with pytest.raises(IntegrityError, match="issue_source_check") as refused, connection.begin_nested():
        connection.execute(insert(issue).values(secret))
    assert "我家的电话" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "postgresql://host:port/name"])
def test_url_of_anything_but_postgresql_is_refused(url: str) -> None:
    with pytest.raises(Unavailable, match="DUALGRID_DATABASE_URL"):
        create_engine(url)


def test_postgis_of_the_cluster_is_new_enough(engine: Engine) -> None:
    check_postgis(engine)
