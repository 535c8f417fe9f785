"""The network grid in a real browser: what is wrong is found, opened, and put right from a day on."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

LAST_DAY = "2023-12-15"
"""Of the demonstration's ledger: what other tests report is later."""
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()


def tile(page: Page, words: str):
    return page.locator(".tile", has_text=words)


def test_each_kind_of_problem_is_found_and_its_number_opens(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/network?until={LAST_DAY}")
    for words, rows in (
        ("三员一长不齐", ["东门小区居民群", "丝厂家属区居民群"]),
        ("跨网格", ["站前片区居民群", "学府路片区居民群", "桥南片区居民群"]),
        ("静默", ["建筑公司宿舍片区居民群"]),
    ):
        number = tile(page, words).locator("strong").inner_text()
        tile(page, words).click()
        expect(page.locator(".tile[aria-current]")).to_contain_text(words)
        assert page.locator(".groups tbody tr").count() == int(number) == len(rows)
        assert page.locator(".groups .called > a").all_inner_texts() == rows


def test_uncovered_houses_are_listed_drawn_and_exported(signed_in_page: Page, service_url: str, tmp_path: Path) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/network")
    households = tile(page, "没有群覆盖").locator("strong").inner_text()
    tile(page, "没有群覆盖").click()
    page.wait_for_selector("body[data-ready]")
    assert page.locator(".homes > li").count() == page.locator("path.shape-uncovered").count() == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    written = tmp_path / "houses.csv"
    download.value.save_as(written)
    rows = list(csv.DictReader(io.StringIO(written.read_text(encoding="utf-8-sig"))))
    assert [row["id"] for row in rows] == ["CY-B209", "CY-B210"]
    assert sum(int(row["households"]) for row in rows) == int(households)


def test_head_is_appointed_from_tomorrow_on_and_taken_back(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/network?problem=missing_role")
    page.get_by_role("link", name="丝厂家属区居民群").click()
    lacking = page.locator(".lead .mark.lacking")
    assert lacking.count() == 2
    page.get_by_text("任命人员", exact=True).click()
    form = page.locator("form[data-post*='/posts?']")
    form.locator("[name=role]").select_option("group_head")
    form.locator("[name=worker]").select_option("W001")
    form.locator("[name=from]").fill((TODAY + timedelta(days=1)).isoformat())
    form.get_by_role("button").click()
    seat = page.locator(".entry.future", has_text="W001")
    expect(seat).to_contain_text("尚未生效")
    assert lacking.count() == 2
    seat.get_by_role("button", name="撤回起始").click()
    expect(seat).to_have_count(0)


def test_new_cover_that_is_there_already_is_refused_in_words(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/network/QG06")
    page.get_by_text("覆盖网格", exact=True).click()
    form = page.locator("form[data-post*='/covers?']", has=page.locator("select[name=grid]"))
    form.locator("[name=grid]").select_option("500119003004006")
    form.get_by_role("button").click()
    expect(form.locator("[role=status]")).to_contain_text("该时段此群已覆盖")


def test_page_of_groups_is_no_wider_than_a_phone(signed_in_page: Page, service_url: str) -> None:
    page = signed_in_page
    page.set_viewport_size({"width": 390, "height": 844})
    try:
        for path in ("/network", "/network?problem=shared", "/network/QG16", "/network?lang=en"):
            page.goto(service_url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    finally:
        page.goto(f"{service_url}/network?lang=zh")
        page.set_viewport_size({"width": 1440, "height": 900})
