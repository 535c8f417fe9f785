"""Signed messages to other systems: genuine or not, once or again, and their secrets over time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from gis.actor import SYSTEM
from gis.errors import Denied, InvalidInput, NotFound
from gis.notify import handing
from gis.notify.signing import TOLERANCE_S, checked_id, new_secret, signed_headers
from gis.notify.webhooks import add_webhook, delete_webhook, renew_secret, switch_webhook, try_webhook, webhooks
from gis.storage.session import transaction
from gis.storage.tables import notice

NOW_S = 1_780_000_000


def is_genuine(taken, secret):
    """The check as a receiver writes it from the scheme's description, without anything of ours."""
    signed = b".".join([taken.headers["webhook-id"].encode(), taken.headers["webhook-timestamp"].encode(), taken.body])
    key = base64.b64decode(secret.split("_", 1)[1])
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(taken.headers["webhook-timestamp"])) < TOLERANCE_S
    return fresh and wanted in taken.headers["webhook-signature"].split(" ")


@pytest.fixture
def hook(town, receiver):
    """A webhook: its id and secret."""
    with transaction(town.engine) as connection:
        return add_webhook(connection, name="市平台", url=receiver.url(), actor=SYSTEM)


def renewed(town, hook_id):
    with transaction(town.engine) as connection:
        return renew_secret(connection, hook_id, actor=SYSTEM)


def test_message_is_genuine_to_who_has_the_secret_only(town, receiver, hook):
    town.report()
    town.send()
    (taken,) = receiver.taken
    assert is_genuine(taken, hook[1])
    assert not is_genuine(taken, new_secret())
    assert not is_genuine(taken._replace(body=taken.body.replace(b"1", b"2", 1)), hook[1])
    assert taken.json["type"] == "issue.reported"


def test_message_that_is_tried_again_keeps_its_id_and_gets_a_new_time(town, receiver, hook, monkeypatch):
    receiver.status = 500
    town.report()
    town.send()
    town.make_due()
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + 7)
    town.send()
    first, second = (each.headers for each in receiver.taken)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) >= 6
    assert first["webhook-signature"] != second["webhook-signature"]


def test_secret_is_changed_without_a_message_that_nobody_accepts(town, receiver, hook):
    hook_id, old = hook
    new = renewed(town, hook_id)
    town.report()
    town.send()
    assert [is_genuine(receiver.taken[0], each) for each in (old, new)] == [True, True]
    with transaction(town.engine) as connection:
        connection.execute(text("UPDATE webhook SET old_secret_until = now()"))
    town.report()
    town.send()
    assert [is_genuine(receiver.taken[1], each) for each in (old, new)] == [False, True]
    newest = renewed(town, hook_id)
    town.report()
    town.send()
    assert [is_genuine(receiver.taken[2], each) for each in (old, new, newest)] == [False, True, True]


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_redirect_and_refusal_are_tried_again_and_not_followed(town, receiver, hook, status):
    receiver.status = status
    town.report()
    assert town.send().failed == 1
    assert town.notices(notice.c.state, notice.c.reason) == [("waiting", "refused")]
    assert [each.path for each in receiver.taken] == ["/hook"]


def test_answer_that_never_came_is_tried_again_because_its_receiver_knows_the_id(town, receiver, hook, monkeypatch):
    monkeypatch.setattr(handing, "ANSWER_S", 0.3)
    receiver.waits_s = 1.0
    town.report()
    assert town.send().failed == 1
    receiver.waits_s = 0.0
    town.make_due()
    assert town.send().sent == 1
    assert len({each.headers["webhook-id"] for each in receiver.taken}) == 1


def test_test_message_goes_also_to_a_webhook_that_is_off(town, receiver, hook):
    hook_id, secret = hook
    with transaction(town.engine) as connection:
        switch_webhook(connection, hook_id, on=False, actor=SYSTEM)
        try_webhook(connection, hook_id, actor=SYSTEM)
    town.report()
    assert town.send().sent == 1
    assert is_genuine(receiver.taken[0], secret)
    assert receiver.taken[0].json["type"] == "test"


