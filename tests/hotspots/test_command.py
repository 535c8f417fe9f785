"""`./dualgrid hotspots`, for whatever files of points people have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import typer

from api.commands.hotspots import app
from gis.crs import from_wgs84
from gis.errors import InvalidInput
from gis.hotspots.emerging import NAMES
from tests.hotspots.test_find import town


@pytest.fixture
def points(tmp_path: Path) -> Path:
    lon, lat = town(cases=1_000, spot=400)
    frame = pd.DataFrame({"x": lon, "y": lat, "households": 4})
    frame.to_csv(tmp_path / "points.csv", index=False)
    return tmp_path / "points.csv"


def run(*arguments: object) -> dict[str, Any]:
    out = Path(str(arguments[0])).with_name("cells.geojson")
    everything = [*map(str, arguments), "-o", str(out)]
    typer.main.get_command(app).main(everything, standalone_mode=False)
    answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return answer


def faults(*arguments: object) -> list[str]:
    with pytest.raises(InvalidInput) as raised:
        run(*arguments)
    assert not Path(str(arguments[0])).with_name("cells.geojson").exists()
    return sorted(fault.code for fault in raised.value.faults)


def test_each_cell_is_written_with_its_figures_and_how_they_came(
    points: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = run(points, "--lon", "x", "--lat", "y", "--cell-m", "250", "--seed", "3")
    told = capsys.readouterr().out
    assert "1400 cases" in told
    assert "hot_99" in told
    figures = {"count", "rate", "z", "p", "q", "class"}
    assert all(figures <= feature["properties"].keys() for feature in answer["features"])
    assert sum(feature["properties"]["count"] for feature in answer["features"]) == 1_400
    assert {"weights", "permutations", "seed", "set_apart"} <= answer["metadata"].keys()
    assert (answer["metadata"]["seed"], answer["metadata"]["permutations"]) == (3, 99_999)
    frame = geopandas.read_file(points.with_name("cells.geojson"))
    assert frame.is_valid.all()
    assert len(frame) == len(answer["features"])


def test_the_same_again_writes_the_same_bytes(points: Path) -> None:
    run(points, "--lon", "x", "--lat", "y")
    first = points.with_name("cells.geojson").read_bytes()
    run(points, "--lon", "x", "--lat", "y")
    assert points.with_name("cells.geojson").read_bytes() == first


@pytest.mark.parametrize("name", ["points.gpkg", "points.geojson", "points.shp"])
def test_vector_files_need_no_columns(points: Path, name: str) -> None:
    frame = pd.read_csv(points)
    source = points.with_name(name)
    geopandas.GeoDataFrame(frame[[]].assign(n=1), geometry=geopandas.points_from_xy(frame.x, frame.y), crs=4326).to_crs(
        4326 if name.endswith("json") else 4545
    ).to_file(source)
    by_name = run(points, "--lon", "x", "--lat", "y", "--permutations", "99")
    answer = run(source, "--permutations", "99")
    assert [f["properties"] for f in answer["features"]] == [f["properties"] for f in by_name["features"]]


def test_foreign_coordinates_are_brought_home(points: Path) -> None:
    frame = pd.read_csv(points)
    lon, lat = from_wgs84(frame["x"].to_numpy(), frame["y"].to_numpy(), datum="gcj02")
    foreign = points.with_name("foreign.csv")
    pd.DataFrame({"经度": lon, "纬度": lat}).to_csv(foreign, index=False)
    own = run(points, "--lon", "x", "--lat", "y", "--permutations", "99", "--cell-m", "250")
    brought = run(foreign, "--crs", "gcj02", "--permutations", "99", "--cell-m", "250")
    assert abs(len(own["features"]) - len(brought["features"])) <= 1


def test_rows_may_name_their_own_system(points: Path) -> None:
    frame = pd.read_csv(points)
    lon, lat = from_wgs84(frame["x"].to_numpy(), frame["y"].to_numpy(), datum="gcj02")
    frame["crs"] = np.where(frame.index % 2, "GCJ02", "")
    frame["lon"], frame["lat"] = np.where(frame["crs"], lon, frame["x"]), np.where(frame["crs"], lat, frame["y"])
    mixed = points.with_name("mixed.csv")
    frame.drop(columns=["x", "y"]).to_csv(mixed, index=False)
    own = run(points, "--lon", "x", "--lat", "y", "--permutations", "99", "--cell-m", "250")
    brought = run(mixed, "--permutations", "99", "--cell-m", "250")
    assert abs(len(own["features"]) - len(brought["features"])) <= 1
    points.with_name("cells.geojson").unlink()
    frame["crs"] = "moon"
    frame.to_csv(mixed, index=False)
    assert set(faults(mixed)) == {"unknown_crs"}


def test_households_make_it_a_rate(points: Path) -> None:
    renamed = points.with_name("homes.csv")
    pd.read_csv(points).rename(columns={"x": "lon", "y": "lat"}).to_csv(renamed, index=False)
    answer = run(points, "--lon", "x", "--lat", "y", "--households", renamed, "--permutations", "99")
    assert answer["metadata"]["rate"] == "count per 100 households"
    assert {feature["properties"]["rate"] for feature in answer["features"]} == {25.0}
    assert sum(feature["properties"]["exposure"] for feature in answer["features"]) == 5_600


def test_with_times_each_cell_has_its_trend(points: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_csv(points)
    chance = np.random.default_rng(1)
    frame["when"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(chance.integers(0, 365, len(frame)), unit="D")
    frame.loc[0, "when"], frame.loc[1, "when"] = pd.Timestamp("2023-01-01"), pd.Timestamp("2023-12-31")
    frame.to_csv(points, index=False)
    answer = run(points, "--lon", "x", "--lat", "y", "--time", "when", "--cell-m", "250")
    assert answer["metadata"]["trend"] | {"statistic": ""} == {
        "statistic": "",
        "unit": "M",
        "zone": "Asia/Shanghai",
        "first": "2023-01",
        "last": "2023-12",
        "periods": 12,
        "without_period": 0,
    }
    trends = {feature["properties"]["trend"] for feature in answer["features"]}
    assert trends & {"persistent", "sporadic", "intensifying", "diminishing"}
    assert "trend of 12 periods" in capsys.readouterr().out
    renamed = points.with_name("homes.csv")
    frame.rename(columns={"x": "lon", "y": "lat"}).iloc[:-5].to_csv(renamed, index=False)
    rated = run(points, "--lon", "x", "--lat", "y", "--time", "when", "--cell-m", "250", "--households", renamed)
    assert {"none"} <= {feature["properties"]["trend"] for feature in rated["features"]} <= {*NAMES, "no_exposure"}


def test_rows_without_a_place_are_counted(points: Path) -> None:
    with points.open("a") as file:
        file.write(",,1\n,,1\n")
    assert run(points, "--lon", "x", "--lat", "y", "--permutations", "99")["metadata"]["without_place"] == 2


def test_everything_wrong_is_told_at_once(points: Path) -> None:
    assert faults(points, "--period", "hour", "--timezone", "x") == ["unknown", "unknown"]
    assert faults(points) == ["missing_column", "missing_column"]
    assert faults(points, "--lon", "x", "--lat", "z") == ["missing_column"]
    assert faults(points, "--lon", "x", "--lat", "y", "--form", "round", "-o", "cells.gpkg") == ["unknown"]
    broken = points.with_name("broken.csv")
    broken.write_text("lon,lat\n107.1,x\n107.1,95\n0,0\n107.1,29.1\n")
    assert faults(broken) == ["bad_number", "null_island", "outside_world"]
    assert faults(points.with_name("none.csv")) == ["missing"]
    homes = points.with_name("homes.csv")
    homes.write_text("lon,lat,households\n107.1,29.1,-3\n")
    assert faults(points, "--lon", "x", "--lat", "y", "--households", homes) == ["out_of_range"]
    homes.write_text("lon,lat,households\n107.1,29.1,0\n")
    assert faults(points, "--lon", "x", "--lat", "y", "--households", homes) == ["empty"]
    homes.write_text("lon,lat\n")
    assert faults(homes) == ["empty"]
    assert not list(points.parent.glob(".*"))
