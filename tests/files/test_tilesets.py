"""Tiles in a file on disk: the same pictures, whichever of the two forms holds them."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from gis.errors import Unavailable
from gis.files.tilesets import open_tiles

PICTURES = {(0, 0, 0): b"\x89PNG world", (3, 6, 3): b"\x89PNG China"}


def write_mbtiles(path: Path, tiles: dict[tuple[int, int, int], bytes], kind: str = "png") -> Path:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE metadata (name text, value text)")
        file.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        file.executemany("INSERT INTO metadata VALUES (?, ?)", [("format", kind), ("attribution", "测绘局")])
        rows = [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()]
        file.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    return path


def write_pmtiles(path: Path, tiles: dict[tuple[int, int, int], bytes], kind: TileType = TileType.PNG) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for (z, x, y), data in sorted(tiles.items(), key=lambda item: zxy_to_tileid(*item[0])):
            writer.write_tile(zxy_to_tileid(z, x, y), data)
        compression = Compression.GZIP if kind == TileType.MVT else Compression.NONE
        edges = {"min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 1, "max_lat_e7": 1}
        middle = {"center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}
        header = {"tile_type": kind, "tile_compression": compression, **edges, **middle}
        writer.finalize(header, {"attribution": "测绘局"})
    return path


@pytest.mark.parametrize("write", [write_mbtiles, write_pmtiles])
def test_tile_is_found_by_its_row_from_the_north(write, tmp_path: Path) -> None:
    file = open_tiles(write(tmp_path / f"base.{write.__name__.removeprefix('write_')}", PICTURES))
    assert (file.media_type, file.closest_zoom, file.credit) == ("image/png", 3, "测绘局")
    assert file.tile(3, 6, 3) == PICTURES[3, 6, 3]
    assert file.tile(0, 0, 0) == PICTURES[0, 0, 0]
    assert file.tile(3, 6, 4) is None
    assert file.tile(9, 0, 0) is None


@pytest.mark.parametrize(("write", "kind"), [(write_mbtiles, "pbf"), (write_pmtiles, TileType.MVT)])
def test_vector_tiles_are_unpacked(write, kind, tmp_path: Path) -> None:
    path = tmp_path / f"base.{write.__name__.removeprefix('write_')}"
    file = open_tiles(write(path, {(0, 0, 0): gzip.compress(b"shapes")}, kind))
    assert file.media_type == "application/vnd.mapbox-vector-tile"
    assert file.tile(0, 0, 0) == b"shapes"


def test_file_that_is_not_there_or_holds_something_else_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is not there"):
        open_tiles(tmp_path / "none.mbtiles")
    for name in ("other.mbtiles", "other.pmtiles", "empty.mbtiles", "empty.pmtiles"):
        path = tmp_path / name
        path.write_bytes(b"" if name.startswith("empty") else b"these are no tiles " * 20)
        with pytest.raises(Unavailable, match="no tiles that can be read"):
            open_tiles(path)
