"""Tiles on the ground of a GCJ-02 map: the same grids, where such a map has them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pyogrio
import pytest
from sqlalchemy import Connection

from gis.crs.datums import from_wgs84
from gis.layers.layer import LAYERS
from gis.layers.tiles import tile


def west_and_south(made: bytes, folder: Path, code: str) -> tuple[float, float]:
    file = folder / "16" / "52247" / "27248.pbf"
    file.parent.mkdir(parents=True)
    file.write_bytes(made)
    shapes = pyogrio.read_dataframe(file).to_crs("EPSG:4326").set_index("code")
    west, south, _, _ = shapes.loc[code].geometry.bounds
    return west, south


@pytest.mark.usefixtures("world")
def test_grids_lie_where_a_gcj02_map_has_them_to_a_third_of_a_pixel(
    connection: Connection, world: SimpleNamespace, tmp_path: Path
) -> None:
    assert world.grids
    made = tile(connection, LAYERS["grids"], z=16, x=52247, y=27248, datum="gcj02")
    found = west_and_south(made, tmp_path, "G2")
    pixel_deg = 360 / 2**16 / 256
    assert found == pytest.approx(from_wgs84(107.001, 29.0, datum="gcj02"), abs=pixel_deg / 3)
