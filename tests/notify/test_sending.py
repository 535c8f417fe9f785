"""One notice to one address: handed over, refused, tried again, given up, looked at by a person."""

from __future__ import annotations

import logging
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from gis.actor import SYSTEM
from gis.errors import Conflict, NotFound
from gis.notify import handing, sending
from gis.notify.channels import delete_channel, switch_channel, try_channel
from gis.notify.notices import NoticeFilter, drop, notices, retry
from gis.notify.queue import defer
from gis.notify.relay import relay_all
from gis.notify.sender import Sender, Sent
from gis.notify.sending import FIRST_WAIT, JITTER, MOST_TRIES, wait_after
from gis.population.residents import numbers_of
from gis.storage.session import transaction
from gis.storage.tables import notice

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins
NOBODY = "json://127.0.0.1:1/nobody"
"""A port at which nobody listens."""


def test_notice_arrives_in_the_words_of_its_template(town, receiver):
    town.channel(receiver.channel(), "worker", "W1")
    issue_id = town.report(text="旧水管漏水，打14200000001\n@all <at user_id='all'>")
    assert town.send().sent == 1
    (taken,) = receiver.taken
    told = taken.json
    assert told["title"].startswith(f"新事项 #{issue_id}")
    assert "142****0001" in told["message"]
    assert "14200000001" not in told["message"]
    assert "＠all ＜at user_id='all'＞" in told["message"]
    assert f"/issues/{issue_id}" in told["message"]
    assert town.notices() == ["sent"]


def test_what_was_sent_is_not_sent_again(town, receiver):
    town.channel(receiver.channel())
    town.report()
    assert (town.send().sent, town.send().sent) == (1, 0)
    with transaction(town.engine) as connection:  # a job that comes twice, as one of a process that died may
        defer(connection, [1, 1, 1])
    assert town.send() == Sent(0, 0)
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("address", ["refusing", NOBODY])
def test_refusal_is_tried_again_later_and_given_up_in_the_end(town, receiver, address):
    receiver.status = 500
    town.channel(receiver.channel() if address == "refusing" else address)
    town.report()
    for tries in range(1, MOST_TRIES + 1):
        assert town.send().failed == 1
        assert town.send().failed == 0
        assert town.notices(notice.c.tries) == [tries]
        town.make_due()
    assert town.notices(notice.c.state, notice.c.reason) == [("failed", "gave_up")]
    assert town.send().failed == 0


def test_receiver_that_recovers_is_told_once(town, receiver):
    receiver.status = 503
    town.channel(receiver.channel())
    town.report()
    town.send()
    receiver.status = 200
    town.make_due()
    assert town.send().sent == 1
    assert town.notices(notice.c.state, notice.c.tries, notice.c.reason) == [("sent", 2, None)]


@given(tries=st.integers(1, MOST_TRIES), chance=st.floats(0, 1, exclude_max=True))
def test_each_wait_is_twice_the_one_before_and_a_little_off(tries, chance):
    exact = FIRST_WAIT * 2 ** (tries - 1)
    assert exact * (1 - JITTER) <= wait_after(tries, chance=chance) <= exact * (1 + JITTER)
    assert wait_after(tries, chance=0) < exact < wait_after(tries, chance=0.99)


@pytest.mark.parametrize("how", ["late", "broken"])
def test_channel_whose_answer_never_came_is_for_a_person(town, receiver, how):
    """It may have had the message: to send it again could tell it twice."""
    receiver.waits_s, receiver.breaks = (1.0, False) if how == "late" else (0.0, True)
    town.channel(receiver.channel(options="?rto=0.3"))
    town.report()
    assert town.send().failed == 1
    assert town.notices(notice.c.state, notice.c.reason) == [("failed", "unsure")]
    town.make_due()
    assert town.send().failed == 0
    assert len(receiver.taken) == 1


def test_failed_notice_is_retried_by_a_person(town, receiver):
    receiver.breaks = True
    town.channel(receiver.channel())
    town.report()
    town.send()
    receiver.breaks = False
    with transaction(town.engine) as connection:
        retry(connection, 1, actor=SYSTEM)
    assert town.send().sent == 1
    assert town.notices(notice.c.state, notice.c.tries) == [("sent", 1)]
    with transaction(town.engine) as connection:
        for change in (retry, drop):
            with pytest.raises(Conflict):
                change(connection, 1, actor=SYSTEM)
            with pytest.raises(NotFound):
                change(connection, 99, actor=SYSTEM)


def test_failed_notice_is_dropped_by_a_person(town, receiver):
    receiver.breaks = True
    town.channel(receiver.channel())
    town.report()
    town.send()
    with transaction(town.engine) as connection:
        drop(connection, 1, actor=SYSTEM)
        (found,) = notices(connection, NoticeFilter(state="dropped"), limit=5)
    assert (found.to, found.event, found.issue_id) == ("channel", "reported", 1)
    assert town.send().sent == 0


