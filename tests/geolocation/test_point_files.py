"""Files of points get the grid of each point."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
import typer

from api.commands.locating import app
from gis.errors import InvalidInput
from gis.geolocation.point_files import locate_file
from gis.geometry.locate import WORTH_CELLS

SIDE_BY_SIDE = {"B": shapely.box(107, 29, 108, 30), "A": shapely.box(108, 29, 109, 30)}


@pytest.fixture
def boundaries(tmp_path: Path) -> Path:
    return write_boundaries(tmp_path / "grids.geojson")


def write_boundaries(path: Path, grids: dict[str, Any] = SIDE_BY_SIDE, crs: int = 4326) -> Path:
    frame = geopandas.GeoDataFrame({"code": list(grids)}, geometry=list(grids.values()), crs=4326)
    frame.to_crs(crs).to_file(path)
    return path


def located(boundaries: Path, points: str | bytes, name: str = "points.csv", **options: Any) -> str:
    source = boundaries.with_name(name)
    source.write_bytes(points.encode() if isinstance(points, str) else points)
    out = boundaries.with_name("out.csv")
    locate_file(source, boundaries, out, **options)
    return out.read_text()


def faults(boundaries: Path, points: str | bytes, **options: Any) -> list[str]:
    with pytest.raises(InvalidInput) as raised:
        located(boundaries, points, **options)
    assert not boundaries.with_name("out.csv").exists()
    assert not list(boundaries.parent.glob(".*"))
    return [fault.code for fault in raised.value.faults]


def test_rows_come_back_with_the_code_of_their_grid(boundaries: Path) -> None:
    points = "id,lon,lat\n007,107.50,29.5\n8,108.5,29.5\n9,108,29.5\n10,110,29.5\n11,,\n"
    assert located(boundaries, points) == (
        "id,lon,lat,grid_code\n007,107.50,29.5,B\n8,108.5,29.5,A\n9,108,29.5,A\n10,110,29.5,\n11,,,\n"
    )


def test_columns_may_have_any_names(boundaries: Path) -> None:
    assert located(boundaries, "y;经度\n29.5;107.5\n", lon="经度", lat="y") == "y;经度;grid_code\n29.5;107.5;B\n"


def test_cells_with_commas_quotes_and_line_breaks_stay_whole(boundaries: Path) -> None:
    points = 'text,lon,lat\n"水管,""旧""\n漏水",107.5,29.5\n'
    out = located(boundaries, points)
    assert pd.read_csv(boundaries.with_name("out.csv")).to_dict("records") == [
        {"text": '水管,"旧"\n漏水', "lon": 107.5, "lat": 29.5, "grid_code": "B"}
    ]
    assert out.startswith("text,lon,lat,grid_code\n")


def test_gb18030_is_recognised_and_becomes_utf8(boundaries: Path) -> None:
    points = "地址,lon,lat\n金佛尚城三栋,107.5,29.5\n".encode("gb18030")
    assert located(boundaries, points) == "地址,lon,lat,grid_code\n金佛尚城三栋,107.5,29.5,B\n"


def test_a_byte_order_mark_is_no_part_of_a_column_name(boundaries: Path) -> None:
    assert located(boundaries, "\ufefflon,lat\n107.5,29.5\n") == "lon,lat,grid_code\n107.5,29.5,B\n"


def test_gzip_is_read_and_written(boundaries: Path) -> None:
    source, out = boundaries.with_name("points.csv.gz"), boundaries.with_name("out.csv.gz")
    source.write_bytes(gzip.compress(b"lon,lat\n107.5,29.5\n"))
    assert locate_file(source, boundaries, out).inside == 1
    assert gzip.decompress(out.read_bytes()) == b"lon,lat,grid_code\n107.5,29.5,B\n"


def test_a_header_alone_comes_back_as_one(boundaries: Path) -> None:
    assert located(boundaries, "id,lon,lat\n") == "id,lon,lat,grid_code\n"


def test_parquet_keeps_its_types(boundaries: Path) -> None:
    source, out = boundaries.with_name("points.parquet"), boundaries.with_name("out.parquet")
    frame = pd.DataFrame({"n": [1, 2, 3], "lon": [107.5, 110.0, np.nan], "lat": [29.5, 29.5, 29.5]})
    frame.to_parquet(source)
    locate_file(source, boundaries, out)
    found = pd.read_parquet(out)
    pd.testing.assert_frame_equal(found[["n", "lon", "lat"]], frame)
    assert found["grid_code"].fillna("").tolist() == ["B", "", ""]


def test_many_points_are_located_as_few_are(boundaries: Path) -> None:
    chance = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"lon": chance.uniform(106.9, 109.1, WORTH_CELLS), "lat": chance.uniform(28.9, 30.1, WORTH_CELLS)}
    )
    source, out = boundaries.with_name("points.csv"), boundaries.with_name("out.csv")
    frame.to_csv(source, index=False)
    tally = locate_file(source, boundaries, out)
    within = frame["lat"].between(29, 30)
    expected = np.select(
        [within & frame["lon"].between(108, 109), within & frame["lon"].between(107, 108)], ["A", "B"], ""
    )
    assert (pd.read_csv(out)["grid_code"].fillna("") == expected).all()
    assert (tally.points, tally.inside) == (len(frame), (expected != "").sum())


def test_boundaries_may_be_in_another_system(tmp_path: Path) -> None:
    metres = write_boundaries(tmp_path / "grids.gpkg", crs=4545)
    assert located(metres, "lon,lat\n107.5,29.5\n") == "lon,lat,grid_code\n107.5,29.5,B\n"


def test_what_is_no_number_is_told_with_its_row_and_nothing_is_written(boundaries: Path) -> None:
    with pytest.raises(InvalidInput) as raised:
        located(boundaries, "lon,lat\n107.5,29.5\neast,29.5\n107.5,north\n")
    assert [str(fault) for fault in raised.value.faults] == [
        "row 3, lon: 'east' is not a number",
        "row 4, lat: 'north' is not a number",
    ]
    assert not boundaries.with_name("out.csv").exists()


def test_rows_of_another_length_are_faults(boundaries: Path) -> None:
    assert faults(boundaries, "id,lon,lat\n1,107.5,29.5\n2,107.5,29.5,9\n") == ["ragged"]


def test_swapped_coordinates_are_refused_with_that_reason(boundaries: Path) -> None:
    assert faults(boundaries, "lon,lat\n29.5,107.5\n29.6,107.6\n") == ["swapped"]


def test_metres_are_refused_with_that_reason(boundaries: Path) -> None:
    assert faults(boundaries, "lon,lat\n551234,3265432\n") == ["not_degrees"]


def test_columns_that_are_lacking_or_taken_are_told_together(boundaries: Path) -> None:
    assert faults(boundaries, "x,lat,lat,grid_code\n1,2,3,4\n") == [
        "missing_column",
        "duplicate_column",
        "column_taken",
    ]


def test_boundaries_without_their_column_or_with_faults_are_refused(tmp_path: Path, boundaries: Path) -> None:
    assert faults(boundaries, "lon,lat\n1,2\n", code="precinct") == ["missing_column"]
    crossing = shapely.Polygon([(107, 29), (108, 30), (108, 29), (107, 30)])
    faulty = write_boundaries(tmp_path / "faulty.gpkg", {"A": crossing, "": SIDE_BY_SIDE["B"]})
    assert sorted(faults(faulty, "lon,lat\n1,2\n")) == ["missing", "self_crossing"]


def test_files_that_are_not_there_or_not_what_they_say_are_told(tmp_path: Path, boundaries: Path) -> None:
    out = tmp_path / "out.csv"
    (tmp_path / "broken.parquet").write_bytes(b"no parquet")
    for points, grids in (
        (tmp_path / "none.csv", boundaries),
        (tmp_path / "broken.parquet", boundaries),
        (boundaries, tmp_path / "none.gpkg"),
        (boundaries, tmp_path / "broken.parquet"),
    ):
        with pytest.raises(InvalidInput):
            locate_file(points, grids, out)


def test_the_output_may_take_the_place_of_the_input(boundaries: Path) -> None:
    source = boundaries.with_name("points.csv")
    source.write_text("lon,lat\n107.5,29.5\n")
    assert locate_file(source, boundaries, source).inside == 1
    assert source.read_text() == "lon,lat,grid_code\n107.5,29.5,B\n"


def test_the_command_tells_how_long_it_took(boundaries: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = boundaries.with_name("points.csv"), boundaries.with_name("out.csv")
    source.write_text("x,y\n107.5,29.5\n110,29.5\n")
    arguments = [source, "--boundaries", boundaries, "--lon", "x", "--lat", "y", "-o", out]
    typer.main.get_command(app).main([str(argument) for argument in arguments], standalone_mode=False)
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"index \d+\.\d\d s, located 2 points in \d+\.\d\d s", first)
    assert second.startswith("1 in a grid, 1 in none")
