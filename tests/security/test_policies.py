"""Row-level security, seen from the database: what its catalogue says, and what nobody, too, may not do."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import ProgrammingError

from gis.actor import SYSTEM, Actor
from gis.storage.session import APPLICATION, acting, transaction
from gis.storage.tables import household, issue, resident, worker
from tests.world import NOON, add, build_world

NOBODYS_DATA = {
    "audit_head": "the latest hash of the audit log",
    "alembic_version": "the schema's revision",
    "area": "districts, streets, communities",
    "building": "houses, not who lives there",
    "calendar_day": "days that are worked or not",
    "compound": "names of housing estates",
    "data_key": "ids of the keys, from which nothing of a key can be told",
    "data_version": "counts of changes",
    "deadline_rule": "how long each stage may take",
    "grid": "codes and names of grids",
    "grid_version": "shapes of grids",
    "group_building": "which houses an online group covers",
    "group_grid": "which grids an online group covers",
    "leave": "days on which a post is stood in for; the person is behind the policy of worker",
    "lexicon_term": "words and their topics",
    "line": "names of lines",
    "notice_template": "words of an operator with placeholders in them",
    "online_group": "names of online groups",
    "outbox": "numbers of events",
    "place": "gates, kindergartens, markets",
    "procrastinate_events": "when jobs began and ended",
    "procrastinate_jobs": "numbers of notices that wait to be sent",
    "procrastinate_periodic_defers": "jobs of set times; there are none",
    "procrastinate_workers": "which processes send, and when they last said so",
    "retention_rule": "how long what is kept",
    "post": "who answers where, by number; the person is behind the policy of worker",
    "service": "what Open311 offers, by topic",
    "topic": "names of topics",
    "topic_model": "weights of characters and pairs of them, with no text and nobody's words in order",
}
"""The tables that need no policy, each with the reason. Every other must have one: a new table too."""

UNPROTECTED = text("""
    SELECT relname FROM pg_class
    WHERE relnamespace = 'dualgrid'::regnamespace AND relkind IN ('r', 'p')
      AND NOT (relrowsecurity AND relforcerowsecurity
               AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))
""")


def unprotected(connection: Connection) -> set[str]:
    return set(connection.scalars(UNPROTECTED))


def test_every_table_with_personal_data_has_a_forced_policy(connection: Connection) -> None:
    assert unprotected(connection) == set(NOBODYS_DATA)


def test_the_check_catches_a_new_table_and_a_policy_that_is_not_forced(owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.execute(text("CREATE TABLE diary (resident_id bigint, words text)"))
        connection.execute(text("ALTER TABLE resident NO FORCE ROW LEVEL SECURITY"))
        assert unprotected(connection) == {*NOBODYS_DATA, "diary", "resident"}


def test_application_role_owns_nothing_and_cannot_bypass_policies(connection: Connection) -> None:
    assert connection.scalar(text("SELECT current_user")) == APPLICATION
    assert connection.scalar(text("SELECT session_user")) == APPLICATION
    rights = text("SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = :name")
    assert connection.scalar(rights, {"name": APPLICATION}) is False
    owned = text("SELECT count(*) FROM pg_class WHERE relowner = CAST(:name AS regrole)")
    assert connection.scalar(owned, {"name": APPLICATION}) == 0


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE household DISABLE ROW LEVEL SECURITY",
        "DROP POLICY in_scope ON household",
        "CREATE POLICY open ON household USING (true)",
        "SET ROLE dualgrid",
        "SET SESSION AUTHORIZATION dualgrid",
        "TRUNCATE issue_event",
        "CREATE OR REPLACE FUNCTION dualgrid.scope_all() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    ],
)
def test_application_role_cannot_lift_what_binds_it(connection: Connection, attempt: str) -> None:
    with pytest.raises(ProgrammingError) as refused, connection.begin_nested():
        connection.execute(text(attempt))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_row_security_cannot_be_switched_off_for_a_query(connection: Connection) -> None:
    connection.execute(text("SET LOCAL row_security = off"))
    with pytest.raises(ProgrammingError, match="would be affected by row-level security"), connection.begin_nested():
        connection.execute(select(household))


def test_connection_on_which_nobody_acts_sees_no_row_of_a_person(engine: Engine) -> None:
    with transaction(engine) as connection:
        world = build_world(connection)
        home = connection.scalar(select(household.c.id))
        add(connection, resident, household_id=home, name="张三")
        assert connection.execute(select(worker)).all()
    with engine.connect() as nobody:
        tables = ("household", "resident", "vehicle", "worker", "issue", "issue_event", "account", "sign_in")
        for table in tables:
            assert nobody.execute(text(f"SELECT * FROM {table}")).all() == []
        assert nobody.execute(text("SELECT 1 FROM building")).all()
    assert world.community_id


def test_who_acted_before_leaves_nothing_on_a_pooled_connection(engine: Engine) -> None:
    with transaction(engine) as connection:
        build_world(connection)
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    with engine.connect() as again:
        assert again.scalar(text("SELECT pg_backend_pid()")) == backend
        assert again.execute(select(worker)).all() == []


def test_another_acts_for_a_block_only(connection: Connection, world) -> None:
    nobody = Actor(name="nobody", role="intake", account_id=0)
    with acting(connection, nobody):
        assert connection.execute(select(household)).all() == []
        with acting(connection, SYSTEM):
            assert connection.execute(select(household)).all()
        assert connection.execute(select(household)).all() == []
    assert connection.execute(select(household)).all()


def test_block_of_another_that_fails_is_undone_with_its_savepoint(connection: Connection, world) -> None:
    nobody = Actor(name="nobody", role="intake", account_id=0)
    values = {"text": "x", "source": "s", "reported_at": NOON, "location_method": "none", "receipt": {}}
    with pytest.raises(ProgrammingError), connection.begin_nested(), acting(connection, nobody):
        connection.execute(insert(issue).values(**values))
    assert connection.execute(select(household)).all()
