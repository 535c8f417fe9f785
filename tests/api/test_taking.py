"""What is taken along of a map: on paper, true and masked, within the reader's scope, on record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from PIL import Image

BOX = "107.0005,28.9995,107.0035,29.0015"


@pytest.fixture
def matters(report: Callable[..., Any]) -> None:
    report("漏水 13812345678", building_id="B1")
    report("路灯不亮", building_id="B3")
    report("漏水", location={"lon": 107.0025, "lat": 29.0005})


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        assert len(document) == 1
        page = document[0]
        text = page.get_textpage()
        try:
            return re.sub(r"\s+", " ", text.get_text_bounded())
        finally:
            text.close()
            page.close()
    finally:
        document.close()


def size_mm(pdf: bytes) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(pdf)
    width, height = document.get_page_size(0)
    document.close()
    return round(width / 72 * 25.4), round(height / 72 * 25.4)


@pytest.mark.usefixtures("matters")
def test_sheet_says_what_it_shows_for_whom_and_who_printed_it(client_for: Any, source: str) -> None:
    answer = client_for("official").get("/api/maps/sheet", params={"source": source, "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    said = words_of(answer.content)
    for phrase in (
        "Where the matters are",
        "All time",
        source,
        "Matters per hectare",
        "Printed by official",
        "Data of",
    ):
        assert phrase in said
    assert "3 of 3 matters have a place" in said
    assert "漏水" not in said
    assert "13812345678" not in said


@pytest.mark.usefixtures("matters")
def test_worker_prints_what_is_in_scope(client_for: Any, source: str) -> None:
    answer = client_for("worker").get("/api/maps/sheet", params={"source": source, "lang": "en"})
    assert "1 of 1 matter has a place" in words_of(answer.content)


@pytest.mark.parametrize(
    ("paper", "orientation", "expected"),
    [
        ("a4", "landscape", (297, 210)),
        ("a4", "portrait", (210, 297)),
        ("a3", "landscape", (420, 297)),
        ("a3", "portrait", (297, 420)),
    ],
)
def test_paper_is_as_asked(admin: Any, source: str, paper: str, orientation: str, expected: tuple[int, int]) -> None:
    asked = {"paper": paper, "orientation": orientation, "source": source, "lang": "en"}
    made = admin.get("/api/maps/sheet", params=asked).content
    assert size_mm(made) == expected
    assert "Printed by admin" in words_of(made)


def test_picture_is_the_sheet_at_200_dots_an_inch(admin: Any, source: str) -> None:
    answer = admin.get("/api/maps/sheet", params={"format": "png", "extent": BOX, "source": source})
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == pytest.approx((297 / 25.4 * 200, 210 / 25.4 * 200), abs=2)
    assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)


def test_scale_follows_the_extent(admin: Any, source: str) -> None:
    def scale(extent: str) -> int:
        asked = {"extent": extent, "source": source, "lang": "en"}
        found = re.search(r"1:([\d,]+)", words_of(admin.get("/api/maps/sheet", params=asked).content))
        assert found
        return int(found[1].replace(",", ""))

    near, far = scale("107.000,29.000,107.001,29.001"), scale("107.000,29.000,107.010,29.010")
    assert far == pytest.approx(10 * near, rel=0.02)


def test_print_is_on_record(client_for: Any, admin: Any, source: str) -> None:
    client_for("official").get("/api/maps/sheet", params={"source": source})
    latest = admin.get("/api/audit", params={"action": "export"}).json()["entries"][0]
    assert latest["actor"] == "official"
    assert (latest["detail"]["kind"], latest["detail"]["format"]) == ("sheet", "pdf")


@pytest.mark.parametrize(
    "asked",
    [
        {"paper": "a0"},
        {"orientation": "upside_down"},
        {"layer": "weather"},
        {"format": "docx"},
        {"extent": "1,2,3"},
        {"extent": "107.1,29,107.0,30"},
        {"grid": "no such"},
        {"community": "no such"},
    ],
)
def test_sheet_that_cannot_be_is_refused(admin: Any, asked: dict[str, str]) -> None:
    assert admin.get("/api/maps/sheet", params=asked).status_code == 422


def test_who_only_reports_prints_nothing(client_for: Any) -> None:
    assert client_for("intake").get("/api/maps/sheet").status_code == 403
