"""Lines and topics as one list that lexicon, deadlines, Open311 and filters follow."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, InvalidInput, NotFound, Overtaken
from gis.intake.services import Services
from gis.issues.lexicon import replace_lexicon, written_lexicon
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.issues.taxonomy import (
    Topic,
    Wanted,
    change_topic,
    create_line,
    create_topic,
    known_topics,
    lines,
    rename_line,
    retire_topic,
    topics,
)
from gis.issues.taxonomy_file import load_taxonomy, written_taxonomy
from gis.settings import Settings
from gis.storage.session import acting
from gis.storage.tables import audit_log, deadline_rule, issue, lexicon_term, service, topic
from tests.world import NOON

ADMIN = Actor(name="admin", role="admin", account_id=None)


def named(connection: Connection, name: str) -> Topic:
    return next(each for each in topics(connection) if each.name == name)


def wanted_of(each: Topic, **changes: Any) -> Wanted:
    fields = {name: getattr(each, name) for name in ("name", "line", "description", "hazard", "event_class")}
    return Wanted(**fields | changes)


@pytest.fixture
def matters(connection: Connection, world: Any, settings: Settings) -> list[int]:
    """One recognised as 环境卫生, one of a community's own import, one that belongs to no community."""
    texts = [("长坡的垃圾没人收", None), ("A hole in the road", "Pothole"), ("垃圾没人收", None)]
    return [
        record(
            connection,
            IssueReport(text=text, topic=given, source="web", reported_at=NOON),
            settings=settings,
            actor=SYSTEM,
        )[0]
        for text, given in texts
    ]


def test_first_taxonomy_has_the_missions_lines_and_crosswalk(connection: Connection) -> None:
    assert [each.name for each in lines(connection)] == ["综治", "信访", "应急", "舆情"]
    fire = named(connection, "消防安全")
    assert (fire.line, fire.event_class, fire.service_code) == ("应急", "突发事件", "FIRE")
    assert fire.terms > 20
    assert known_topics(connection)[:3] == ["消防安全", "房屋安全", "环境卫生"]


def test_renamed_topic_is_renamed_wherever_it_stands(connection: Connection, matters: list[int]) -> None:
    old = named(connection, "环境卫生")
    change_topic(connection, ADMIN, old.id, wanted_of(old, name="市容环卫"), version=old.version)
    for table in (issue, lexicon_term, deadline_rule, service):
        stands = select(func.count()).select_from(table)
        assert connection.scalar(stands.where(table.c.topic == "环境卫生")) == 0
        assert connection.scalar(stands.where(table.c.topic == "市容环卫")), table.name
    assert Services(connection).named("SANITATION").topic == "市容环卫"


def test_rename_reaches_matters_that_who_renames_does_not_see(connection: Connection, matters: list[int]) -> None:
    nobody = Actor(name="nobody", role="intake", account_id=0)
    with acting(connection, nobody):
        assert connection.execute(select(issue)).all() == []
        old = named(connection, "环境卫生")
        change_topic(connection, nobody, old.id, wanted_of(old, name="市容环卫"), version=None)
        assert connection.execute(select(issue)).all() == []
    topics_of = connection.scalars(select(issue.c.topic).order_by(issue.c.id)).all()
    assert topics_of == ["市容环卫", "Pothole", "市容环卫"]


def test_topics_of_an_import_are_none_of_ours(connection: Connection, matters: list[int]) -> None:
    assert "Pothole" not in known_topics(connection)
    assert connection.scalar(select(issue.c.topic).where(issue.c.id == matters[1])) == "Pothole"


def test_renamed_line_is_renamed_on_topics_and_matters(connection: Connection, matters: list[int]) -> None:
    line = next(each for each in lines(connection) if each.name == "信访")
    rename_line(connection, ADMIN, line.id, "信访维稳", version=line.version)
    assert named(connection, "环境卫生").line == "信访维稳"
    assert connection.scalar(select(issue.c.line).where(issue.c.id == matters[0])) == "信访维稳"


def test_topic_that_moves_to_another_line_leaves_old_matters_in_theirs(
    connection: Connection, matters: list[int]
) -> None:
    old = named(connection, "环境卫生")
    change_topic(connection, ADMIN, old.id, wanted_of(old, line="综治"), version=None)
    assert connection.scalar(select(issue.c.line).where(issue.c.id == matters[0])) == "信访"


def test_retired_topic_is_offered_nowhere_and_old_matters_keep_it(connection: Connection, matters: list[int]) -> None:
    before = Services(connection).changed_at
    old = named(connection, "环境卫生")
    retire_topic(connection, ADMIN, old.id, retired=True, version=old.version)
    offered = Services(connection)
    assert "环境卫生" not in known_topics(connection)
    assert offered.find("SANITATION") is None
    told_under = offered.of_topic("环境卫生")
    assert told_under is not None
    assert told_under.code == "OTHER"
    assert before is not None
    assert offered.changed_at is not None
    assert offered.changed_at >= before
    assert connection.scalar(select(issue.c.topic).where(issue.c.id == matters[0])) == "环境卫生"
    retire_topic(connection, ADMIN, old.id, retired=False)
    assert Services(connection).find("SANITATION") is not None


