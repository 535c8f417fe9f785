"""`q`: words, a place, a grid, a number, and a person for who may see persons in clear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

_phones = count(13800010000)
HALF = "\ud800-\udfff\x00"


@pytest.fixture
def matters(report: Callable[..., Any]) -> None:
    report("一 楼道的电梯又坏了", building_id="B1")
    report("二 电梯口堆满纸板", building_id="B3")
    report("三 梨园门口路灯不亮 Lamp ＡＢＣ")
    report("四 漏水", building_id="B2", external_id="HOT-2024-17")
    report("五 漏水", location={"lon": 107.0025, "lat": 29.0005})


@pytest.fixture
def found(client_for: Callable[..., Any], source: str) -> Callable[..., str]:
    """The first characters of what a role finds, in order."""

    def find(q: str, role: str = "admin", **asked: str) -> str:
        answer = client_for(role).get("/api/issues", params={"q": q, "source": source, **asked})
        assert answer.status_code == 200, answer.text
        return "".join(sorted(each["properties"]["text"][0] for each in answer.json()["features"]))

    return find


@pytest.mark.usefixtures("matters")
@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("电梯", "一二"),
        ("电梯 纸板", "二"),
        ("梯", "一二"),
        ("lamp", "三"),
        ("abc", "三"),
        ("ＬＡＭＰ", "三"),
        ("梨园", "一三四"),
        ("“梨园”", "三"),
        ("梨园漏水", "四"),
        ("梨园 漏水", "四"),
        ("梨园2栋", "四"),
        ("G1", "一四"),
        ("G4网格", "五"),
        ("HOT-2024-17", "四"),
        ("没有的话", ""),
        ("%", ""),
        ("漏_", ""),
        ("'; DROP TABLE issue; --", ""),
    ],
)
def test_words_places_grids_and_numbers_are_found(found: Callable[..., str], typed: str, texts: str) -> None:
    assert found(typed, community="999119003004") == "".join(sorted(texts))


def test_matter_is_found_by_its_own_number(report: Callable[..., Any], found: Callable[..., str]) -> None:
    made = report("六 无关")
    assert found(f"#{made['id']}") == "六"
    assert "六" in found(made["id"])


def test_answer_is_searched_too(report: Callable[..., Any], admin: Any, found: Callable[..., str]) -> None:
    made = report("七", building_id="B1")
    for step in ({"to": "accepted"}, {"to": "resolved", "answer": "换了新阀门", "settled_at": "格"}):
        headers = {"If-Match": "*"}
        assert admin.post(f"/api/issues/{made['id']}/transitions", json=step, headers=headers).status_code == 200
    assert found("阀门") == "七"


def test_worker_finds_nothing_outside_the_own_grid(matters: None, found: Callable[..., str]) -> None:
    assert found("漏水", "worker") == "四"
    assert found("电梯", "worker") == "一"
    assert found("G4", "worker") == ""


def test_too_many_words_are_refused(admin: Any) -> None:
    answer = admin.get("/api/issues", params={"q": "一 二 三 四 五 六 七"})
    assert [each["code"] for each in answer.json()["errors"]] == ["too_many_words"]


@pytest.fixture
def reporter(report: Callable[..., Any]) -> str:
    phone = str(next(_phones))
    report("八 我的电话在此", building_id="B1", reporter={"name": f"张{phone}", "phone": f"+86 {phone}"})
    return phone


@pytest.mark.parametrize(("role", "text"), [("admin", "八"), ("worker", "八"), ("official", ""), ("group_head", "")])
def test_person_is_found_by_who_may_see_persons_in_clear(
    reporter: str, found: Callable[..., str], role: str, text: str
) -> None:
    assert found(reporter, role) == text


def test_search_for_a_person_is_on_record(reporter: str, found: Callable[..., str], admin: Any) -> None:
    def searches() -> list[Any]:
        entries = admin.get("/api/audit", params={"action": "search", "phone": reporter}).json()["entries"]
        return [each["detail"]["by"] for each in entries]

    assert found("八", "worker") == "八"
    before = searches()
    assert found(reporter, "worker") == "八"
    assert found(reporter, "official") == ""
    assert len(searches()) == len(before) + 1


def test_page_says_how_it_was_read_and_what_it_did_not_look_for(client_for: Callable[..., Any], reporter: str) -> None:
    page = client_for("official", browser=True).get("/issues", params={"q": f"梨园 {reporter}"}).text
    assert "发生在" in page
    assert "未按人员查找" in page
    assert "反映人电话" in client_for("worker", browser=True).get("/issues", params={"q": reporter}).text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("ab", "xABx")
@example("𠮷野", "在𠮷野家")
@given(
    st.text(st.characters(exclude_characters=HALF, exclude_categories=["Cs"]), max_size=8),
    st.text(st.characters(exclude_characters=HALF, exclude_categories=["Cs"]), max_size=40),
)
def test_pairs_let_through_whatever_holds_the_words(connection: Connection, word: str, text: str) -> None:
    pairs = func.word_pairs(text).bool_op("@>")(func.word_pairs(word))
    holds = func.strpos(func.plain_words(text), func.plain_words(word)) > 0
    fits, found = connection.execute(select(pairs, holds)).one()
    assert fits or not found


def test_pairs_are_each_two_neighbours_once(connection: Connection) -> None:
    pairs = [(ord(one) << 16) | ord(next_) for one, next_ in ("aB路灯路灯"[i : i + 2].lower() for i in range(5))]
    signed = sorted({each - 2**32 if each >= 2**31 else each for each in pairs})
    assert connection.scalar(select(func.word_pairs("ＡB路灯路灯"))) == signed
    assert connection.scalar(select(func.word_pairs("灯"))) == []
