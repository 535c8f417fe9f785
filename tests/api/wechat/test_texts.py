"""A text becomes a matter, once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text

from gis.storage.session import transaction
from gis.storage.tables import message as came_by
from tests.api.wechat.platform import (
    APP_ID,
    Platform,
    message,
    number,
)


def test_text_becomes_a_matter_and_its_number_the_answer(say, admin, platform):
    words = say(Content="长坡1栋楼道灯不亮了")
    found = admin.get(f"/api/issues/{number(words)}").json()
    assert found["text"] == "长坡1栋楼道灯不亮了"
    assert found["grid"]["code"] == "G2"
    assert found["source"] == platform.path.split("/")[1]
    assert "G2网格" in words
    assert found["events"][0]["actor"] == found["source"]


def test_answer_comes_in_time(say):
    begun = time.monotonic()
    say(Content="长坡1栋楼道灯不亮了")
    assert time.monotonic() - begun < 5


def test_compatible_mode_is_believed_for_what_is_sealed_only(wechat, sender, admin):
    body = message(sender=sender, Content="垃圾没人收")
    for beside in (body, body.replace("垃圾没人收", "别的")):
        answer = wechat.post(body, beside=beside)
        found = admin.get(f"/api/issues/{number(wechat.told(answer, sender=sender))}").json()
        assert found["text"] == "垃圾没人收"


def test_plain_message_is_refused_where_messages_are_sealed(wechat):
    body = message(Content="没有密封")
    bare = Platform(wechat.client, wechat.path, APP_ID, sealed=False)
    assert bare.post(body).status_code == 403


def test_nothing_of_the_sender_is_kept_but_a_keyed_hash(say, sender, town_engine):
    issue_id = number(say(Content="路灯不亮"))
    with transaction(town_engine) as connection:
        kept = connection.execute(select(came_by).where(came_by.c.issue_id == issue_id)).one()
        rows = connection.execute(text("SELECT row_to_json(issue)::text FROM issue WHERE id = :id"), {"id": issue_id})
        assert sender not in rows.scalar_one()
    assert len(kept.sender_digest) == 32
    assert sender.encode() not in kept.sender_digest


def test_message_sent_again_is_answered_with_the_first(platform, sender, matters):
    body = message(sender=sender, Content="水管漏水")
    first = platform.told(platform.post(body), sender=sender)
    before = matters()
    assert platform.told(platform.post(body), sender=sender) == first
    assert matters() == before


def test_retries_at_the_same_time_make_one_matter(platform, sender, matters):
    body = message(sender=sender, Content="水管又漏水")
    before = matters()
    with ThreadPoolExecutor(4) as threads:
        answers = [each.result() for each in [threads.submit(platform.post, body) for _ in range(4)]]
    assert len({platform.told(answer, sender=sender) for answer in answers}) == 1
    assert matters() == before + 1


def test_same_id_on_two_platforms_is_two_matters(wechat, wecom, sender):
    body = message(sender=sender, Content="路灯不亮")
    assert wechat.told(wechat.post(body), sender=sender) != wecom.told(wecom.post(body), sender=sender)
