"""Hostile XML and words."""

from __future__ import annotations

import time

import pytest

from tests.api.wechat.platform import (
    number,
    xml,
)

BOMB = """<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xml><FromUserName>&b;</FromUserName></xml>"""
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        OUTSIDE,
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>',
        "",
        "{}",
        "<xml>",
        "<xml></xml>",
        '<?xml version="1.0" encoding="nonsense"?><xml/>',
        "<xml>" + "x" * 70_000 + "</xml>",
        "<xml>" + "<a>" * 20_000,
        "<xml>" + "<a>" * 9_000 + "</a>" * 9_000 + "</xml>",
        xml(FromUserName="a", ToUserName="b", MsgType="location", MsgId=1, Location_X="x", Location_Y="1"),
        xml(FromUserName="a", ToUserName="b", MsgType="text", Content="x", MsgId="9" * 201),
        xml(FromUserName="a", ToUserName="b", MsgType="text", Content="x"),
    ],
)
def test_hostile_body_is_refused(plain, wechat, body):
    answer = plain.post(body)
    assert answer.status_code == 422
    assert "root:" not in answer.text
    assert plain.client.post(plain.path, params=plain.query(), content=body.encode()).status_code == 422
    assert wechat.post(body).status_code in (403, 422)


def test_words_of_a_resident_are_words(say, admin):
    hostile = "</Content><script>alert(1)</script>&amp;' OR 1=1 --"
    found = admin.get(f"/api/issues/{number(say(Content=hostile))}").json()
    assert found["text"] == hostile


def test_time_that_cannot_be_is_now(say, admin):
    for created in (1, 99_999_999_999, "x"):
        found = admin.get(f"/api/issues/{number(say(Content='路灯不亮', CreateTime=created))}").json()
        assert found["reported_at"][:4] == time.strftime("%Y", time.gmtime())
