"""GDAL, as ogrinfo and QGIS use it, asks the running service.

In a process of its own: it waits for answers without letting other threads of Python go on, the service's among them.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyogrio
import pytest

from tests.client import TestClient

READ = """
import json, sys, warnings
import pyogrio
warnings.simplefilter("ignore")
path, options = sys.argv[1], json.loads(sys.argv[2])
if options is None:
    print(json.dumps([str(name) for name, _ in pyogrio.list_layers(path)]))
else:
    if "bbox" in options:
        options["bbox"] = tuple(options["bbox"])
    print(pyogrio.read_dataframe(path, datetime_as_string=True, **options).to_json())
"""


def token_of(client: TestClient) -> str:
    return client.headers["authorization"].removeprefix("Bearer ")


def gdal(path: str, token: str, *, basic: bool = False, **options: Any) -> Any:
    """What GDAL reads: the names of layers, or with options the features of one."""
    given = {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token}
    if basic:
        given = {"GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_USERPWD": f"token:{token}"}
    asked = json.dumps(options or None)
    command = [sys.executable, "-c", READ, path, asked]
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def names(found: Any, column: str = "code") -> set[str]:
    return {feature["properties"][column] for feature in found["features"]}


@pytest.mark.parametrize("basic", [False, True])
def test_gdal_lists_the_layers_with_a_token_in_either_form(basic: bool, address: str, admin: TestClient) -> None:
    found = gdal(f"OAPIF:{address}", token_of(admin), basic=basic)
    assert found == ["grids", "grid_versions", "matters", "communities", "buildings", "compounds", "places"]


def test_gdal_reads_all_grids_with_their_names_and_shapes(address: str, admin: TestClient) -> None:
    found = gdal(f"OAPIF:{address}", token_of(admin), layer="grids")
    assert names(found, "name") == {"G1网格", "G2网格", "G3网格", "G4网格"}
    first = next(each for each in found["features"] if each["properties"]["code"] == "G1")
    west, south, east, north = 107.0, 29.0, 107.001, 29.001
    corners = {(west, south), (east, south), (east, north), (west, north)}
    assert {tuple(corner) for corner in first["geometry"]["coordinates"][0][0]} == corners


def test_gdal_pages_through_what_a_box_holds(address: str, admin: TestClient) -> None:
    # PAGE_SIZE is an option of the driver: each feature comes by a request of its own.
    found = gdal(
        f"OAPIF:{address}", token_of(admin), layer="buildings", bbox=[107.0, 29.0, 107.0019, 29.001], PAGE_SIZE=1
    )
    assert names(found) == {"B1", "B2", "B3"}


def test_gdal_decodes_a_tile_to_where_its_grids_are(admin: TestClient, tmp_path: Path) -> None:
    answer = admin.get("/ogc/collections/grids/tiles/WebMercatorQuad/16/52246/27247")
    file = tmp_path / "16" / "52246" / "27247.pbf"
    file.parent.mkdir(parents=True)
    file.write_bytes(answer.content)
    shapes = pyogrio.read_dataframe(file).to_crs("EPSG:4326").set_index("code")
    assert set(shapes.index) == {"G1", "G2", "G3"}
    assert shapes.loc["G1"].geometry.bounds == pytest.approx((107.0, 29.0, 107.001, 29.001), abs=2e-6)


def test_token_serves_as_basic_password_for_reading_maps_only(nobody: TestClient, admin: TestClient) -> None:
    basic = base64.b64encode(f"qgis:{token_of(admin)}".encode()).decode()
    headers = {"authorization": f"Basic {basic}"}
    assert nobody.get("/ogc/collections", headers=headers).status_code == 200
    assert nobody.get("/ogc", headers=headers).headers["location"].endswith("/ogc/")  # where QGIS begins
    assert nobody.get("/ogcx", headers=headers).status_code == 401
    assert nobody.get("/api/grids", headers=headers).status_code == 401
    assert nobody.post("/ogc/collections", headers=headers).status_code == 401
    assert nobody.get("/ogc/collections", headers={"authorization": "Basic ???"}).status_code == 401
