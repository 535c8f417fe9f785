"""Who hears of what: from an event of a matter to one notice for each address."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from gis.actor import SYSTEM
from gis.issues.deadlines import escalate, set_urgency
from gis.issues.record import ByHand, pin, record
from gis.issues.report import IssueReport
from gis.notify.channels import switch_channel
from gis.notify.relay import relay_all, relay_batch
from gis.notify.webhooks import add_webhook
from gis.storage.session import set_actor, transaction
from gis.storage.tables import channel, issue, notice, outbox
from tests.world import COMMUNITY

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins
LISTENERS = (
    ("worker", "W1"),
    ("worker", "W3"),
    ("group", "QA"),
    ("area", COMMUNITY),
    ("area", "999119"),
)


@pytest.fixture
def heard(town):
    """Channels for all of LISTENERS and both stages; tells who has heard of what, in order."""
    for scope, whom in LISTENERS:
        town.channel(f"json://{scope}.{whom.lower()}.example", scope, whom)
    for stage in ("at_street", "at_department"):
        town.channel(f"json://{stage.replace('_', '-')}.example", "stage", "999119003", stage=stage)

    def heard(*, of: str | None = None) -> list[tuple[str, str]]:
        relay_all(town.engine, town.settings)
        with transaction(town.engine) as connection:
            query = select(notice.c.event, channel.c.name, channel.c.stage).join(
                channel, channel.c.id == notice.c.channel_id
            )
            rows = connection.execute(query.order_by(notice.c.id)).all()
        found = [(row.event, row.stage or row.name) for row in rows]
        return [each for each in found if of is None or each[0] == of]

    return heard


AREAS = [f"area {COMMUNITY}", "area 999119"]


def whom(heard, event):
    return [name for _, name in heard(of=event)]


def test_event_is_in_the_outbox_as_soon_as_it_is_there_and_not_before(town):
    with transaction(town.engine) as connection:
        report = IssueReport(text="x", source="t", building_id="B1", reported_at=datetime.now(UTC))
        issue_id, _ = record(connection, report, settings=town.settings, actor=SYSTEM)
        assert town.waiting() == 0
    assert (town.waiting(), issue_id) == (1, issue_id)
    with town.engine.connect() as connection:
        set_actor(connection, SYSTEM)
        record(connection, report, settings=town.settings, actor=SYSTEM)
        connection.rollback()
    assert town.waiting() == 1


def test_new_matter_is_told_to_its_worker_its_group_and_its_areas(town, heard):
    town.report(group="QA")
    assert whom(heard, "reported") == ["worker W1", "group QA", *AREAS]


def test_transfer_is_told_to_the_new_worker_once_with_its_reason(town, heard):
    issue_id = town.report()
    town.step(issue_id, "reported", grid="G2", note="在长坡那边")
    assert whom(heard, "transferred") == ["worker W3", *AREAS]
    assert whom(heard, "assigned") == []
    assert any("在长坡那边" in body for body in town.notices(notice.c.body))


def test_matter_that_is_pinned_into_another_grid_is_told_to_its_worker(town, heard):
    issue_id = town.report()
    with transaction(town.engine) as connection:
        pin(connection, issue_id, ByHand(building_id="B3"), settings=town.settings, actor=SYSTEM)
    assert whom(heard, "assigned") == ["worker W3", *AREAS]
    with transaction(town.engine) as connection:
        pin(connection, issue_id, ByHand(grid="G2"), settings=town.settings, actor=SYSTEM)
    assert len(whom(heard, "assigned")) == 3


def test_each_stage_hears_of_what_comes_to_it(town, heard):
    issue_id = town.report()
    town.step(issue_id, "accepted")
    town.step(issue_id, "at_street", note="要街道协调")
    town.step(issue_id, "at_department", note="要燃气公司")
    town.step(issue_id, "at_street", note="不归我管")
    town.step(issue_id, "accepted", note="网格可办")
    assert whom(heard, "handed_up") == ["at_street", *AREAS, "at_department", *AREAS]
    assert whom(heard, "handed_back") == ["at_street", *AREAS, "worker W1", *AREAS]


def test_late_matter_is_told_to_its_worker_or_the_stage_that_has_it(town, heard):
    first, second = town.report(), town.report()
    town.step(second, "at_street", note="要街道协调")
    with transaction(town.engine) as connection:
        connection.execute(issue.update().values(due_at=text("now() - interval '1 hour'")))
        escalate(connection)
    assert sorted(whom(heard, "late")) == sorted(["worker W1", *AREAS, "worker W1", "at_street", *AREAS])
    assert first


def test_urgency_is_told(town, heard):
    issue_id = town.report()
    with transaction(town.engine) as connection:
        set_urgency(connection, issue_id, "very_urgent", note="有人受伤", actor=SYSTEM)
    assert whom(heard, "urgency") == ["worker W1", *AREAS]
    assert "事项 #1 紧急程度：特急" in town.notices(notice.c.subject)


def test_answer_reaches_the_group_and_every_reporter_of_the_same_matter(town, heard):
    calls = town.settings.model_copy(update={"notice_url": SecretStr("json://sms.example/{phone}")})
    first = town.report(group="QA", reporter_phone="14200000001")
    second = town.report(reporter_phone="14200000002")
    town.step(second, "merged", into=first)
    town.resolve(first, "已更换阀门，电话14200000009")
    relay_all(town.engine, calls)
    assert whom(heard, "resolved") == ["group QA", *AREAS]
    told = town.notices(notice.c.event, notice.c.to_reporter, notice.c.body)
    answers = [(event, body) for event, to_reporter, body in told if to_reporter]
    assert [event for event, _ in answers] == ["resolved", "answered"]
    assert all("已更换阀门，电话142****0009" in body for _, body in answers)


def test_one_address_behind_two_channels_is_told_once(town, receiver):
    town.channel(receiver.channel(), "worker", "W1")
    town.channel(receiver.channel())
    town.report()
    relay_all(town.engine, town.settings)
    assert town.notices() == ["waiting"]


def test_channel_that_is_off_or_has_not_chosen_an_event_is_not_told(town):
    town.channel("json://one.example", events=["late"])
    with transaction(town.engine) as connection:
        switch_channel(connection, town.channel("json://two.example"), on=False, actor=SYSTEM)
    town.report()
    relay_all(town.engine, town.settings)
    assert town.notices() == []


def test_history_from_a_file_is_told_to_nobody(town, heard):
    town.report(reported_at=datetime.now(UTC) - timedelta(days=30))
    now = datetime.now(UTC)
    town.report(status="closed", reported_at=now, closed_at=now)
    assert heard() == []
    assert town.waiting() == 0


def test_matter_that_was_over_before_the_relay_came_is_told_from_its_call_on(town, heard):
    quick, mistaken = town.report(), town.report()
    town.resolve(quick)
    town.step(quick, "closed", confirmation="reporter")
    town.step(mistaken, "withdrawn", note="误报")
    told = [event for event, name in heard() if name == "worker W1"]
    assert told == ["reported", "reported", "withdrawn"]
    assert [event for event, name in heard() if name == AREAS[0]] == [
        *("reported", "reported", "accepted", "resolved", "closed", "withdrawn")
    ]


def test_without_anybody_to_tell_the_outbox_is_emptied_all_the_same(town):
    for _ in range(3):
        town.report()
    assert relay_all(town.engine, town.settings) == 0
    assert town.waiting() == 0


def test_two_who_relay_at_once_tell_each_event_once(town):
    town.channel("json://one.example")
    for _ in range(30):
        town.report()
    relays = [threading.Thread(target=relay_all, args=(town.engine, town.settings)) for _ in range(4)]
    for each in relays:
        each.start()
    for each in relays:
        each.join()
    events = town.notices(notice.c.event_id)
    assert len(events) == len(set(events)) == 30


def test_relay_that_fails_leaves_its_events_in_the_outbox_and_no_half_told(town):
    town.channel("json://one.example")
    town.report()
    with town.engine.connect() as connection:
        set_actor(connection, SYSTEM)
        assert relay_batch(connection, town.settings) == (1, 1)
        connection.rollback()
    assert (town.waiting(), town.notices()) == (1, [])
    assert relay_all(town.engine, town.settings) == 1


def test_event_of_a_slow_transaction_is_not_passed_over(town):
    """Its number is lower than those of events that were committed, and relayed, before it."""
    town.channel("json://one.example")
    with transaction(town.engine) as slow:
        report = IssueReport(text="x", source="t", building_id="B1", reported_at=datetime.now(UTC))
        record(slow, report, settings=town.settings, actor=SYSTEM)
        later = town.report()
        assert relay_all(town.engine, town.settings) == 1
    assert relay_all(town.engine, town.settings) == 1
    assert later
    assert town.waiting() == 0


def test_webhook_is_told_of_its_own_area_and_nothing_private(town):
    text_, name, phone = "旧水管漏水，打14200000001找周小七", "周小七", "14200000001"
    with transaction(town.engine) as connection:
        add_webhook(connection, name="市平台", url="https://one.example/in", area_code="999119003", actor=SYSTEM)
        connection.execute(
            text("INSERT INTO area (code, name, level, time_zone) VALUES ('7', '远区', 'district', 'UTC')")
        )
        add_webhook(connection, name="远平台", url="https://far.example/in", area_code="7", actor=SYSTEM)
    issue_id = town.report(text=text_, reporter_name=name, reporter_phone=phone)
    relay_all(town.engine, town.settings)
    ((body, event),) = town.notices(notice.c.body, notice.c.event)
    told = json.loads(body)
    assert (event, told["type"]) == ("reported", "issue.reported")
    assert told["data"]["issue_id"] == str(issue_id)
    assert told["data"]["place"] == "梨园1栋"
    assert not [each for each in (name, phone, "旧水管", "赵一") if each in body]


def test_outbox_holds_nothing_but_numbers():
    assert [column.name for column in outbox.columns] == ["event_id"]
