"""Whether a file is what its name says.

GDAL opens a file by what it finds inside: text that is called grids.shp, but holds a “virtual” dataset, would make it
read other files and addresses. So the first bytes have to agree with the name before any library sees the file.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Literal

from gis.errors import Fault, InvalidInput, said

Content = Literal["csv", "geojson", "gzip", "shapefile", "gpkg", "fgb", "parquet", "zip"]

_NAMED: dict[Content, str] = {
    "csv": "text (CSV)",
    "geojson": "JSON",
    "gzip": "a gzip file",
    "shapefile": "a Shapefile (.shp)",
    "gpkg": "a GeoPackage",
    "fgb": "FlatGeobuf",
    "parquet": "Parquet",
    "zip": "a zip archive, nor an Excel workbook (.xlsx)",
}
_BEGINNINGS: dict[Content, tuple[bytes, ...]] = {
    "gzip": (b"\x1f\x8b",),
    "shapefile": (b"\x00\x00\x27\x0a",),
    "gpkg": (b"SQLite format 3\x00",),
    "fgb": (b"fgb\x03", b"fgb\x04"),
    "parquet": (b"PAR1",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LOOKED_AT_BYTES = 4096


def demand_content(path: Path, wanted: Content) -> None:
    """Raise InvalidInput, `content`, unless a file begins as what it is called does.

    Text has no mark to know it by: it must not begin as one of the others, and JSON with its bracket.
    """
    with path.open("rb") as file:
        begin = file.read(_LOOKED_AT_BYTES)
    if not _agrees(begin, wanted):
        raise InvalidInput(
            [Fault("file", "content", said("its content is not {named}, whatever it is called", named=_NAMED[wanted]))]
        )


def _agrees(begin: bytes, wanted: Content) -> bool:
    if wanted in _BEGINNINGS:
        return begin.startswith(_BEGINNINGS[wanted])
    marks = tuple(mark for content in _BEGINNINGS.values() for mark in content)
    if begin.startswith(marks):
        return False
    text = begin.removeprefix(codecs.BOM_UTF8).lstrip()
    return wanted == "csv" or begin.startswith(_UTF16) or text[:1] in (b"{", b"[", b"")
