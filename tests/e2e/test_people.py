"""Households on a worker's phone: masked, unmasked for a matter, a blocking car moved; and the log of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, select

from gis.storage.session import transaction
from gis.storage.tables import building, grid, household, issue, vehicle
from tests.chromium import chromium
from tests.e2e.conftest import PASSWORD

PHONE = {"width": 390, "height": 844}
FIRST, SECOND = "长远第一网格", "长远第二网格"


@pytest.fixture(scope="module")
def signed_in(service_url: str) -> Iterator[Callable[[str], Page]]:
    """A phone's browser in which somebody is signed in; one for each name."""
    with chromium() as browser:
        pages: dict[str, Page] = {}

        def open_page(name: str) -> Page:
            if name not in pages:
                page = pages[name] = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
                page.on("pageerror", lambda error: pytest.fail(str(error)))
                page.goto(f"{service_url}/sign-in")
                page.fill("[name=username]", name)
                page.fill("[name=password]", PASSWORD)
                page.press("[name=password]", "Enter")
                page.wait_for_url(re.compile("/(maps/density|inbox|$)"))
            return pages[name]

        yield open_page


def test_worker_sees_a_household_in_clear_for_a_matter_and_the_log_tells(
    signed_in: Callable[[str], Page], service_url: str
) -> None:
    page = signed_in("worker001")
    page.goto(f"{service_url}/households?q=1栋1单元1楼")
    expect(page.locator(".house h2").first).to_contain_text(FIRST)
    page.locator(".homes a").first.click()
    phone = page.locator(".persons .code").first
    expect(phone).to_have_text(re.compile(r"^\d{3}\*{4}\d{4}$"))
    page.locator(".unmask summary").click()
    page.fill("[name=purpose]", "漏水，通知住户关阀")
    page.locator(".unmask button").click()
    expect(page.locator(".persons a").first).to_have_text(re.compile(r"^\d{11}$"))
    expect(page.locator("h2 .in-clear")).to_contain_text("明文显示至")
    number = page.locator(".persons a").first.text_content()

    log = signed_in("admin")
    log.goto(f"{service_url}/admin/audit?phone={number}")
    expect(log.locator(".entries li").first).to_contain_text("查看明文 · worker001")
    expect(log.locator(".entries .purpose").first).to_have_text("漏水，通知住户关阀")


def test_blocking_car_is_asked_for_answered_and_told(
    signed_in: Callable[[str], Page], service_url: str, demonstration_engine: Engine
) -> None:
    with transaction(demonstration_engine) as connection:
        blocked = connection.scalar(
            select(issue.c.id)
            .join(grid, grid.c.id == issue.c.grid_id)
            .where(grid.c.name == FIRST, issue.c.status == "accepted", issue.c.topic == "交通停车")
        )
        elsewhere = (
            select(vehicle.c.plate)
            .join(household, household.c.id == vehicle.c.household_id)
            .join(building, building.c.id == household.c.building_id)
            .join(issue, issue.c.building_id == building.c.id)
            .join(grid, grid.c.id == issue.c.grid_id)
            .where(grid.c.name == SECOND)
        )
        plate = connection.scalar(elsewhere)
    assert blocked
    assert plate
    asker, owner_s_worker = signed_in("worker001"), signed_in("worker002")
    asker.goto(f"{service_url}/issues/{blocked}")
    asker.locator(".moving summary").click()
    asker.fill(".moving [name=plate]", plate.lower())
    asker.locator(".moving button").click()
    expect(asker.locator(".moving .status")).to_have_text("已通知车主")

    owner_s_worker.goto(f"{service_url}/households")
    car = owner_s_worker.locator(".cars li").first
    expect(car).to_contain_text("您的车挡住了别人的车")
    expect(car).not_to_contain_text(plate)
    car.locator("[name=answer]").fill("五分钟后下楼")
    car.locator("button").click()
    expect(owner_s_worker.locator(".cars")).to_have_count(0)

    asker.reload()
    expect(asker.locator(".moving .status")).to_have_text("车主已答复")
    expect(asker.locator(".said-back")).to_have_text("五分钟后下楼")


def test_official_sees_houses_and_nobody_in_them(signed_in: Callable[[str], Page], service_url: str) -> None:
    page = signed_in("official")
    page.goto(f"{service_url}/households")
    expect(page.locator(".hint").first).to_contain_text("5 的倍数")
    page.locator(".homes a").first.click()
    expect(page.locator(".persons")).to_have_count(0)
    expect(page.locator(".unmask")).to_have_count(0)
