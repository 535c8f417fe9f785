"""Many reports recorded at once are what they would have been one after the other, down to what is refused."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, insert, select

from gis.actor import SYSTEM, Actor
from gis.errors import Conflict, GisError, InvalidInput
from gis.issues.in_full import issues_in_full
from gis.issues.record import record, record_many
from gis.issues.report import Answer, IssueReport
from gis.security.accounts import create_account
from gis.security.sealed import RESIDENT_PHONE, SEALED
from gis.security.vault import vault_of
from gis.settings import Settings
from gis.storage.session import set_actor
from gis.storage.tables import issue, issue_event, resident
from tests.world import COMMUNITY, NOON, add_other_community

PHONE = "14200000077"
LEAK = "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"


@pytest.fixture
def reporter(connection: Connection, world: SimpleNamespace) -> Actor:
    """An account that reports and sees nothing else, in a town with a second community and a resident."""
    add_other_community(connection)
    home = connection.scalar(select(func.min(resident.metadata.tables["household"].c.id)))
    who = {"household_id": home, "name": "某人", **RESIDENT_PHONE.values(vault_of(connection), PHONE)}
    connection.execute(insert(resident).values(**who))
    account = create_account(connection, username="hotline", password="correct horse battery", role="intake")
    return Actor(name="hotline", role="intake", account_id=account)


reports = st.fixed_dictionaries(
    {
        "text": st.sampled_from([LEAK, "我家楼下堆满了垃圾", "梨园1栋有人高空抛物", f"2号楼电梯坏了，打{PHONE}找我"]),
        "source": st.sampled_from(["hotline", "web"]),
        "reported_at": st.integers(-400, 400).map(lambda days: NOON + timedelta(days=days)),
    },
    optional={
        "external_id": st.sampled_from("123"),
        "community": st.sampled_from([COMMUNITY, "boston", "nowhere"]),
        "point": st.tuples(st.integers(-3, 40), st.integers(-3, 25)).map(lambda p: (107 + p[0] / 1e4, 29 + p[1] / 1e4))
        | st.sampled_from([(29.0005, 107.0005), (200.0, 29.0)]),
        "crs": st.sampled_from(["wgs84", "gcj02", "bd09", "unknown"]),
        "group": st.sampled_from(["QA", "QB", "QC", "nobody"]),
        "address": st.sampled_from(["河街12号", "梨园", "不知道"]),
        "reporter_phone": st.sampled_from([PHONE, "023-71234567", "none"]),
    },
)


def told(fields: dict[str, Any]) -> IssueReport:
    known = dict(fields)
    lon, lat = known.pop("point", (None, None))
    return IssueReport(**known, lon=lon, lat=lat)


def one_by_one(connection: Connection, given: list[IssueReport], settings: Settings, actor: Actor) -> list[Answer]:
    answers: list[Answer] = []
    for report in given:
        try:
            answers.append(record(connection, report, settings=settings, actor=actor))
        except GisError as error:
            answers.append(error)
    return answers


def outcome(connection: Connection, answers: list[Answer]) -> list[Any]:
    """What each report was answered, its issue and all that is stored of it; an issue by its first report."""
    set_actor(connection, SYSTEM)
    issues = issues_in_full(connection, {each[0] for each in answers if isinstance(each, tuple)})
    sealed = {column.sealed.name for column in SEALED}  # a nonce is new each time
    columns = [column for column in issue.c if column.name not in {"id", *sealed}]
    stored = {
        id: row[1:] for id in issues for row in connection.execute(select(issue.c.id, *columns).where(issue.c.id == id))
    }
    events = select(issue_event.c.actor, issue_event.c.kind, issue_event.c.detail)
    first: dict[int, int] = {}
    said: list[Any] = []
    for at, answer in enumerate(answers):
        if isinstance(answer, GisError):
            said.append((type(answer), str(answer)))
            continue
        id, new = answer
        happened = connection.execute(events.where(issue_event.c.issue_id == id)).all()
        phone = issues[id].reporter_phone
        said.append((first.setdefault(id, at), new, stored[id], happened, phone))
    return said


@given(before=st.lists(reports, max_size=2), drawn=st.lists(reports, min_size=1, max_size=8), by_system=st.booleans())
@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_reports_are_recorded_as_one_after_the_other(
    connection: Connection,
    settings: Settings,
    reporter: Actor,
    before: list[dict[str, Any]],
    drawn: list[dict[str, Any]],
    by_system: bool,
) -> None:
    actor = SYSTEM if by_system else reporter
    given = [told(fields) for fields in drawn]
    outcomes = []
    for record_them in (record_many, one_by_one):
        savepoint = connection.begin_nested()
        one_by_one(connection, [told(fields) for fields in before], settings, SYSTEM)
        set_actor(connection, actor)
        if record_them is record_many:
            answers = record_many(connection, given, settings=settings, actor=actor)
        else:
            answers = one_by_one(connection, given, settings, actor)
        outcomes.append(outcome(connection, answers))
        savepoint.rollback()
    assert outcomes[0] == outcomes[1]


def test_fault_of_one_is_its_own_answer(connection: Connection, settings: Settings, reporter: Actor) -> None:
    known = {"text": LEAK, "source": "hotline", "reported_at": NOON}
    record(connection, IssueReport(**known, external_id="1"), settings=settings, actor=SYSTEM)
    set_actor(connection, reporter)
    given = [
        IssueReport(**known, group="nobody"),
        IssueReport(**known, group="QA"),
        IssueReport(**known | {"text": "别的事"}, external_id="1"),
        IssueReport(**known, external_id="1"),
    ]
    unknown, new, another, same = record_many(connection, given, settings=settings, actor=reporter)
    assert isinstance(unknown, InvalidInput)
    assert isinstance(new, tuple)
    assert new[1]
    assert isinstance(another, Conflict)
    assert isinstance(same, tuple)
    assert not same[1]


def test_nothing_to_record_is_no_fault(connection: Connection, settings: Settings) -> None:
    assert record_many(connection, [], settings=settings, actor=SYSTEM) == []
