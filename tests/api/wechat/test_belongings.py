"""What the same person sends soon after a matter belongs to it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from gis.crs import from_wgs84
from gis.storage.session import transaction
from gis.storage.tables import message as came_by
from tests.api.wechat.platform import (
    APP_ID,
    IN_G2,
    WECHAT,
    Platform,
    at,
    message,
    number,
)


def test_location_pins_the_matter_that_had_no_place(say, admin):
    words = say(Content="这里太吵了")
    assert "地点尚不确定" in words
    told = say("location", **at(*IN_G2))
    assert number(told) == number(words)
    assert "G2网格" in told
    found = admin.get(f"/api/issues/{number(words)}").json()
    assert found["grid"]["code"] == "G2"
    assert (found["location"]["lon"], found["location"]["lat"]) == pytest.approx(IN_G2, abs=1e-6)


def test_location_sent_again_pins_once(platform, sender, admin):
    platform.post(message(sender=sender, Content="这里太吵了"))
    body = message("location", sender=sender, **at(*IN_G2))
    first, again = (platform.told(platform.post(body), sender=sender) for _ in range(2))
    assert first == again
    kinds = [each["kind"] for each in admin.get(f"/api/issues/{number(first)}").json()["events"]]
    assert kinds == ["reported", "located"]


def test_location_moves_no_matter_that_has_a_place(say, admin):
    words = say(Content="梨园1栋电梯坏了")
    assert number(say("location", **at(*IN_G2))) == number(words)
    assert admin.get(f"/api/issues/{number(words)}").json()["grid"]["code"] == "G1"


def test_location_of_another_person_pins_nothing(platform, admin):
    words = platform.told(platform.post(message(sender="oA", Content="这里太吵了")), sender="oA")
    answer = platform.told(platform.post(message("location", sender="oB", **at(*IN_G2))), sender="oB")
    assert "请先用文字说明" in answer
    assert admin.get(f"/api/issues/{number(words)}").json()["grid"] is None


def test_location_that_comes_too_late_pins_nothing(say, town_engine, admin):
    issue_id = number(say(Content="这里太吵了"))
    with transaction(town_engine) as connection:
        for table, column in (("message", "at"), ("issue", "recorded_at")):
            which = "issue_id" if table == "message" else "id"
            connection.execute(
                text(f"UPDATE {table} SET {column} = now() - interval '11 minutes' WHERE {which} = :id"),
                {"id": issue_id},
            )
    assert "请先用文字说明" in say("location", **at(*IN_G2))
    assert admin.get(f"/api/issues/{issue_id}").json()["grid"] is None


def test_location_that_cannot_be_leaves_the_matter_to_a_person(say, admin):
    issue_id = number(say(Content="这里太吵了"))
    assert "地点尚不确定" in say("location", Location_X=107.0015, Location_Y=29.0005)
    assert "地点尚不确定" in say("location", Location_X=0, Location_Y=0)
    assert admin.get(f"/api/issues/{issue_id}").json()["grid"] is None


def test_position_that_a_phone_sends_by_itself_is_wgs84(say, admin):
    issue_id = number(say(Content="这里太吵了"))
    say("event", Event="LOCATION", Latitude=IN_G2[1], Longitude=IN_G2[0], Precision=20.0)
    found = admin.get(f"/api/issues/{issue_id}").json()
    assert (found["location"]["lon"], found["location"]["lat"]) == pytest.approx(IN_G2, abs=1e-9)


def test_datum_of_a_source_is_a_setting(service, sender, admin):
    datums = {"wechat": "wgs84", "wechat_event": "bd09"}
    platform = Platform(service(**WECHAT, source_datums=datums), "/wechat/callback", APP_ID, sealed=False)
    x, y = from_wgs84(*IN_G2, datum="bd09")
    for fields in (
        {"kind": "location", **at(*IN_G2, "wgs84")},
        {"kind": "event", "Event": "LOCATION", "Latitude": y, "Longitude": x},
    ):
        issue_id = number(platform.told(platform.post(message(sender=sender, Content="这里太吵了")), sender=sender))
        platform.post(message(sender=sender, **fields))
        place = admin.get(f"/api/issues/{issue_id}").json()["location"]
        assert (place["lon"], place["lat"]) == pytest.approx(IN_G2, abs=1e-6)


def test_datum_that_is_not_known_pins_nothing(service, sender, admin):
    client = service(**WECHAT, source_datums={"wechat": "unknown"})
    platform = Platform(client, "/wechat/callback", APP_ID, sealed=False)
    issue_id = number(platform.told(platform.post(message(sender=sender, Content="这里太吵了")), sender=sender))
    platform.post(message("location", sender=sender, **at(*IN_G2)))
    assert admin.get(f"/api/issues/{issue_id}").json()["grid"] is None


def test_phone_that_speaks_by_itself_in_vain_is_not_answered(platform, sender):
    answer = platform.post(message("event", sender=sender, Event="LOCATION", Latitude=29.0, Longitude=107.0))
    assert (answer.status_code, answer.content) == (200, b"")


def test_position_after_another_that_pinned_is_not_answered(say, platform, sender):
    say(Content="这里太吵了")
    event = {"Event": "LOCATION", "Latitude": IN_G2[1], "Longitude": IN_G2[0]}
    assert "G2网格" in say("event", **event)
    assert platform.post(message("event", sender=sender, **event)).content == b""


def test_image_is_noted_with_its_id_and_not_fetched(say, town_engine, admin):
    issue_id = number(say("image", PicUrl="http://127.0.0.1:1/x.jpg", MediaId="media-1"))
    assert admin.get(f"/api/issues/{issue_id}").json()["text"] == "[图片]"
    with transaction(town_engine) as connection:
        media = connection.scalar(select(came_by.c.media).where(came_by.c.issue_id == issue_id))
    assert media == "media-1"


def test_image_after_a_text_belongs_to_its_matter(say, admin):
    issue_id = number(say(Content="长坡1栋外墙脱落"))
    assert number(say("image", PicUrl="x", MediaId="media-2")) == issue_id
    event = admin.get(f"/api/issues/{issue_id}").json()["events"][-1]
    assert event["detail"] == {"note": "[图片]", "media": "media-2"}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("voice", {"MediaId": "1"}),
        ("event", {"Event": "subscribe"}),
        ("text", {"Content": "   "}),
        ("location", {"Location_X": 29.0, "Location_Y": 107.0}),
    ],
)
def test_what_is_no_report_is_answered_with_how_to_report(platform, sender, kind, fields, matters):
    before = matters()
    answer = platform.post(message(kind, sender=sender, **fields))
    if kind == "event":
        assert answer.content == b""
    else:
        assert "请先用文字说明" in platform.told(answer, sender=sender)
    assert matters() == before


def test_closed_matter_is_not_the_last_one(say, town_engine):
    issue_id = number(say(Content="这里太吵了"))
    with transaction(town_engine) as connection:
        connection.execute(text("UPDATE issue SET status = 'withdrawn' WHERE id = :id"), {"id": issue_id})
    assert "请先用文字说明" in say("location", **at(*IN_G2))


def test_answer_in_the_language_of_the_service(service, sender):
    client = service(**WECHAT, language="en")
    platform = Platform(client, "/wechat/callback", APP_ID, sealed=False)
    told = platform.told(platform.post(message(sender=sender, Content="长坡1栋漏水")), sender=sender)
    assert "was passed on to G2网格" in told
