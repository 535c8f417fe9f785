"""Matters in doubt in a real browser: one tap confirms, and what was confirmed can be accepted as a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, update

from gis.storage.session import transaction
from gis.storage.tables import building

EDGE = {"lon": 107.090521, "lat": 29.161649, "accuracy_m": 20}
"""In 长远第九网格, 5 m from 长远第三网格."""


@pytest.fixture
def reported(signed_in_page: Page, service_url: str) -> Callable[..., str]:
    """Reports a matter and opens the queue in Chinese; gives the selector of its line."""

    def report(text: str, **known: object) -> str:
        token = signed_in_page.locator("meta[name=csrf-token]").get_attribute("content") or ""
        answer = signed_in_page.request.post(
            f"{service_url}/api/issues", data={"text": text, **known}, headers={"x-csrf-token": token}
        )
        assert answer.status == 201, answer.text()
        signed_in_page.goto(f"{service_url}/queue?lang=zh")
        signed_in_page.wait_for_selector("body[data-ready]")
        return f'[id="{answer.json()["id"]}"]'

    return report


def total(page: Page) -> int:
    return int(str(page.locator("#waiting-total").text_content()))


def test_one_tap_confirms_a_grid_and_the_matter_leaves_the_queue(
    signed_in_page: Page, reported: Callable[..., str]
) -> None:
    page, line = signed_in_page, reported("<b>消防通道</b>被堵了", location=EDGE)
    before = total(page)
    assert page.locator(f"{line} .said-short").text_content() == "<b>消防通道</b>被堵了"
    expect(page.locator(f"{line} .answer").first).to_contain_text("当前")
    page.locator(f"{line} .answer", has_text="长远第三网格").click()
    expect(page.locator("#pin-words")).to_contain_text("已确认，交给 长远第三网格 · 田伟凯")
    expect(page.locator(line)).to_have_count(0)
    assert total(page) == before - 1
    page.reload()
    expect(page.locator(line)).to_have_count(0)


def test_answer_is_confirmed_with_the_keyboard_alone(signed_in_page: Page, reported: Callable[..., str]) -> None:
    page, line = signed_in_page, reported("路灯不亮", location=EDGE)
    page.locator(f"{line} .choose").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#pin-words")).to_contain_text("已确认，交给 长远第九网格")
    expect(page.locator(line)).to_have_count(0)


def test_answer_that_the_service_refuses_stays_with_its_reason(
    signed_in_page: Page, reported: Callable[..., str]
) -> None:
    page, line = signed_in_page, reported("路灯不亮", location=EDGE)
    page.locator(f"{line} .answer").first.evaluate('(answer) => { answer.dataset.place = \'{"grid": "X"}\'; }')
    page.locator(f"{line} .answer").first.click()
    expect(page.locator("#pin-words")).to_contain_text("未能保存： there is no grid 'X'")
    expect(page.locator(f"{line} .answer").first).to_be_enabled()
    expect(page.locator(f"{line} .answer").first).to_be_focused()


def test_reading_of_an_unknown_datum_names_its_grid(signed_in_page: Page, reported: Callable[..., str]) -> None:
    page, line = signed_in_page, reported("有积水", location={**EDGE, "crs": "unknown"})
    expect(page.locator(f"{line} .answer", has_text="WGS84")).to_contain_text("长远第九网格")
    expect(page.locator(f"{line} .answer:disabled").first).to_contain_text("无网格")
    page.locator(f"{line} .answer", has_text="WGS84").click()
    expect(page.locator("#pin-words")).to_contain_text("已确认，交给 长远第九网格")


def test_gate_is_confirmed_by_the_name_of_its_grid(signed_in_page: Page, reported: Callable[..., str]) -> None:
    page, line = signed_in_page, reported("东门口垃圾堆成山")
    answer = page.locator(f"{line} .answer", has_text="金佛尚城东门")
    expect(answer).to_contain_text("长远第八网格")
    expect(answer).to_contain_text("500119003004008")
    answer.click()
    expect(page.locator("#pin-words")).to_contain_text("已确认，交给 长远第八网格")


@pytest.fixture
def two_shops(demonstration_engine: Engine) -> None:
    """Two buildings in different grids take names that residents would not tell apart."""
    with transaction(demonstration_engine) as connection:
        for name, shop in (("金佛尚城3栋", "老供销社"), ("印刷厂宿舍1栋", "新供销社")):
            renamed = update(building).where(building.c.name == name).values(name=shop, compound_id=None)
            assert connection.execute(renamed).rowcount == 1


@pytest.mark.usefixtures("two_shops")
def test_confirmed_words_are_proposed_as_a_name_and_accepted(
    signed_in_page: Page, reported: Callable[..., str]
) -> None:
    waits = reported("供销社后面有积水")
    page, line = signed_in_page, reported("供销社门口路灯不亮")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    expect(page.locator(f"{line} .doubt")).to_contain_text("“供销社”可能指几个地方")
    page.locator(f"{line} .answer", has_text="老供销社").click()
    expect(page.locator("#pin-words")).to_contain_text("已确认，交给")
    expect(page.locator("#alias-count")).to_contain_text("1 个叫法待定")
    page.locator("#alias-count").click()
    expect(page.locator("#alias-list li")).to_contain_text("供销社 → 老供销社")
    page.locator('[data-verdict="accept"]').click()
    expect(page.locator("#alias-words")).to_contain_text("已采纳")
    expect(page.locator("#alias-words")).to_contain_text("随之确定了地点的待定事项： 1")
    expect(page.locator(waits)).to_have_count(0)
    expect(page.locator("#alias-list li")).to_have_count(0)
    expect(page.locator("#alias-list")).to_contain_text("等待规划员或调度员采纳")
    assert complaints == []
