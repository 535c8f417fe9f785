"""The audit log in the database: the application adds to it and cannot change it; its chain shows who did."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from gis.actor import SYSTEM, Actor
from gis.security.audit import AuditFilter, Subject, breaks, entries, record
from gis.storage.session import OWNER, acting, create_owner_engine, transaction
from gis.storage.tables import account
from tests.world import add


@pytest.fixture
def worker(connection: Connection) -> Actor:
    values = {"username": "赵一", "password_hash": "x", "role": "dispatcher"}
    return Actor("赵一", "dispatcher", add(connection, account, **values))


def test_entry_says_who_did_what_to_whom_and_why(connection, worker):
    record(connection, worker, "unmask", subject=Subject("resident", 7), issue_id=3, purpose="漏水", detail={"a": [1]})
    (entry,) = entries(connection, AuditFilter(actor="赵一"), limit=10)
    assert (entry.actor, entry.account_id, entry.action) == ("赵一", worker.account_id, "unmask")
    assert (entry.subject, entry.issue_id, entry.purpose) == (Subject("resident", 7), 3, "漏水")
    assert entry.detail == {"a": [1]}
    assert len(entry.chain) == 64


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE audit_log SET actor = 'nobody'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "DROP TABLE audit_log",
        "ALTER TABLE audit_log DISABLE TRIGGER ALL",
        "UPDATE audit_head SET chain = ''",
        "SELECT * FROM audit_head",
    ],
)
def test_application_can_add_to_the_log_and_not_change_it(connection, worker, attempt):
    record(connection, worker, "unmask")
    with pytest.raises(ProgrammingError) as refused, connection.begin_nested():
        connection.execute(text(attempt))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_nobody_adds_an_entry_in_the_name_of_another_account(connection, worker):
    other = Actor("李四", "dispatcher", 0)
    with acting(connection, worker):
        record(connection, worker, "unmask")
        with pytest.raises(ProgrammingError, match="row-level security"), connection.begin_nested():
            record(connection, other, "unmask")


def test_log_is_read_by_administrators_only(connection, worker):
    record(connection, worker, "unmask")
    with acting(connection, worker):
        assert entries(connection, AuditFilter(), limit=10) == []
        assert breaks(connection) == []


def test_time_number_and_chain_are_the_database_s_own(connection, worker):
    forged = text(
        "INSERT INTO audit_log (id, at, actor, account_id, action, chain) VALUES (1, 'epoch', '赵一', :id, 'x', '')"
    )
    record(connection, worker, "before")
    connection.execute(forged, {"id": worker.account_id})
    entry = entries(connection, AuditFilter(action="x"), limit=1)[0]
    assert entry.at.year > 2000
    assert breaks(connection) == []


class TestChain:
    @pytest.fixture
    def written(self, engine: Engine) -> Engine:
        with transaction(engine) as connection:
            for number in range(4):
                record(connection, SYSTEM, "purge", detail={"n": number})
        return engine

    @pytest.fixture
    def owner(self, written: Engine):
        engine = create_owner_engine(written.url.set(username=OWNER).render_as_string(hide_password=False))
        yield engine
        engine.dispose()

    def test_is_whole_where_nobody_has_touched_it(self, written):
        with transaction(written) as connection:
            assert breaks(connection) == []

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ("UPDATE audit_log SET purpose = 'another' WHERE id = 2", [2]),
            ("DELETE FROM audit_log WHERE id = 2", [3]),
            ("DELETE FROM audit_log WHERE id = 4", [3]),
            ("UPDATE audit_log SET detail = '{}' WHERE id = 4", [4]),
        ],
    )
    def test_shows_what_even_the_owner_has_changed(self, written, owner, change, told):
        with owner.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY"))
            connection.execute(text(change))
        with transaction(written) as connection:
            assert breaks(connection) == told

    def test_begins_anew_where_the_oldest_entries_are_no_longer_kept(self, written, owner):
        with transaction(owner) as connection:
            assert connection.execute(text("DELETE FROM audit_log WHERE id < 3")).rowcount == 2
        with transaction(written) as connection:
            assert breaks(connection) == []
