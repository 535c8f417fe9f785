"""The dispatcher's desk in a real browser, on a keyboard: locate, merge, transfer, pace, and take each back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, update

from gis.storage.session import transaction
from gis.storage.tables import building

EDGE = {"lon": 107.090521, "lat": 29.161649, "accuracy_m": 20}
"""In 长远第九网格, 5 m from 长远第三网格."""
INSIDE = {"lon": 107.0925, "lat": 29.1615}
Report = Callable[..., str]


@pytest.fixture
def report(signed_in_page: Page, service_url: str) -> Report:
    """Reports a matter; gives its number."""

    def send(text: str, **known: object) -> str:
        if not signed_in_page.url.startswith(service_url):
            signed_in_page.goto(f"{service_url}/issues")
        token = signed_in_page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        answer = signed_in_page.request.post(
            f"{service_url}/api/issues", data={"text": text, **known}, headers={"x-csrf-token": token}
        )
        assert answer.status == 201, answer.text()
        return str(answer.json()["id"])

    return send


@pytest.fixture
def desk(signed_in_page: Page, service_url: str) -> Callable[..., Page]:
    """Opens a list of the desk in Chinese, with a matter chosen."""

    def open_desk(list: str, number: str) -> Page:
        page = signed_in_page
        page.goto(f"{service_url}/issues")
        page.goto(f"{service_url}/desk?list={list}&lang=zh#{number}")
        page.wait_for_selector("body[data-ready]")
        expect(page.locator("#matter article")).to_have_attribute("data-issue", number)
        return page

    return open_desk


def stored(page: Page, number: str) -> Any:
    return page.evaluate("(id) => fetch(`/api/issues/${id}`).then((answer) => answer.json())", number)


def count(page: Page, name: str) -> int:
    return int(str(page.locator(f".trays [data-list={name}] b").text_content()).replace(",", ""))


def test_candidate_is_confirmed_by_its_number_and_taken_back(report: Report, desk: Callable[..., Page]) -> None:
    number = report("<b>消防通道</b>被堵了", location=EDGE)
    page = desk("doubtful", number)
    before = count(page, "doubtful")
    assert page.locator("blockquote").text_content() == "<b>消防通道</b>被堵了"
    expect(page.locator(".answer").first).to_contain_text("当前")
    page.keyboard.press("2")
    expect(page.locator("#said")).to_contain_text("已定位，交给 长远第三网格 · 田伟凯")
    expect(page.locator(f'[id="{number}"]')).to_have_count(0)
    assert count(page, "doubtful") == before - 1
    page.keyboard.press("z")
    expect(page.locator("#said")).to_have_text("已撤销。")
    expect(page.locator("#matter article")).to_have_attribute("data-issue", number)
    issue = stored(page, number)
    assert (issue["grid"]["name"], issue["doubt"]) == ("长远第九网格", "near_edge")


def test_matter_without_a_place_is_pinned_and_assigned_by_keys(report: Report, desk: Callable[..., Page]) -> None:
    number = report("哪里都在漏水呀")
    page = desk("unlocated", number)
    page.keyboard.press("p")
    expect(page.locator("#pinning")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#pin-words")).to_contain_text("网格")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("已定位，交给")
    assert stored(page, number)["location"]["method"] == "manual"
    page.keyboard.press("z")
    expect(page.locator("#said")).to_have_text("已撤销。")
    assert stored(page, number)["grid"] is None
    page.keyboard.press("a")
    page.locator('[data-form="assign"] select').select_option(index=1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("已定位，交给")
    assert stored(page, number)["grid"] is not None


def test_duplicate_is_merged_and_parted_again(report: Report, desk: Callable[..., Page]) -> None:
    first = report("三楼的消防栓一直在漏水，地上都是水", location=INSIDE)
    second = report("消防栓一直在漏水，三楼地上都是水", location=INSIDE)
    page = desk("duplicates", second)
    expect(page.locator(f'[data-merge="{first}"]')).to_be_visible()
    expect(page.locator(f'[id="{second}"]')).to_have_count(1)
    page.keyboard.press("m")
    expect(page.locator("#said")).to_contain_text("已合并")
    assert stored(page, second)["merged_into"] == first
    expect(page.locator(f'[id="{second}"]')).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#said")).to_have_text("已撤销。")
    issue = stored(page, second)
    assert (issue["status"], issue["merged_into"]) == ("reported", None)


def test_urgency_and_grid_are_changed_with_a_reason(report: Report, desk: Callable[..., Page]) -> None:
    number = report("路灯不亮", location=INSIDE)
    page = desk("new", number)
    page.keyboard.press("u")
    form = page.locator('[data-form="urgency"]')
    form.locator("select").select_option("urgent")
    form.locator("[name=note]").fill("有老人")
    form.locator("[name=note]").press("Enter")
    expect(page.locator("#matter .urgency")).to_have_text("紧急")
    grid = stored(page, number)["grid"]["code"]
    page.keyboard.press("a")
    form = page.locator('[data-form="assign"]')
    form.locator("select").select_option(index=1)
    form.locator("[name=note]").fill("走错了")
    form.locator("[name=note]").press("Enter")
    expect(page.locator("#said")).to_contain_text("已转交")
    assert stored(page, number)["grid"]["code"] != grid
    page.locator("#undo").click()
    expect(page.locator("#said")).to_have_text("已撤销。")
    assert stored(page, number)["grid"]["code"] == grid


def test_who_is_second_is_told_and_shown_the_new_state(report: Report, desk: Callable[..., Page]) -> None:
    number = report("路灯又不亮", location=EDGE)
    page = desk("doubtful", number)
    elsewhere = """async (id) => {
        const { send } = await import("/static/js/send.js");
        const headers = { "Content-Type": "application/json", "If-Match": "*" };
        const body = JSON.stringify({ to: "accepted" });
        return (await send(`/api/issues/${id}/transitions`, { method: "POST", headers, body })).status;
    }"""
    assert page.evaluate(elsewhere, number) == 200
    page.keyboard.press("1")
    expect(page.locator("#said")).to_contain_text("刚有人改动过")
    expect(page.locator("#matter .status").first).to_have_text("网格快反")
    page.keyboard.press("1")
    expect(page.locator("#said")).to_contain_text("已定位")


def test_answer_that_the_service_refuses_stays_with_its_reason(report: Report, desk: Callable[..., Page]) -> None:
    page = desk("doubtful", report("路灯不亮", location=EDGE))
    page.locator(".answer").first.evaluate('(answer) => { answer.dataset.place = \'{"grid": "X"}\'; }')
    page.locator(".answer").first.click()
    expect(page.locator("#said")).to_contain_text("未能保存：当时没有编码为“X”的网格")
    expect(page.locator(".answer").first).to_be_focused()


def test_list_is_gone_through_by_keys_and_learns_of_what_arrives(report: Report, desk: Callable[..., Page]) -> None:
    page = desk("new", report("甲事", location=INSIDE))
    first = page.locator("#matter article").get_attribute("data-issue")
    page.keyboard.press("j")
    expect(page.locator("#matter article")).not_to_have_attribute("data-issue", str(first))
    page.keyboard.press("k")
    expect(page.locator("#matter article")).to_have_attribute("data-issue", str(first))
    expect(page.locator(f'[data-issue="{first}"].choose')).to_be_focused()
    number = report("乙事", location=INSIDE)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(f'[id="{number}"]')).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/issues/{first}")


@pytest.fixture
def two_shops(demonstration_engine: Engine) -> None:
    """Two buildings in different grids take names that residents would not tell apart."""
    with transaction(demonstration_engine) as connection:
        for name, shop in (("碧水云天3栋", "老供销社"), ("杜鹃花城1栋", "新供销社")):
            renamed = update(building).where(building.c.name == name).values(name=shop, compound_id=None)
            assert connection.execute(renamed).rowcount == 1


@pytest.mark.usefixtures("two_shops")
def test_confirmed_words_are_proposed_as_a_name_and_accepted(report: Report, desk: Callable[..., Page]) -> None:
    waits = report("供销社后面有积水")
    page = desk("doubtful", report("供销社门口路灯不亮"))
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    expect(page.locator("#matter .doubt")).to_contain_text("“供销社”可能指几个地方")
    page.locator(".answer", has_text="老供销社").click()
    expect(page.locator("#said")).to_contain_text("已定位，交给")
    expect(page.locator("#alias-count")).to_contain_text("1 个叫法待定")
    page.locator("#alias-count").click()
    expect(page.locator("#alias-list li")).to_contain_text("供销社 → 老供销社")
    page.locator('[data-verdict="accept"]').click()
    expect(page.locator("#said")).to_contain_text("已采纳")
    expect(page.locator("#said")).to_contain_text("随之确定了地点的待定事项： 1")
    expect(page.locator(f'[id="{waits}"]')).to_have_count(0)
    expect(page.locator("#alias-list li")).to_have_count(0)
    assert complaints == []
