"""What the database keeps of personal data: nothing that can be read without the key."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, select, text, update

import gis.storage.migrate as migrations
from gis.actor import SYSTEM
from gis.errors import Unavailable
from gis.importers.importing import apply, check_file
from gis.importers.options import Options
from gis.issues.in_full import issue_in_full
from gis.issues.record import ByHand, pin, record
from gis.issues.report import IssueReport
from gis.issues.workflow import Move, move
from gis.population.households import HouseholdFilter
from gis.population.residents import Resident, residents
from gis.security.masking import masked_words
from gis.security.rotation import check_keys, counted, rotate
from gis.security.sealed import (
    ISSUE_ADDRESS,
    ISSUE_ANSWER,
    ISSUE_TEXT,
    REPORTER_NAME,
    RESIDENT_ID_NUMBER,
    RESIDENT_PHONE,
    SEALED,
    WORKER_PHONE,
)
from gis.security.vault import Vault, vault_of
from gis.settings import Settings
from gis.storage.migrate import migrate
from gis.storage.programs import find_programs
from gis.storage.session import OWNER, create_engine, create_owner_engine, transaction
from gis.storage.tables import alias_proposal, data_key, issue, issue_event, metadata
from tests.security.test_vault import a_vault
from tests.world import COMMUNITY, NOON, build_world

PHONES = ("13812345678", "13987654321", "15011112222", "18600001111", "02371234567")
ID = "500119199001011233"
PLATE = "渝A12345"
TEXT = f"长坡门口{PLATE}堵了路，车主电话138-1234-5678，我的身份证{ID}，座机023-71234567"
ANSWER = f"已请车主挪车，再有问题打{PHONES[2]}"
ADDRESS = "长坡门口，打13987654321"


def called(connection: Connection, phone: str) -> list[Resident]:
    """Those whose number this is."""
    return residents(connection, HouseholdFilter(phone=phone), limit=10)


def people(connection: Connection, settings: Settings, folder: Path) -> SimpleNamespace:
    """The town with residents, and an issue whose words, address and reporter hold numbers; its id."""
    world = build_world(connection)
    homes = folder / "homes.csv"
    homes.write_text(
        "building_id,unit,floor,door,residents,vehicles\n"
        f"B2,1,3,1,张三 {PHONES[0]} {ID}|李四 +86139-8765-4321,渝G12345\n"
        f"B2,1,3,2,王五 {PHONES[2]},\n",
        encoding="utf-8",
    )
    apply(connection, check_file(connection, "households", homes, Options(community=COMMUNITY), settings=settings))
    report = IssueReport(
        text=TEXT,
        address=ADDRESS,
        source="wechat_group",
        reported_at=NOON,
        reporter_name=f"陈先生{PHONES[3]}",
        reporter_phone=PHONES[3],
    )
    world.issue, _ = record(connection, report, settings=settings, actor=SYSTEM)
    pin(connection, world.issue, ByHand(building_id="B4"), settings=settings, actor=SYSTEM)
    for step in (
        Move(to="accepted"),
        Move(to="at_street", note=f"车主{PHONES[0]}"),
        Move(to="resolved", answer=ANSWER, settled_level="grid"),
    ):
        move(connection, world.issue, step, version=None, settings=settings, actor=SYSTEM)
    return world


@pytest.fixture
def peopled(engine: Engine, settings: Settings, tmp_path: Path) -> Engine:
    """A database of its own with people in it."""
    check_keys(engine)
    with transaction(engine) as connection:
        people(connection, settings, tmp_path)
    return engine


@pytest.fixture
def by_keys(new_database: Callable[..., str], template: str) -> Iterator[Callable[..., Engine]]:
    """Gives one empty database by the keys of these numbers."""
    url, made = new_database(template), []

    def opened(*numbers: int) -> Engine:
        made.append(create_engine(url, vault=a_vault(*numbers)))
        return made[-1]

    yield opened
    for each in made:
        each.dispose()


def dump(engine: Engine) -> str:
    """All rows as plain SQL, as the owner of the database dumps it."""
    url = engine.url.set(drivername="postgresql", username=OWNER).render_as_string(hide_password=False)
    asked = [find_programs()[0].path("pg_dump"), "--data-only", url]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def assert_no_number(dumped: str) -> None:
    """No phone, identity number or plate of the people above, however it may be spelt."""
    assert "张三" in dumped
    plain = dumped.replace("-", "").replace(" ", "")
    for number in (*PHONES, *(phone[-8:] for phone in PHONES), ID, ID[6:14], PLATE):
        assert number not in dumped
        assert number not in plain
        assert number.encode().hex() not in dumped


def test_dump_without_the_key_shows_no_number(peopled: Engine) -> None:
    assert_no_number(dump(peopled))


def test_the_search_of_a_dump_catches_a_number(peopled: Engine) -> None:
    with transaction(peopled) as connection:
        connection.execute(update(issue).values(topic=PHONES[0]))
    with pytest.raises(AssertionError):
        assert_no_number(dump(peopled))


def test_every_reader_gets_masked_words(connection: Connection, settings: Settings, tmp_path: Path) -> None:
    world = people(connection, settings, tmp_path)
    full = issue_in_full(connection, world.issue)
    assert full.issue.text == masked_words(TEXT)
    assert "渝A***45" in full.issue.text
    assert (full.issue.address, full.receipt["given"]["address"]) == ("长坡门口，打139****4321",) * 2
    assert (full.reporter_name, full.reporter_phone) == ("陈**", "186****1111")
    aliases = connection.scalars(select(alias_proposal.c.words)).all()
    told = f"{full.receipt} {[event.detail for event in full.events]} {aliases}"
    assert masked_words(told) == told


def test_clear_words_are_kept_only_where_they_differ(
    connection: Connection, settings: Settings, tmp_path: Path
) -> None:
    world = people(connection, settings, tmp_path)
    plain = IssueReport(text="路灯不亮", source="hotline", reported_at=NOON, address="河街12号")
    other, _ = record(connection, plain, settings=settings, actor=SYSTEM)
    columns = (issue.c.text, ISSUE_TEXT.sealed, issue.c.address, ISSUE_ADDRESS.sealed)
    answer = connection.execute(select(issue.c.answer, ISSUE_ANSWER.sealed).where(issue.c.id == world.issue)).one()
    assert ISSUE_ANSWER.opened(vault_of(connection), *answer) == ANSWER
    rows = {row[0]: row[1:] for row in connection.execute(select(issue.c.id, *columns))}
    vault = vault_of(connection)
    assert rows[other] == ("路灯不亮", None, "河街12号", None)
    assert ISSUE_TEXT.opened(vault, *rows[world.issue][:2]) == TEXT
    assert ISSUE_ADDRESS.opened(vault, *rows[world.issue][2:]) == ADDRESS


def test_resident_is_found_by_the_exact_phone_however_it_is_spelt(
    connection: Connection, settings: Settings, tmp_path: Path
) -> None:
    people(connection, settings, tmp_path)
    for spelt in ("13987654321", "+86 139 8765 4321", "１３９８７６５４３２１"):
        assert [found.name for found in called(connection, spelt)] == ["李四"]
    assert called(connection, "13987654320") == []
    assert called(connection, "139876543") == []
    assert called(connection, "no number") == []


def test_search_by_phone_uses_its_index(connection: Connection, settings: Settings, tmp_path: Path) -> None:
    people(connection, settings, tmp_path)
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    digests = vault_of(connection).digests(PHONES[0], of=RESIDENT_PHONE.of)
    query = text("EXPLAIN SELECT id FROM resident WHERE phone_digest = ANY(:digests)")
    plan = connection.scalars(query, {"digests": digests}).all()
    assert "resident_phone_digest_idx" in "\n".join(plan)


def test_identity_number_is_kept_in_one_spelling(connection: Connection, settings: Settings, tmp_path: Path) -> None:
    people(connection, settings, tmp_path)
    found = RESIDENT_ID_NUMBER.equals(vault_of(connection), ID)
    sealed = connection.execute(select(RESIDENT_ID_NUMBER.sealed).where(found)).scalar_one()
    assert RESIDENT_ID_NUMBER.open(vault_of(connection), sealed) == ID


def test_every_sealed_column_is_listed_for_rotation() -> None:
    declared = {
        f"{table.name}.{column.name.removesuffix('_sealed')}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    assert {column.of for column in SEALED} == declared


def test_home_with_another_key_is_told_at_its_start(peopled: Engine) -> None:
    other = create_engine(peopled.url.render_as_string(hide_password=False), vault=a_vault(1))
    with pytest.raises(Unavailable, match="Put it back, from the backup"):
        check_keys(other)
    other.dispose()


def test_rotation_seals_everything_anew_and_frees_the_old_key(
    settings: Settings, tmp_path: Path, by_keys: Callable[..., Engine]
) -> None:
    old, both, new = by_keys(1), by_keys(2, 1), by_keys(2)
    check_keys(old)
    with transaction(old) as connection:
        people(connection, settings, tmp_path)
    check_keys(both)
    with transaction(both) as connection:
        assert [found.name for found in called(connection, PHONES[0])] == ["张三"]
        (before,) = counted(connection).values()
    with pytest.raises(Unavailable):
        check_keys(new)
    told: list[tuple[str, int, int]] = []
    assert rotate(both, progress=lambda *step: told.append(step)) == sum(before.values())
    assert told[0][2] == sum(before.values())
    check_keys(new)
    with transaction(new) as connection:
        assert counted(connection) == {vault_of(connection).key_ids[0]: before}
        assert [found.name for found in called(connection, PHONES[0])] == ["张三"]
        row = connection.execute(select(issue.c.text, ISSUE_TEXT.sealed)).one()
        assert ISSUE_TEXT.opened(vault_of(connection), *row) == TEXT
    with pytest.raises(Unavailable):
        check_keys(old)
    assert rotate(new) == 0


def test_rotation_that_was_stopped_goes_on_where_it_was(
    settings: Settings, tmp_path: Path, by_keys: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis.security.rotation.BATCH_ROWS", 2)
    old, both = by_keys(1), by_keys(2, 1)
    check_keys(old)
    with transaction(old) as connection:
        people(connection, settings, tmp_path)

    def stop_after_two(what: str, done: int, of: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(both, progress=stop_after_two)
    with transaction(both) as connection:
        assert len(counted(connection)) == 2
        assert len(connection.scalars(select(data_key.c.id)).all()) == 2
        assert {found.name for phone in PHONES[:3] for found in called(connection, phone)} == {
            "张三",
            "李四",
            "王五",
        }
        left = sum(sum(columns.values()) for columns in counted(connection).values()) - 2
    assert rotate(both) == left
    check_keys(by_keys(2))


def test_what_an_older_version_kept_in_clear_is_sealed_by_the_migration(
    new_database: Callable[..., str], vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = new_database()
    owner, engine = create_owner_engine(url, vault=vault), create_engine(url, vault=vault)
    upgrade = command.upgrade
    with monkeypatch.context() as older:
        older.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
        older.setattr(migrations, "_run_scripts", lambda *_: None)
        migrate(owner)
    here = {"name": "张三", "phone": PHONES[0], "text": TEXT, "address": ADDRESS, "reporter": PHONES[3]}
    with owner.begin() as connection:
        for statement in (
            "INSERT INTO area (id, code, name, level, time_zone) VALUES (1, 'C', 'C', 'community', 'UTC')",
            "INSERT INTO building (id, community_id, code, name, geom) "
            "VALUES (1, 1, 'B', 'B', ST_SetSRID(ST_MakePoint(107, 29), 4326))",
            "INSERT INTO household (id, building_id, floor, door) VALUES (1, 1, 1, '1')",
            "INSERT INTO resident (id, household_id, name, phone) VALUES (1, 1, :name, :phone), (2, 1, '李四', NULL)",
            "INSERT INTO worker (id, community_id, code, name, phone) VALUES (1, 1, 'W', '王', :phone)",
            "INSERT INTO issue (id, source, text, address, reporter_name, reporter_phone, reported_at, "
            "location_method, receipt) VALUES (1, 'web', :text, :address, '周小七', :reporter, now(), 'none', "
            "jsonb_build_object('given', jsonb_build_object('address', CAST(:address AS text)))), "
            "(2, 'web', '停水', NULL, NULL, NULL, now(), 'none', '{}')",
            "INSERT INTO issue_event (issue_id, actor, kind, detail) VALUES (1, 'x', 'located', "
            "jsonb_build_object('before', jsonb_build_object('read', jsonb_build_array(CAST(:address AS text)))))",
            "INSERT INTO alias_proposal (words, building_id, proposed_by) VALUES (:address, 1, 'x')",
        ):
            connection.execute(text(statement), here)
    migrate(owner)
    assert_no_number(dump(engine))
    assert "周小七" not in dump(engine)
    with transaction(engine) as connection:
        assert [found.id for found in called(connection, PHONES[0])] == [1]
        assert WORKER_PHONE.open(vault, connection.scalar(select(WORKER_PHONE.sealed))) == PHONES[0]
        rows = connection.execute(select(issue.c.text, ISSUE_TEXT.sealed).order_by(issue.c.id)).all()
        assert [ISSUE_TEXT.opened(vault, *row) for row in rows] == [TEXT, "停水"]
        assert rows[1] == ("停水", None)
        masked, sealed = connection.execute(
            select(issue.c.reporter_name, REPORTER_NAME.sealed).order_by(issue.c.id)
        ).first() or ("", b"")
        assert (masked, REPORTER_NAME.open(vault, sealed)) == ("周**", "周小七")
        assert connection.scalar(select(issue_event.c.detail)) == {"before": {"read": [masked_words(ADDRESS)]}}
    engine.dispose()
    owner.dispose()
