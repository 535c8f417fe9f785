"""Files of any length: written piece by piece, they read as one."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pyogrio
import pytest
import shapely

from gis.errors import InvalidInput
from gis.exporters import formats
from gis.exporters.tables import Table

NUMBERS = {"n": "Int64", "late": "boolean", "sure": "Float64"}


def table(count: int, *, geometry_type: str = "Point") -> Table:
    def rows() -> Generator[tuple[Any, ...], None, None]:
        for n in range(count):
            late = n >= formats._BATCH  # the first batch knows nothing of what comes in the second
            point = shapely.to_wkb(shapely.Point(107 + n / 1e6, 29)) if late and geometry_type else None
            yield (n if late else None, "=1+1" if late else None, late or None, n / 2 if late else None, point)

    return Table("issues", ("n", "text", "late", "sure"), rows(), geometry_type, NUMBERS)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_BATCH", 3)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_geopackage_in_batches_is_one_layer_of_one_type_a_column(tmp_path: Path, count: int) -> None:
    file = tmp_path / "issues.gpkg"
    assert formats.write_gpkg(table(count), file) == count
    told = pyogrio.read_info(file)
    assert told["features"] == count
    assert told["geometry_type"] == "Point"
    assert told["crs"] == "EPSG:4326"
    kinds = dict(zip(told["fields"], told["ogr_types"], strict=True))
    assert kinds["n"] == "OFTInteger64"
    assert kinds["sure"] == "OFTReal"
    assert kinds["text"] == "OFTString"
    read = geopandas.read_file(file)
    assert list(read["n"].dropna()) == list(range(3, count))
    assert read.geometry.notna().sum() == max(0, count - 3)


@pytest.mark.usefixtures("small_batches")
def test_geopackage_without_geometry_is_a_plain_table(tmp_path: Path) -> None:
    file = tmp_path / "issues.gpkg"
    assert formats.write_gpkg(table(5, geometry_type=""), file) == 5
    assert pyogrio.read_info(file)["geometry_type"] is None


def test_sheet_with_more_rows_than_excel_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_XLSX_ROWS", 4)
    monkeypatch.setattr(formats, "_BATCH", 0)
    assert formats.write_xlsx(table(3), tmp_path / "fits.xlsx") == 3
    assert len(list(openpyxl.load_workbook(tmp_path / "fits.xlsx").active.values)) == 4
    with pytest.raises(InvalidInput, match="at most 4 rows"):
        formats.write_xlsx(table(4), tmp_path / "does_not.xlsx")


def test_text_that_looks_like_a_formula_is_text_in_a_sheet(tmp_path: Path) -> None:
    formats.write_xlsx(Table("issues", ("text",), (row for row in [("=1+1", None)]), ""), tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert (cell.data_type, cell.value) == ("s", "'=1+1")
