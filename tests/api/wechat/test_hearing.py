"""An answer reaches its reporter in the next reply, once; the reporter's word is taken in the forms that people use."""

from __future__ import annotations

import pytest

from tests.api.wechat.platform import IN_G2, at, message, number


@pytest.fixture
def settle(take_step):
    def settle(matter, answer="修好了"):
        take_step(matter, "accepted")
        take_step(matter, "resolved", answer=answer, settled_at="格")

    return settle


@pytest.fixture
def found(admin):
    def find(matter):
        return admin.get(f"/api/issues/{matter}").json()

    return find


@pytest.mark.parametrize("words", ["{}", "事项 {}", "“进度 {}”", "进度 {} 谢谢", "进度 {}?", "{} 进度"])
def test_asking_in_other_words_is_no_report(say, matter, matters, words):
    before = matters()
    assert f"事项 {matter}：网民呼叫" in say(Content=words.format(matter))
    assert matters() == before


@pytest.mark.parametrize("words", ["满意 {} 谢谢", "满意！", "满意，谢谢", "{}满意"])
def test_confirming_in_other_words_closes(say, found, resolved, matters, words):
    before = matters()
    say(Content=words.format(resolved))
    assert (matters(), found(resolved)["status"]) == (before, "closed")


def test_reason_without_a_number_objects_to_the_one_that_is_resolved(say, found, resolved, matters):
    before = matters()
    say(Content="没解决，WiFi（Ａ栋）还不通")
    assert (matters(), found(resolved)["status"]) == (before, "accepted")
    reopened = next(each for each in found(resolved)["events"] if each["detail"].get("step") == "reopen")
    assert reopened["detail"]["note"] == "WiFi（Ａ栋）还不通"


@pytest.mark.parametrize("words", ["没解决，3栋还在漏", "1203", "13812345678"])
def test_what_fits_no_matter_of_the_own_is_a_report(say, matter, matters, words):
    before = matters()
    assert "回复“进度" in say(Content=words)
    assert matters() == before + 1


def test_number_of_somebody_else_s_matter_tells_nothing(platform, resolved, found):
    def told(words):
        return platform.told(platform.post(message(sender="oOther", Content=words)), sender="oOther")

    assert "换了灯泡" not in told(f"{resolved}")
    assert told(f"没解决 {resolved} 还在漏") == told("没解决 999999999 还在漏") == "这里没有您反映的这件事项。"
    assert found(resolved)["status"] == "resolved"


@pytest.mark.parametrize(
    "next_message",
    [
        {"Content": "梨园1栋电梯坏了"},
        {"kind": "image", "PicUrl": "x", "MediaId": "media-9"},
        {"kind": "location", **at(*IN_G2)},
        {"kind": "voice", "MediaId": "1"},
        {"Content": "进度 999999999"},
    ],
)
def test_any_message_is_answered_with_what_its_sender_was_not_told_yet_and_once(say, found, resolved, next_message):
    told = say(**next_message)
    assert f"事项 {resolved}：已解决" in told
    assert "换了灯泡" in told
    assert f"满意 {resolved}" in told
    assert [each["kind"] for each in found(resolved)["events"]].count("told") == 1
    assert "换了灯泡" not in say(**next_message)


def test_page_of_the_matter_says_that_its_reporter_was_told(say, resolved, client_for):
    page = client_for("admin", browser=True)
    assert "已告知反映人" not in page.get(f"/issues/{resolved}").text
    say(Content="进度")
    assert "已告知反映人" in page.get(f"/issues/{resolved}").text


def test_somebody_else_is_not_told_the_answer(platform, resolved):
    answer = platform.post(message(sender="oOther", Content="梨园1栋电梯坏了"))
    assert "换了灯泡" not in platform.told(answer, sender="oOther")


def test_message_that_is_sent_again_is_told_the_answer_again(platform, sender, resolved, found):
    body = message(sender=sender, Content="梨园1栋电梯坏了")
    first, again = (platform.told(platform.post(body), sender=sender) for _ in range(2))
    assert "换了灯泡" in first
    assert first == again
    assert [each["kind"] for each in found(resolved)["events"]].count("told") == 1


def test_what_was_asked_for_is_not_told_again(say, resolved):
    assert "换了灯泡" in say(Content=f"进度 {resolved}")
    assert "换了灯泡" not in say(Content="梨园1栋电梯坏了")


def test_new_answer_is_told_after_an_objection_and_the_old_one_no_more(say, resolved, take_step):
    assert "换了灯泡" not in say(Content=f"没解决 {resolved}")
    assert "换了灯泡" not in say(Content="梨园1栋电梯坏了")
    take_step(resolved, "resolved", answer="换了线路", settled_at="格")
    assert "换了线路" in say(Content="梨园1栋楼道有垃圾")


def test_who_reported_a_duplicate_is_told_the_answer(platform, say, take_step, settle):
    first = number(platform.told(platform.post(message(sender="oFirst", Content="梨园1栋路灯不亮")), sender="oFirst"))
    second = number(say(Content="梨园1栋路灯不亮了"))
    take_step(second, "merged", into=str(first))
    settle(first, "一并换了")
    assert "一并换了" in say(Content="梨园1栋电梯坏了")


def test_word_means_none_where_an_older_one_is_resolved_too(say, found, resolved, settle):
    others = [number(say(Content=f"梨园1栋第{n}件事")) for n in range(5)]
    settle(others[-1])
    told = say(Content="满意")
    assert {found(each)["status"] for each in (resolved, others[-1])} == {"resolved"}
    assert f"满意 {resolved}" in told
    assert f"满意 {others[-1]}" in told


def test_word_means_the_only_one_however_old(say, found, resolved):
    for n in range(5):
        say(Content=f"梨园1栋第{n}件事")
    say(Content="满意")
    assert found(resolved)["status"] == "closed"


@pytest.mark.parametrize("words", ["没解决 {}", "没解决 {} 还在漏"])
def test_objection_that_is_sent_again_later_does_nothing(platform, sender, found, resolved, take_step, words):
    body = message(sender=sender, Content=words.format(resolved))
    platform.post(body)
    take_step(resolved, "resolved", answer="又修了", settled_at="格")
    platform.post(body)
    assert found(resolved)["status"] == "resolved"


def test_confirmation_of_what_is_open_closes_nothing_when_it_is_sent_again(platform, sender, found, matter, settle):
    body = message(sender=sender, Content="满意")
    platform.post(body)
    settle(matter)
    platform.post(body)
    assert found(matter)["status"] == "resolved"


def test_long_answers_are_cut_to_what_the_platforms_deliver(say, settle):
    mine = [number(say(Content=f"梨园1栋第{n}件事")) for n in range(6)]
    for each in mine:
        settle(each, "已" * 4000)
    told = say(Content="进度")
    assert len(told.encode()) <= 2048
    assert told.count("已解决") == 5
    alone = say(Content=f"进度 {mine[0]}")
    assert len(alone.encode()) <= 2048
    assert "已" * 500 + "…" in alone
