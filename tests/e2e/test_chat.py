"""A grid worker pastes an evening of the group on a phone, looks it through, and records it with one tap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from gis.storage.session import transaction
from gis.storage.tables import household, online_group, vehicle, worker
from tests.chromium import chromium
from tests.e2e.conftest import PASSWORD

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def page(service_url: str) -> Iterator[Page]:
    """A phone in which the grid worker of 金佛尚城 is signed in."""
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{service_url}/sign-in")
        page.fill("[name=username]", "worker008")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/inbox*")
        yield page


@pytest.fixture(scope="module")
def evening(demonstration_engine: Engine) -> str:
    """Yesterday evening in the group: a leak, a blocked car, and talk."""
    with transaction(demonstration_engine) as connection:
        name = connection.scalar(select(worker.c.name).where(worker.c.code == "W008"))
        plate = connection.scalar(select(vehicle.c.plate).join(household, household.c.id == vehicle.c.household_id))
        assert connection.scalar(select(online_group.c.id).where(online_group.c.name == "金佛尚城业主群"))
    begin = (datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).replace(hour=19, minute=30)
    told = (
        ("阳光雨露", 0, "大家晚上好"),
        ("王桂芳", 1, "消防水管改造后，旧水管偶尔还有水，能不能处理一下。"),
        ("王桂芳", 2, "就在3栋楼下"),
        (f"网格员{name}", 3, "@王桂芳 马上来看"),
        ("陈大明", 9, "我的车被别个的车堵到了，司机没留电话，我要送娃儿上学"),
        ("陈大明", 9, f"车牌{plate}，麻烦挪一下"),
        ("阳光雨露", 12, "5栋垃圾桶满了没人收"),
        (f"网格员{name}", 31, "「王桂芳：就在3栋楼下」\n- - - - - - - -\n已经处理好了，物业关了阀"),
    )
    return "\n\n".join(f"{who} {begin + timedelta(minutes=m):%Y/%m/%d %H:%M}\n{text}" for who, m, text in told)


def test_chat_becomes_matters_with_one_confirmation(page: Page, service_url: str, evening: str) -> None:
    page.goto(f"{service_url}/intake")
    expect(page.locator(".how")).to_contain_text("多选")
    page.fill("[name=text]", evening)
    page.locator("form.fields button").press("Enter")
    page.wait_for_url("**/intake/*")
    cards = page.locator(".card[data-lines]")
    expect(cards).to_have_count(3)
    expect(page.locator(".lead")).to_contain_text("8 条消息，归为 3 件事项")
    leak, car, rubbish = cards.nth(0), cards.nth(1), cards.nth(2)
    expect(leak.locator("[data-field=place]")).to_contain_text("金佛尚城3栋")
    expect(leak.locator("[data-field=answer]")).to_have_value("已经处理好了，物业关了阀")
    expect(page.locator("main")).not_to_contain_text("王桂芳")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    rubbish.locator("[data-field=keep]").press("Space")
    expect(rubbish.locator(".of-card")).to_be_hidden()
    car.locator("[data-field=ask]").check()
    leak.locator("[data-field=text]").fill("旧消防水管还在漏水，3栋楼下")
    button = page.locator(".confirming button")
    expect(button).to_have_text("登记 2 件事项")
    button.press("Enter")
    expect(page.locator(".lead[role=status]")).to_have_text("金佛尚城业主群：登记了 2 件事项")
    expect(page.locator(".matters li")).to_have_count(2)

    page.locator(".matters a").first.click()
    expect(page.locator("blockquote")).to_have_text("旧消防水管还在漏水，3栋楼下")
    expect(page.locator(".said .status, .state .status").first).to_have_text("已解决，待回音")
    page.go_back()
    page.locator(".matters a").nth(1).click()
    expect(page.locator(".moving .status")).to_have_count(1)


def test_same_chat_again_offers_only_what_is_left(page: Page, service_url: str, evening: str) -> None:
    page.goto(f"{service_url}/intake")
    page.fill("[name=text]", evening)
    page.click("form.fields button")
    page.wait_for_url("**/intake/*")
    expect(page.locator(".card.whole")).to_have_count(2)
    expect(page.locator(".card.whole").first).to_contain_text("已登记过")
    expect(page.locator(".card[data-lines]")).to_have_count(1)
    expect(page.locator(".confirming button")).to_have_text("登记 1 件事项")


def test_proposals_are_put_together_and_other_lines_added(page: Page, service_url: str) -> None:
    page.goto(f"{service_url}/intake")
    page.fill("[name=text]", "甲：1栋楼道路灯不亮\n乙：2栋门口积水没人管\n丙：楼下好黑哦")
    page.click("form.fields button")
    page.wait_for_url("**/intake/*")
    cards = page.locator(".card[data-lines]")
    expect(cards).to_have_count(2)
    cards.nth(1).locator("[data-field=into]").select_option("card-0")
    expect(page.locator(".confirming button")).to_have_text("登记 1 件事项")
    page.locator(".left summary").click()
    page.locator("[data-line='3'] input").check()
    page.click(".confirming button")
    expect(page.locator(".lead[role=status]")).to_contain_text("登记了 2 件事项")
    expect(page.locator(".matters a").first).to_contain_text("1栋楼道路灯不亮 2栋门口积水没人管")


def test_what_cannot_be_read_is_told_where_it_was_pasted(page: Page, service_url: str) -> None:
    page.goto(f"{service_url}/intake")
    page.fill("[name=text]", "王姐 2023/2/30 9:00\n漏水")
    page.click("form.fields button")
    expect(page.locator("form.fields .fault")).to_contain_text("line 1")
    expect(page.locator("[name=text]")).to_have_value("王姐 2023/2/30 9:00\n漏水")
