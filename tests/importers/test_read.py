from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime
from pathlib import Path

import geopandas
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.encoding import decode, detect
from gis.errors import InvalidInput
from gis.files.formulas import guard, unguard
from gis.importers.read import read

from .conftest import EAST, WEST

FRAME = geopandas.GeoDataFrame(
    {"code": ["1", "2"], "name": ["长远第一网格", "长远第二网格"]}, geometry=[WEST, EAST], crs="EPSG:4490"
)


def _shapefile(folder: Path, encoding: str, *, cpg: str | None) -> Path:
    path = folder / "grids.shp"
    FRAME.to_file(path, engine="pyogrio", encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0  # the mark by which some programs name the encoding
    path.with_suffix(".dbf").write_bytes(dbf)
    return path


@pytest.mark.parametrize("text", ["id,名称\nA,一号楼", "编码,名称\n1,长远第一网格\n2,金佛尚城３栋（东）"])
def test_gb18030_is_recognised_also_when_there_is_little_of_it(text: str) -> None:
    assert decode(text.encode("gb18030")) == (text, "GB18030")


def test_western_text_is_not_taken_for_chinese() -> None:
    data = "name,street\nCafé Zoë,Rue de l'Évêché\nÅsa,Sjövägen à côté".encode("cp1252")
    assert detect(data) != "gb18030"


def test_traditional_text_in_big5_is_not_taken_for_gb18030() -> None:
    text = "編號,內容\n1,樓下的垃圾已經三天沒有人來收了，請儘快處理\n2,消防水管還有水，能不能處理一下，謝謝" * 5
    assert decode(text.encode("big5"))[0] == text


def test_a_gb18030_csv_is_converted_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,名称\nA,一号楼\n".encode("gb18030"))
    source = read(path)
    assert source.frame.loc[2, "名称"] == "一号楼"
    assert "GB18030" in source.notices[0]


def test_a_gb18030_geojson_is_converted_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(FRAME.to_crs(4326).to_json(ensure_ascii=False).encode("gb18030"))
    source = read(path)
    assert source.frame.loc[1, "name"] == "长远第一网格"
    assert "GB18030" in source.notices[0]


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [("utf-8", "UTF-8"), ("gb18030", None), ("gb18030", "936"), ("gb18030", "UTF-8"), ("utf-8", None)],
)
def test_a_shapefile_is_read_whatever_its_cpg_says(tmp_path: Path, encoding: str, cpg: str | None) -> None:
    source = read(_shapefile(tmp_path, encoding, cpg=cpg))
    assert source.frame["name"].tolist() == FRAME["name"].tolist()
    assert bool(source.notices) == (encoding == "gb18030" and cpg != "936")
    assert source.crs is not None
    assert "4490" in source.crs


def test_a_zipped_shapefile_in_a_folder_is_read(tmp_path: Path) -> None:
    _shapefile(tmp_path, "utf-8", cpg="UTF-8")
    path = tmp_path / "grids.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in tmp_path.glob("grids.*"):
            if part != path:
                archive.write(part, f"a folder/{part.name.upper()}")
    source = read(path)
    assert len(source.frame) == 2
    assert source.geometry is not None
    assert source.geometry[0].equals(WEST)


def test_a_zip_without_a_shapefile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "grids.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(InvalidInput, match="no Shapefile"):
        read(path)


def test_a_geopackage_with_several_layers_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    FRAME.to_file(path, layer="one", engine="pyogrio")
    FRAME.to_file(path, layer="two", engine="pyogrio")
    with pytest.raises(InvalidInput, match=r"--layer.*one, two"):
        read(path)
    assert read(path, layer="two").frame["code"].tolist() == ["1", "2"]


def test_an_excel_file_gives_text_as_it_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "floors", "when", "height", "sold"])
    sheet.append([500119003004001, 12, datetime(2023, 4, 1, 8, 30), 3.5, True])  # noqa: DTZ001
    sheet.append([])
    sheet.append(["B2", None, None, None, None])
    book.save(path)
    frame = read(path).frame
    assert frame.loc[2].tolist() == ["500119003004001", "12", "2023-04-01T08:30:00", "3.5", "true"]
    assert frame.loc[4].tolist() == ["B2", "", "", "", ""]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_may_be_separated_in_three_ways(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(delimiter.join(["id", "name"]) + "\r\n" + delimiter.join(["1", "x"]) + "\r\n")
    assert read(path).frame.to_dict("records") == [{"id": "1", "name": "x"}]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b'id,text\n1,"two\nlines"\n\n4,x\n'))
    assert read(path).frame.index.tolist() == [2, 4]


def test_rows_with_too_many_cells_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,a\n2,b,c\n3,d\n4,e,f\n")
    source = read(path)
    assert [fault.where for fault in source.faults] == ["row 3", "row 5"]
    assert source.frame.index.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"id,id\n1,2\n", "more than once"),
        ("a.csv", b'id,name\n1,"never closed\n', "quotation mark"),
        ("a.csv.gz", b"not gzip", "gzip"),
        ("a.xlsx", b"not excel", "Excel"),
        ("a.xls", b"", "save it as .xlsx"),
        ("a.geojson", b"{", "not JSON"),
        ("a.geojson", b'{"type": "Topology"}', "FeatureCollection"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [1]}', "not an object"),
        ("a.gpkg", b"nonsense", "GeoPackage"),
        ("a.zip", b"nonsense", "zip"),
        ("a.shp", b"nonsense", ".shx and .dbf"),
        ("a.doc", b"", "GeoJSON"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=reason):
        read(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no file"):
        read(tmp_path / "none.csv")


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in tuple("=+-@\t\r")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1), min_size=1, max_size=5))
def test_csv_cells_come_back_whatever_is_in_them(cells: list[str]) -> None:
    import csv as writer_of
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        file = io.StringIO(newline="")
        writer = writer_of.writer(file)
        writer.writerow([f"c{number}" for number in range(len(cells))])
        writer.writerow(cells)
        path.write_text("\ufeff" + file.getvalue(), encoding="utf-8", newline="")
        assert read(path).frame.iloc[0].tolist() == cells
