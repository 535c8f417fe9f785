"""What is wrong is told in the reader's language, and to programs in English."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from gis.actor import SYSTEM
from gis.errors import Denied, Said, Term, said
from gis.security.permissions import ALLOWED, demand
from maps.language import words
from maps.words import NAMES, told

IN_G1 = {"lon": 107.0004, "lat": 29.0004}
ROOMS = [Path(__file__).parents[2] / room for room in ("gis", "api")]


def refusals(client, matter, **headers):
    """What a client is told who tries to close a matter at once, and who resolves it without an answer."""
    there = f"/api/issues/{matter['id']}/transitions"
    closed = client.post(there, json={"to": "closed"}, headers={"if-match": "*", **headers}).json()
    client.post(there, json={"to": "accepted"}, headers={"if-match": "*", **headers})
    resolved = client.post(there, json={"to": "resolved"}, headers={"if-match": "*", **headers}).json()
    return closed["detail"], [error["reason"] for error in resolved["errors"]]


def test_script_of_a_page_is_told_in_the_pages_language(client_for, report):
    browser = client_for("dispatcher", browser=True)
    closed, faults = refusals(browser, report("停水了", location=IN_G1), accept="application/json")
    assert closed.startswith("“网民呼叫”的事项不能转为“已办结")
    assert "、" in closed
    assert faults == ["“办结”需要填写此项"] * 2


def test_program_is_told_in_english_with_the_codes_that_it_knows(client_for, report):
    closed, faults = refusals(client_for("dispatcher"), report("停水了", location=IN_G1))
    assert closed.startswith("From reported a matter cannot become closed; it may become: accepted")
    assert faults == ["is needed to resolve a matter"] * 2


def test_page_is_told_in_the_language_that_was_chosen(client_for):
    browser = client_for("dispatcher", browser=True)
    assert "没有事项“x”" in browser.get("/issues/x").text
    browser.cookies.set("lang", "en")
    assert "There is no issue" in browser.get("/issues/x").text


def test_page_that_cannot_be_read_names_its_terms_and_can_be_had_without_them(client_for):
    page = client_for("dispatcher", browser=True).get("/issues?due=never&grid=XX", headers={"accept": "text/html"})
    assert page.status_code == 422
    assert "时限：须为以下之一：" in page.text
    assert "网格：没有编码为“XX”的网格" in page.text
    assert 'href="/issues">显示此页全部内容' in page.text


def test_fault_of_a_form_is_told_in_words_and_not_as_a_pattern(client_for):
    browser = client_for("admin", browser=True)
    given = {"code": "a b", "name": "消防"}
    refused = browser.post("/api/rules/services", json=given, headers={"accept": "application/json"}).json()
    assert [error["reason"] for error in refused["errors"]] == ["须为 1 到 40 个字母、数字、- 或 _"]


def test_fault_of_a_field_is_told_in_chinese_too(client_for):
    browser = client_for("dispatcher", browser=True)
    given = {"text": "", "reported_at": "never", "location": {"lon": 200, "lat": 29}}
    refused = browser.post("/api/issues", json=given, headers={"accept": "application/json"}).json()
    assert refused["detail"] == f"有 {len(refused['errors'])} 处错误。"
    assert {error["reason"] for error in refused["errors"]} >= {"至少 1 个字符"}
    for error in refused["errors"]:
        assert not error["reason"].isascii(), error


def test_word_of_another_program_is_passed_on_as_it_is():
    assert told(Said("relation does not exist"), words("zh")) == "relation does not exist"
    sentence = said("it cannot be read: {error}", error="bad magic")
    assert told(sentence, words("zh")) == "无法读取：bad magic"
    assert sentence == "it cannot be read: bad magic"


def test_braces_of_a_sender_stay_what_they_are():
    assert told(said("there is no issue {into}", into="{0.__class__}"), words("zh")) == "没有事项 {0.__class__}"


def test_what_a_role_may_not_do_is_told_whole_in_chinese():
    nobody = replace(SYSTEM, role="nobody")
    for action in ALLOWED:
        with pytest.raises(Denied) as refused:
            demand(nobody, action)
        assert not re.search("[a-z] [a-z]", told(refused.value.message, words("zh"))), action


def test_kinds_of_named_values_are_those_of_the_catalogue():
    kinds = {
        node.args[0].value
        for room in ROOMS
        for path in room.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Term"
        if isinstance(node.args[0], ast.Constant)
    }
    assert "status" in kinds
    assert kinds <= set(NAMES)


@pytest.mark.parametrize(("kind", "value", "shown"), [("status", "at_street", "街道处置"), ("thing", "x", "x")])
def test_stored_value_is_called_by_its_name(kind, value, shown):
    assert shown in told(said("{it}", it=Term(kind, value)), words("zh"))