def test_channel_that_was_switched_off_meanwhile_is_not_told(town, receiver):
    made = town.channel(receiver.channel())
    town.report()
    relay_all(town.engine, town.settings)
    with transaction(town.engine) as connection:
        switch_channel(connection, made, on=False, actor=SYSTEM)
    assert town.send().failed == 1
    assert town.notices(notice.c.state, notice.c.reason) == [("failed", "off")]
    assert receiver.taken == []


def test_job_of_a_channel_that_was_deleted_ends(town, receiver):
    made = town.channel(receiver.channel())
    town.report()
    relay_all(town.engine, town.settings)
    with transaction(town.engine) as connection:
        delete_channel(connection, made, actor=SYSTEM)
    assert (town.send().sent, town.notices(), receiver.taken) == (0, [], [])


def test_test_notice_goes_the_same_way_also_to_a_channel_that_is_off(town, receiver):
    made = town.channel(receiver.channel())
    with transaction(town.engine) as connection:
        switch_channel(connection, made, on=False, actor=SYSTEM)
        try_channel(connection, made, actor=SYSTEM)
    assert town.send().sent == 1
    assert receiver.titles() == ["测试通知"]


def test_redirect_is_not_followed(town, receiver):
    receiver.status = 302
    town.channel(receiver.channel())
    town.report()
    assert town.send().failed == 1
    assert [each.path for each in receiver.taken] == ["/bot"]


def test_notice_without_a_job_gets_one(town, receiver):
    """As after an update from a version without the queue, or when its tables were emptied."""
    town.channel(receiver.channel())
    town.report()
    relay_all(town.engine, town.settings)
    with transaction(town.engine) as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
    assert town.send().sent == 1


class Everything(logging.Handler):
    """What somebody is told who wants to know all."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.told = ""

    def emit(self, record):
        self.told += self.format(record)


@pytest.fixture
def everything():
    root, handler = logging.getLogger(), Everything()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def test_nothing_of_an_address_is_logged_or_kept_in_clear(town, receiver, everything, capfd):
    receiver.status = 500
    town.channel(receiver.channel("/geheimnis"))
    town.report()
    town.send()
    told = everything.told + "".join(capfd.readouterr())
    assert "Using selector" in told, "somebody listened"
    assert "geheimnis" not in told
    assert str(receiver.port) not in told
    with transaction(town.engine) as connection:
        for table in ("channel", "notice", "procrastinate_jobs", "audit_log"):
            assert "geheimnis" not in str(connection.execute(text(f"SELECT t::text FROM {table} AS t")).all())


def test_service_relays_and_sends_by_itself(town, receiver):
    town.channel(receiver.channel())
    sender = Sender(town.engine, town.settings, numbers_of)
    sender.start()
    try:
        town.report()
        assert receiver.arrived.wait(15)
        wait_until(lambda: town.notices() == ["sent"])
    finally:
        sender.stop()


def test_sender_stops_at_once_and_before_it_has_begun(town):
    sender = Sender(town.engine, town.settings, numbers_of)
    sender.start()
    began = time.monotonic()
    sender.stop()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("pause_s", [0, 0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3])
def test_sender_stops_while_it_is_still_opening_its_connections(town, pause_s):
    """A stop that came while the queue's connections were being opened never ended."""
    sender = Sender(town.engine, town.settings, numbers_of)
    sender.start()
    time.sleep(pause_s)
    stopping = threading.Thread(target=sender.stop, daemon=True)
    stopping.start()
    stopping.join(15)
    assert not stopping.is_alive()


def test_what_was_said_is_written_down_when_the_database_is_back(town, receiver, monkeypatch):
    """The database goes away between the receiver's answer and the note of it."""
    town.channel(receiver.channel())
    town.report()
    relay_all(town.engine, town.settings)
    away = iter([True, True, False])
    settle = sending._settle

    def while_away(*given):
        if next(away):
            raise sending.Unavailable("away")
        return settle(*given)

    monkeypatch.setattr(sending, "_settle", while_away)
    sending.send_notice(town.engine, town.settings, numbers_of, 1)
    assert town.notices() == ["sent"]


@pytest.mark.parametrize(
    "address", ["syslog://", "dbus://", "gnome://", "nothing", "http://", "file:///etc/passwd", ""]
)
def test_address_that_sends_nowhere_or_to_the_server_itself_is_none(address):
    assert handing.kind_of(address) == ""


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("wecombot://abcdefgh-1234-5678-90ab-cdefghijklmn", "wecombot"),
        ("feishu://abcdef0123456789", "feishu"),
        ("dingtalk://abcdefgh1234567890abcdefgh1234567890", "dingtalk"),
        ("mailto://user:pass@example.com", "mailto"),
        ("jsons://host.example/path", "jsons"),
    ],
)
def test_address_of_a_messenger_is_known(address, kind):
    assert handing.kind_of(address) == kind


def wait_until(condition, *, most_s=15.0):
    until = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
