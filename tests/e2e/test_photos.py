"""Photos and print on a matter's page, in a real browser on a desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, func, select

from gis.actor import SYSTEM
from gis.issues.record import record
from gis.issues.report import IssueReport
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import building
from tests.photos import photo


def taken(content: bytes) -> dict[str, object]:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content}


@pytest.fixture
def number(demonstration_engine: Engine, settings: Settings) -> str:
    """A matter that names no place."""
    with transaction(demonstration_engine, SYSTEM) as connection:
        report = IssueReport(text="这里的井盖坏了", source="hotline", reported_at=datetime.now(UTC))
        return str(record(connection, report, settings=settings, actor=SYSTEM)[0])


def test_place_of_the_camera_is_offered_on_the_page_and_accepted(
    signed_in_page: Page, service_url: str, number: str, demonstration_engine: Engine
) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/issues/{number}")
    expect(page.locator(".place-hint")).to_have_count(0)
    with transaction(demonstration_engine, SYSTEM) as connection:
        lon, lat = connection.execute(select(func.ST_X(building.c.geom), func.ST_Y(building.c.geom)).limit(1)).one()
    page.locator(".photos input[multiple]").set_input_files(taken(photo(lon=lon, lat=lat)))
    offered = page.locator(".place-hint .answer")
    expect(offered).to_have_count(3)
    expect(page.locator(".place-hint")).to_contain_text("没有写明坐标系")
    name = offered.first.locator("b").text_content()
    offered.first.click()
    expect(page.locator(".place-hint")).to_have_count(0)
    expect(page.locator(".answer .pairs").first).to_contain_text(name or "")


def test_printed_matter_has_its_number_its_way_its_receipt_and_who_printed_it(
    signed_in_page: Page, service_url: str, number: str
) -> None:
    page = signed_in_page
    page.goto(f"{service_url}/issues/{number}")
    page.locator(".photos input[multiple]").set_input_files(taken(photo()))
    expect(page.locator(".shot img")).to_have_count(1)
    expect(page.locator(".printed")).to_be_hidden()
    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    page.get_by_role("button", name="打印").click()
    page.emulate_media(media="print")
    try:
        expect(page.locator(".printed")).to_contain_text(f"事项 {number}")
        expect(page.locator(".printed")).to_contain_text("打印人：dispatcher 20")
        for shown in (".history", ".receipt", ".shot img", "blockquote"):
            expect(page.locator(shown).first).to_be_visible()
        for hidden in (".rail", ".next", ".take", ".small-map", "[data-print]"):
            expect(page.locator(hidden).first).to_be_hidden()
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    finally:
        page.emulate_media(media="screen")