def test_of_two_who_change_a_topic_the_second_is_told(connection: Connection) -> None:
    seen = named(connection, "环境卫生")
    change_topic(connection, ADMIN, seen.id, wanted_of(seen, hazard=True), version=seen.version)
    for again in (
        lambda: change_topic(connection, ADMIN, seen.id, wanted_of(seen), version=seen.version),
        lambda: retire_topic(connection, ADMIN, seen.id, retired=True, version=seen.version),
    ):
        with pytest.raises(Overtaken):
            again()


def test_new_topic_comes_last_and_a_taken_name_is_refused(connection: Connection) -> None:
    made = create_topic(connection, ADMIN, Wanted(name="宠物", line="信访"))
    assert (known_topics(connection)[-1], made.retired, made.service_code) == ("宠物", False, None)
    with pytest.raises(Conflict):
        create_topic(connection, ADMIN, Wanted(name="宠物"))
    with pytest.raises(Conflict):
        change_topic(connection, ADMIN, made.id, Wanted(name="消防安全"), version=None)
    with pytest.raises(Conflict):
        create_line(connection, ADMIN, "综治")
    with pytest.raises(NotFound):
        retire_topic(connection, ADMIN, 10**9, retired=True)


def test_all_faults_of_a_topic_are_told_at_once(connection: Connection) -> None:
    with pytest.raises(InvalidInput) as caught:
        create_topic(connection, ADMIN, Wanted(name=" ", line="没有", description="长" * 401, event_class="长" * 41))
    assert [fault.where for fault in caught.value.faults] == ["name", "description", "event_class", "line"]


def test_changes_of_the_taxonomy_are_on_record(connection: Connection) -> None:
    create_topic(connection, ADMIN, Wanted(name="宠物"))
    entry = connection.execute(select(audit_log).order_by(audit_log.c.id.desc()).limit(1)).one()
    assert (entry.actor, entry.action, entry.detail["topic"]) == ("admin", "change_taxonomy", "宠物")


@pytest.mark.parametrize("table", [lexicon_term, deadline_rule, service])
def test_database_lets_nothing_name_a_topic_that_does_not_exist(connection: Connection, table: Any) -> None:
    values: dict[str, Any] = {
        "lexicon_term": {"term": "x"},
        "deadline_rule": {"stage": "reported", "urgency": "normal", "amount": 1, "unit": "days"},
        "service": {"code": "X", "name": "x"},
    }[table.name]
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(insert(table).values(topic="没有这个", **values))


def test_topic_that_something_names_cannot_be_deleted(connection: Connection) -> None:
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(delete(topic).where(topic.c.name == "消防安全"))


def test_taxonomy_that_was_written_is_the_one_that_is_read(connection: Connection) -> None:
    written = written_taxonomy(connection)
    assert load_taxonomy(connection, written, ADMIN) == len(topics(connection))
    assert written_taxonomy(connection) == written
    assert written.splitlines()[1].startswith("消防安全,应急,")
    assert written.splitlines()[1].endswith(",突发事件,false,FIRE")


def test_loaded_taxonomy_adds_reorders_and_retires_and_leaves_the_rest_behind(connection: Connection) -> None:
    count = len(topics(connection))
    load_taxonomy(connection, "name,line,hazard,retired\n宠物,民生,false,否\n环境卫生,信访,是,\n", ADMIN)
    found = topics(connection)
    assert [(each.name, each.line, each.hazard) for each in found[:2]] == [
        ("宠物", "民生", False),
        ("环境卫生", "信访", True),
    ]
    assert (len(found), [each.name for each in lines(connection)][-1]) == (count + 1, "民生")


def test_faulty_taxonomy_is_refused_with_all_faults_and_changes_nothing(connection: Connection) -> None:
    before = written_taxonomy(connection)
    with pytest.raises(InvalidInput) as caught:
        load_taxonomy(connection, "name,hazard\n,\n宠物,maybe\n宠物,\n", ADMIN)
    assert [(fault.where, fault.code) for fault in caught.value.faults] == [
        ("row 2, name", "bad_length"),
        ("row 3, hazard", "not_a_bool"),
        ("row 4, name", "duplicate"),
    ]
    assert written_taxonomy(connection) == before


def test_lexicon_brings_new_topics_and_cannot_move_a_known_one(connection: Connection) -> None:
    written = written_lexicon(connection)
    replace_lexicon(connection, written + "猫,宠物,信访,false\n狗叫声,宠物,,false\n")
    assert named(connection, "宠物").line == "信访"
    with pytest.raises(InvalidInput) as caught:
        replace_lexicon(connection, written + "猫,环境卫生,综治,false\n狗,宠物,没有,false\n")
    assert [fault.code for fault in caught.value.faults] == ["other_line", "unknown_line"]
