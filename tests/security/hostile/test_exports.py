"""No exported cell runs in a spreadsheet, whatever a resident wrote; numbers stay numbers, and nothing is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gis.files.formulas import guard, unguard
from gis.geolocation.point_files import locate_file
from tests.security.hostile.corpus import COMMANDS
from tests.security.hostile.files import SQUARE, file, geojson, polygon

RUNS = tuple("=+-@\t\r\n＝＋－＠")
FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(1)", "'=1", "''=1", "'", "-", "=", ""),
    "=cmd|' /C calc'!A0",
    COMMANDS["formula"],
]


@given(st.text() | st.from_regex(r"'{0,3}[=+\-@\t\r\n＝＋－＠].{0,20}", fullmatch=True))
@example("'=1")
@example("'''＝1")
def test_guarded_text_never_begins_as_a_formula_and_comes_back(text: str) -> None:
    assert not guard(text).startswith(RUNS)
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", FORMULAS)
def test_guarded_formula_is_none(text: str) -> None:
    assert not guard(text).startswith(RUNS)
    assert unguard(guard(text)) == text


def located(*rows: list[str]) -> list[list[str]]:
    """The rows that `locate` writes for these."""
    with TemporaryDirectory() as folder:
        boundaries = file("grids.geojson", geojson(polygon(list(SQUARE.exterior.coords))))(Path(folder))
        source, out = Path(folder, "points.csv"), Path(folder, "out.csv")
        written = io.StringIO(newline="")
        csv.writer(written).writerows([["lon", "lat", "said"], *rows])
        source.write_text(written.getvalue(), encoding="utf-8", newline="")
        locate_file(source, boundaries, out)
        return list(csv.reader(io.StringIO(out.read_bytes().decode(), newline="")))[1:]


def test_file_of_located_points_holds_no_formula_and_its_numbers_stay() -> None:
    said = [text for text in FORMULAS if text]
    rows = located(*(["-71.05", "+42.3", text] for text in said))
    for text, (lon, lat, cell, code) in zip(said, rows, strict=True):
        assert (lon, lat, code) == ("-71.05", "+42.3", "")
        assert not cell.startswith(RUNS), text
        assert cell in (text, guard(text))
    again = located(*(row[:3] for row in rows))
    assert again == rows
