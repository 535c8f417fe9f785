"""Tiles of a base map in one file on disk: MBTiles (SQLite) or PMTiles.

Rows count from the north, as addresses of tiles do; MBTiles counts its own from the south.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pmtiles.reader
from pmtiles.tile import Compression, MagicNumberNotFound, TileType

from gis.errors import Unavailable, said

MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "pbf": "application/vnd.mapbox-vector-tile",
}
_PMTILES_FORMATS = {TileType.PNG: "png", TileType.JPEG: "jpg", TileType.WEBP: "webp", TileType.MVT: "pbf"}
_READER: Any = pmtiles.reader  # it has no types
_GZIP = b"\x1f\x8b"
SUFFIXES = (".mbtiles", ".pmtiles")


class TileFile(Protocol):
    """A file of tiles. `media_type` is theirs, `closest_zoom` the last one that it has, `credit` whom it is by."""

    media_type: str
    closest_zoom: int
    credit: str

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """One tile, not compressed; None where the file has none."""


def open_tiles(path: Path) -> TileFile:
    """The tiles of a file. Raises Unavailable where it is not there, or not what its name says."""
    if not path.is_file():
        raise Unavailable(said("The base map's file {path} is not there.", path=str(path)))
    try:
        return _MBTiles(path) if path.suffix.lower() == ".mbtiles" else _PMTiles(path)
    except (sqlite3.Error, MagicNumberNotFound, OSError, ValueError, LookupError, TypeError, EOFError):
        raise Unavailable(said("The base map's file {path} holds no tiles that can be read.", path=str(path))) from None


class _MBTiles:
    def __init__(self, path: Path) -> None:
        self._address = f"file:{quote(str(path.resolve()))}?mode=ro"
        with closing(self._open()) as file:
            told = dict(file.execute("SELECT name, value FROM metadata").fetchall())
            most = file.execute("SELECT max(zoom_level) FROM tiles").fetchone()[0]
        self.media_type = MEDIA_TYPES[told["format"]]
        self.closest_zoom = int(most)
        self.credit = str(told.get("attribution", ""))

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._address, uri=True)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        query = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        with closing(self._open()) as file:
            found = file.execute(query, (z, x, 2**z - 1 - y)).fetchone()
        return _plain(bytes(found[0])) if found else None


class _PMTiles:
    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._reader = _READER.Reader(_READER.MmapSource(file))
        told = self._reader.header()
        if told["tile_compression"] not in (Compression.NONE, Compression.GZIP):
            raise ValueError("a compression that is not read")
        self.media_type = MEDIA_TYPES[_PMTILES_FORMATS[told["tile_type"]]]
        self.closest_zoom = int(told["max_zoom"])
        self.credit = str(self._reader.metadata().get("attribution", ""))

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        found: bytes | None = self._reader.get(z, x, y)
        return None if found is None else _plain(found)


def _plain(tile: bytes) -> bytes:
    return gzip.decompress(tile) if tile.startswith(_GZIP) else tile
