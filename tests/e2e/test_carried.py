"""A map in a file of its own, opened from a disk, with the network shut."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Request

from tests.e2e.test_hotspots import HAZARDS


def test_file_opens_from_a_disk_without_any_request(signed_in_page: Page, service_url: str, tmp_path: Path) -> None:
    signed_in_page.goto(f"{service_url}/maps/density?hazard=true&lang=zh")
    signed_in_page.wait_for_selector("body[data-ready]")
    signed_in_page.click(".take summary")
    with signed_in_page.expect_download() as download:
        signed_in_page.click("a[href*='/api/maps/file']")
    assert "extent=" in download.value.url
    assert "hazard=true" in download.value.url
    file = tmp_path / "map.html"
    download.value.save_as(file)

    asked: list[Request] = []
    said: list[str] = []
    browser = signed_in_page.context.browser
    assert browser
    with browser.new_context(offline=True) as elsewhere:
        page = elsewhere.new_page()
        page.on("request", lambda request: asked.append(request))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        assert page.locator(".name-grids").count() > 10
        assert page.locator(".density-image").count() == 1
        rows = page.locator("[data-of-grid]")
        listed = rows.count()
        assert listed > 10
        box = page.locator("path.shape-grids").nth(15).bounding_box()  # a grid in the middle, wherever the map stands
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_selector(".leaflet-popup .card")
        shown = page.locator("[data-of-grid]:not([hidden])").count()
        assert 0 < shown < listed
        page.click("[data-all]")
        page.wait_for_selector("[data-of-grid][hidden]", state="detached")
    assert [request.url for request in asked] == [file.as_uri()]
    assert said == []


def test_hotspots_are_in_the_file_with_what_is_said_of_them(
    signed_in_page: Page, service_url: str, tmp_path: Path
) -> None:
    signed_in_page.goto(f"{service_url}/maps/hotspots?{HAZARDS}&lang=zh")
    signed_in_page.wait_for_selector("body[data-complete]", timeout=60_000)
    said = signed_in_page.inner_text("#findings .verdict h2")
    drawn = signed_in_page.locator("path.cell").count()
    signed_in_page.click(".take summary")
    with signed_in_page.expect_download(timeout=60_000) as download:
        signed_in_page.click("a[href*='/api/maps/file']")
    file = tmp_path / "hotspots.html"
    download.value.save_as(file)
    assert "/issues?" not in file.read_text()

    asked: list[Request] = []
    faults: list[str] = []
    browser = signed_in_page.context.browser
    assert browser
    with browser.new_context(offline=True) as elsewhere:
        page = elsewhere.new_page()
        page.on("request", lambda request: asked.append(request))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        assert page.inner_text("#findings .verdict h2") == said
        assert page.locator("path.cell").count() == drawn
        assert page.locator("path.cluster-outline").count() >= 4
        page.uncheck("[name=part][value=clusters]")
        assert page.locator("path.cluster-outline").count() == 0
        page.check("[name=face][value=trend]", force=True)
        assert page.locator(".cell-sign").count() >= 1
        page.click("#findings [data-point=cell] >> nth=0")
        page.wait_for_selector(".leaflet-popup .card")
        assert page.locator(".leaflet-popup a").count() == 0
    assert [request.url for request in asked] == [file.as_uri()]
    assert faults == []