def test_secrets_and_addresses_are_not_in_the_database_in_clear(town, receiver, hook):
    with transaction(town.engine) as connection:
        dump = str(connection.execute(text("SELECT w::text FROM webhook AS w")).all())
        told = repr(webhooks(connection))
        log = str(connection.execute(text("SELECT a::text FROM audit_log AS a")).all())
    for secret in (hook[1], hook[1].removeprefix("whsec_"), receiver.url(), str(receiver.port)):
        assert secret not in dump + told + log


def test_webhook_is_deleted_with_what_waits_for_it(town, receiver, hook):
    with transaction(town.engine) as connection:
        try_webhook(connection, hook[0], actor=SYSTEM)
        delete_webhook(connection, hook[0], actor=SYSTEM)
        for change in (delete_webhook, renew_secret, try_webhook):
            with pytest.raises(NotFound):
                change(connection, hook[0], actor=SYSTEM)
    town.send()
    assert receiver.taken == []


def test_all_faults_of_a_webhook_are_told_at_once(town):
    with pytest.raises(InvalidInput) as refused, transaction(town.engine) as connection:
        add_webhook(connection, name=" ", url="ftp://x", area_code="none", events=["nothing"], actor=SYSTEM)
    assert {fault.where for fault in refused.value.faults} == {"name", "url", "area", "events"}


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "//x", "ftp://x/", "http://", "http://u:p@x/", "http://x/#a", "http://x/ y", "http://a\nb/"],
)
def test_address_that_is_none_is_refused(url):
    assert handing.faults_of_url(url)


@pytest.mark.parametrize(
    "url", ["https://x.example", "https://x.example/a?b=c", "http://10.0.0.5:8080/in", "http://[::1]/"]
)
def test_address_of_a_system_is_taken(url):
    assert not handing.faults_of_url(url)


@given(body=st.binary(max_size=200), id=st.text("abcDEF_019", min_size=1, max_size=30))
def test_what_was_signed_is_checked(body, id):
    secret = new_secret()
    headers = signed_headers(body, id=id, at_s=NOW_S, valid=[secret])
    assert checked_id(headers, body, secret=secret, now_s=NOW_S) == id
    with pytest.raises(Denied):
        checked_id(headers, body + b"x", secret=secret, now_s=NOW_S)
    with pytest.raises(Denied):
        checked_id(headers, body, secret=new_secret(), now_s=NOW_S)
    with pytest.raises(Denied):
        checked_id({**headers, "webhook-id": id + "x"}, body, secret=secret, now_s=NOW_S)


@pytest.mark.parametrize("off_s", [-TOLERANCE_S - 1, TOLERANCE_S + 1, 10**8])
def test_message_of_another_time_is_refused(off_s):
    secret = new_secret()
    headers = signed_headers(b"x", id="m", at_s=NOW_S, valid=[secret])
    with pytest.raises(Denied):
        checked_id(headers, b"x", secret=secret, now_s=NOW_S + off_s)
    checked_id(headers, b"x", secret=secret, now_s=NOW_S + (TOLERANCE_S if off_s > 0 else -TOLERANCE_S))


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,Ω v1,???? v2,AAAA ,"},
        {"webhook-timestamp": "²"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-timestamp": "-1"},
        {"webhook-id": ""},
    ],
)
def test_headers_that_make_no_sense_are_refused(changed):
    secret = new_secret()
    headers = signed_headers(b"x", id="m", at_s=NOW_S, valid=[secret]) | changed
    with pytest.raises(Denied):
        checked_id(headers, b"x", secret=secret, now_s=NOW_S)


def test_message_that_is_sent_again_by_somebody_is_known_by_its_id(town, receiver, hook):
    """A receiver keeps the ids of the minutes in which a timestamp holds."""
    town.report()
    town.send()
    seen: set[str] = set()

    def accept(taken):
        id = checked_id(taken.headers, taken.body, secret=hook[1], now_s=int(time.time()))
        new = id not in seen
        seen.add(id)
        return new

    assert accept(receiver.taken[0])
    assert not accept(receiver.taken[0])
    assert json.loads(receiver.taken[0].body)
