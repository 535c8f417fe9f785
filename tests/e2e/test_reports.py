"""A report is asked for, its making is followed, and its files are there."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import Engine

from api.reporting import make_waiting
from gis.settings import Settings


def test_report_is_asked_for_followed_and_fetched(
    signed_in_page: Page, service_url: str, demonstration_engine: Engine
) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/reports?lang=zh")
    form = page.locator("form[data-post]").first
    form.locator("[name=period]").fill("2023-W49")
    form.locator("button").click()
    waiting = page.locator("tr", has_text="2023-W49")
    waiting.wait_for()
    assert waiting.locator("progress").count() == 1
    assert make_waiting(demonstration_engine, Settings()) == 1
    link = waiting.locator("a[href$='format=pdf']")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith("2023-W49-zh.pdf")
    assert download.value.path().read_bytes().startswith(b"%PDF")
