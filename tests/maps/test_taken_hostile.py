"""What people wrote and named runs nowhere: not in a file that is carried, not on a sheet, not in a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from weasyprint.urls import FatalURLFetchingError

from gis.errors import InvalidInput
from gis.files.pictures import read_picture
from gis.settings import Settings
from maps.filters import Filters
from maps.layers.base import BaseMap
from maps.layers.grids import Grid
from maps.page import Shell
from maps.pages.carried import Carried, carried_page
from maps.pages.matters import ListedMatter
from maps.pages.report import (
    GridRow,
    HotPlace,
    LateMatter,
    ReportFigures,
    ReportView,
    Row,
    Spots,
    report_page,
)
from maps.pages.sheet import sheet_page
from maps.printing import pdf_of
from maps.sheets.surface import Density
from maps.sheets.taken import Taken, Tally
from tests.photos import photo

WHEN = datetime(2023, 12, 10, 8, tzinfo=UTC)
SAID = """</title></style></script><script>alert(1)</script><img src=x onerror=alert(2)>"'`${alert(3)}{{7*7}}<!--"""
RING = [[107.09, 29.158], [107.094, 29.158], [107.094, 29.162], [107.09, 29.162], [107.09, 29.158]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
BASE = BaseMap(
    outline={"features": [{"type": "Feature", "geometry": POLYGON, "properties": {"name": SAID}}]},
    buildings={
        "features": [{"type": "Feature", "geometry": POLYGON, "properties": {"compound": SAID, "number": SAID}}]
    },
)
GRIDS = (Grid("001", SAID, POLYGON, worker=SAID, matters=3),)
VIEW = Taken(
    filters=Filters(topic=SAID, grid="001", words=SAID, group=SAID),
    layer="grids",
    grids=GRIDS,
    base=BASE,
    density=Density([(107.092, 29.16, 3)]),
    tally=Tally(3, 1, 2, 1, 3),
    made_by=SAID,
    made_at=WHEN,
    since=WHEN,
    until=WHEN,
)
SHELL = Shell(language="zh", nonce="", community=SAID)


def carried() -> str:
    matter = ListedMatter(SAID, SAID, SAID, "reported", WHEN, SAID, hazard=True)
    vendor = Path(Settings().home) / "assets" / "node_modules"
    return carried_page(Carried(VIEW, [(SAID, 3)], [("001", matter)]), shell=SHELL, vendor=vendor)


def sheet() -> str:
    return sheet_page(VIEW, paper="a4", orientation="portrait", shell=SHELL)


def report() -> str:
    return report_page(
        ReportView(
            kind="week",
            name="2023-W49",
            begins=date(2023, 12, 4),
            last_day=date(2023, 12, 10),
            before_begins=date(2023, 11, 27),
            before_last_day=date(2023, 12, 3),
            made_at=WHEN,
            made_by=SAID,
            now=ReportFigures(received=3),
            before=ReportFigures(),
            topics=[Row(SAID, 3, 1)],
            levels=[],
            ways=[],
            grids=[GridRow(SAID, SAID, 3, 1, 1, 1, 1)],
            late=[LateMatter("1", SAID, "reported", SAID, SAID, WHEN, timedelta(days=2))],
            late_of=1,
            spots=Spots(date(2023, 9, 1), 40, [HotPlace(SAID, 99, 3)], [POLYGON], 100.0, 50),
            base=BASE,
            shapes=GRIDS,
            density=VIEW.density,
        ),
        shell=SHELL,
    )


@pytest.mark.parametrize("page", [carried, sheet, report])
def test_words_and_names_are_text(page: Callable[[], str]) -> None:
    html = page()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "49" not in re.findall(r"<title>(.*?)</title>", html, re.S)[0].replace("2023-W49", "")


def test_sheet_and_report_with_such_names_can_be_printed() -> None:
    assert pdf_of(sheet()).startswith(b"%PDF")
    assert pdf_of(report()).startswith(b"%PDF")


def test_printing_does_not_let_broken_photos_in_afterwards() -> None:
    pdf_of(sheet())
    with pytest.raises(InvalidInput):
        read_picture(photo()[:900], where="photos.0")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://127.0.0.1:9/x", "ftp://127.0.0.1:9/x", "/etc/passwd"]
)
def test_page_that_would_have_the_service_ask_for_something_is_not_printed(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        pdf_of(f'<base href="file:///"><link rel="stylesheet" href="{address}"><p>there</p>')
