"""Who has reported by chat hears how far it is, and has the last word; nobody else hears anything."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from gis.storage.session import transaction
from gis.storage.tables import message as came_by
from tests.api.wechat.platform import message, number


def status(admin, matter):
    return admin.get(f"/api/issues/{matter}").json()["status"]


def test_answer_to_a_report_says_how_to_ask(say):
    words = say(Content="梨园1栋路灯不亮")
    assert f"进度 {number(words)}" in words


def test_reporter_hears_the_stage_and_then_the_answer(say, matter, take_step):
    assert "网民呼叫" in say(Content=f"进度 {matter}")
    take_step(matter, "accepted")
    assert "网格快反" in say(Content="进度")
    take_step(matter, "resolved", answer="换了灯泡，电话 13812345678", settled_at="格")
    told = say(Content=f"查询{matter}")
    assert "换了灯泡" in told
    assert "13812345678" not in told
    assert f"满意 {matter}" in told


def test_asking_is_no_report(say, matter, matters):
    before = matters()
    for words in ("进度", f"进度 {matter}", "进度 999999999", "满意", f"没解决 {matter}"):
        say(Content=words)
    assert matters() == before


def test_somebody_else_is_told_the_same_as_of_a_number_that_there_is_not(platform, matter):
    def told(words):
        return platform.told(platform.post(message(sender="oStranger", Content=words)), sender="oStranger")

    assert told(f"进度 {matter}") == told("进度 999999999") == told(f"满意 {matter}") == "这里没有您反映的这件事项。"


@pytest.mark.parametrize("words", ["满意", "确认 {matter}"])
def test_reporter_s_word_closes_what_is_resolved(say, admin, resolved, words):
    body = words.format(matter=resolved)
    assert "已办结" in say(Content=body)
    assert status(admin, resolved) == "closed"
    assert admin.get(f"/api/issues/{resolved}").json()["confirmation"] == "reporter"


@pytest.mark.parametrize(
    ("words", "note"), [("没解决", "反映人表示没有解决"), ("不满意 {matter} 晚上又不亮了", "晚上又不亮了")]
)
def test_reporter_s_objection_takes_it_up_again_with_the_reason(say, admin, resolved, words, note):
    assert "网格快反" in say(Content=words.format(matter=resolved))
    assert status(admin, resolved) == "accepted"
    last = admin.get(f"/api/issues/{resolved}").json()["events"][-1]
    assert last["detail"]["note"] == note


def test_objection_reopens_what_silence_has_closed(say, admin, resolved, take_step):
    take_step(resolved, "closed", confirmation="reporter")
    say(Content=f"没解决 {resolved} 又坏了")
    assert status(admin, resolved) == "accepted"


def test_what_is_added_to_a_matter_in_work_is_in_its_history(platform, sender, admin, matter, take_step):
    take_step(matter, "accepted")
    body = message(sender=sender, Content=f"没解决 {matter} 还在漏，电话 13812345678")
    first, again = (platform.told(platform.post(body), sender=sender) for _ in range(2))
    assert first == again
    assert "网格快反" in first
    added = [each for each in admin.get(f"/api/issues/{matter}").json()["events"] if each["kind"] == "added"]
    assert [each["detail"]["note"] for each in added] == ["还在漏，电话 138****5678"]
    assert status(admin, matter) == "accepted"


def test_word_that_could_mean_two_changes_none(say, admin, resolved, take_step):
    other = number(say(Content="梨园1栋电梯坏了"))
    take_step(other, "accepted")
    take_step(other, "resolved", answer="修好了", settled_at="格")
    told = say(Content="满意")
    assert f"满意 {resolved}" in told
    assert f"满意 {other}" in told
    assert {status(admin, each) for each in (resolved, other)} == {"resolved"}


def test_message_that_is_sent_again_is_answered_alike_and_done_once(platform, sender, admin, resolved):
    body = message(sender=sender, Content=f"没解决 {resolved}")
    first, again = (platform.told(platform.post(body), sender=sender) for _ in range(2))
    assert first == again
    kinds = [each["detail"].get("step") for each in admin.get(f"/api/issues/{resolved}").json()["events"]]
    assert kinds.count("reopen") == 1


def test_nobody_is_known_any_more_once_the_hash_is_gone(say, matter, town_engine):
    with transaction(town_engine) as connection:
        connection.execute(update(came_by).where(came_by.c.issue_id == matter).values(sender_digest=None))
    assert say(Content=f"进度 {matter}") == "这里没有您反映的这件事项。"


def test_picture_behind_a_text_is_no_second_report(say, matter, admin):
    say("image", PicUrl="x", MediaId="media-3")
    kinds = [each["kind"] for each in admin.get(f"/api/issues/{matter}").json()["events"]]
    assert (kinds.count("reported"), kinds[-1]) == (1, "photo_added")
