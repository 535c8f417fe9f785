"""What the crash drill looks at finds what it is there to find: an event that somebody was not told of, or twice."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, insert, select, update

from benchmarks.told import DRILL, HOOK, faults_of_notices
from gis.actor import SYSTEM
from gis.notify.webhooks import add_webhook
from gis.storage.session import OWNER, transaction
from gis.storage.tables import channel, notice

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # Apprise looks for it as it loads its plugins


@pytest.fixture
def told(town, receiver):
    """A matter of which a worker, a group and another system were told; gives what is found wrong then."""
    for scope, whom in (("worker", "W1"), ("group", "QA")):
        town.channel(receiver.channel(f"/{scope}/{whom}"), scope, whom)
    with transaction(town.engine) as connection:
        connection.execute(update(channel).values(name=func.concat("/", func.replace(channel.c.name, " ", "/"))))
        add_webhook(connection, name="市平台", url=receiver.url(HOOK), actor=SYSTEM)
    matter = town.report(external_id=f"{DRILL}1", group="QA")
    town.step(matter, "accepted")
    town.send()
    url = town.engine.url.set(username=OWNER, drivername="postgresql").render_as_string(hide_password=False)
    return lambda: faults_of_notices(url, receiver.taken)


def change(town, statement):
    with transaction(town.engine) as connection:
        connection.execute(statement)


def of(path):
    return notice.c.channel_id == select(channel.c.id).where(channel.c.name == path).scalar_subquery()


def test_all_is_well_where_everybody_was_told_once(town, told, receiver):
    assert told() == []
    assert town.notices(notice.c.event) == ["reported", "reported", "reported", "accepted", "accepted"]
    assert len(receiver.taken) == 5


def test_notice_that_is_missing_is_found(town, told):
    change(town, delete(notice).where(of("/worker/W1")))
    missing, arrived = told()
    assert missing.endswith("(reported) to /worker/W1: 0 notices")
    assert arrived.startswith("arrived at /worker/W1 without a notice")


def test_notice_that_is_doubled_is_found(town, told):
    kept = [each for each in notice.c if each.name not in ("id", "address_digest")]
    again = select(*kept).where(of("/worker/W1"))
    change(town, insert(notice).from_select([each.name for each in kept], again))
    doubled, *_ = told()
    assert doubled.endswith("(reported) to /worker/W1: 2 notices")


def test_message_that_came_twice_or_never_is_found(told, receiver):
    taken = list(receiver.taken)
    (heard,) = [each for each in taken if each.path == "/worker/W1"]
    receiver.taken.append(heard)
    assert [each.endswith("to /worker/W1: arrived 2 times") for each in told()] == [True]
    receiver.taken[:] = [each for each in taken if each is not heard]
    assert [each.endswith("to /worker/W1: arrived 0 times") for each in told()] == [True]


def test_event_that_another_system_cannot_know_for_the_same_is_found(told, receiver):
    hooked = next(each for each in receiver.taken if each.path == HOOK)
    receiver.taken.append(hooked)
    assert told() == []  # the same id: a repetition that it knows
    receiver.taken.append(hooked._replace(headers=hooked.headers | {"webhook-id": "msg_another"}))
    assert [each.endswith("to /hook: arrived 2 times") for each in told()] == [True]


@pytest.mark.parametrize(("state", "reason"), [("waiting", None), ("failed", "gave_up")])
def test_notice_that_is_still_on_its_way_is_found(town, told, state, reason):
    changed = {"state": state, "reason": reason, "sent_at": None}
    change(town, update(notice).where(of("/group/QA"), notice.c.event == "accepted").values(changed))
    assert [f"to /group/QA: {state}" in each for each in told()] == [True]


def test_who_was_not_to_be_told_is_found(town, told):
    change(town, update(channel).where(channel.c.name == "/group/QA").values(events=["closed"]))
    assert [each.endswith("to /group/QA: not to be told") for each in told()] == [True, True]
