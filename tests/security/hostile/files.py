"""Files made by who means harm, each written into a folder and given by its path.

Made here rather than kept: a bomb in a repository is a bomb, and how it is made says what it is.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import shapely

from tests.security.hostile.corpus import NO_TEXT, TEXTS

SQUARE = shapely.box(107.090, 29.160, 107.091, 29.161)
RING = [[107.09, 29.16], [107.091, 29.16], [107.091, 29.161], [107.09, 29.161], [107.09, 29.16]]
VIRTUAL = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
PIPELINE = '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd ! write stdout"}'
ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "'
    + "ha" * 50
    + '">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
QUADRATIC = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + "b" * 50_000 + '">]>'
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'

Made = Callable[[Path], Path]


def geojson(*geometries: Any, **properties: Any) -> str:
    """A collection with a feature for each geometry; NaN and the like are written as Python writes them."""
    features = [
        {"type": "Feature", "properties": {"code": f"G{n}", "name": "x"} | properties, "geometry": geometry}
        for n, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def file(name: str, content: str | bytes) -> Made:
    """Writes a file as it is."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        return path

    return make


def zipped(name: str, members: dict[str, bytes | str]) -> Made:
    def make(folder: Path) -> Path:
        path = folder / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for member, content in members.items():
                archive.writestr(member, content)
        return path

    return make


def shapefile_zipped_as(*, name: str = "grids", add: dict[str, bytes] | None = None, spoil: str = "") -> Made:
    """A sound Shapefile in an archive, under a name, with other members beside it, or with a part of it spoilt."""

    def make(folder: Path) -> Path:
        inside = folder / "inside"
        inside.mkdir()
        geopandas.GeoDataFrame({"code": ["1"], "name": ["x"]}, geometry=[SQUARE], crs=4326).to_file(
            inside / "grids.shp"
        )
        path = folder / "grids.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in inside.iterdir():
                content = b"\xff" * 40 if part.suffix == spoil else part.read_bytes()
                archive.writestr(f"{name}{part.suffix}", content)
            for member, content in (add or {}).items():
                archive.writestr(member, content)
        return path

    return make


def bomb(name: str, member: str, size_bytes: int) -> Made:
    """An archive whose one member is that many zeros."""

    def make(folder: Path) -> Path:
        path = folder / name
        piece = bytes(1024 * 1024)
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
            archive.open(member, "w", force_zip64=True) as opened,
        ):
            for _ in range(size_bytes // len(piece)):
                opened.write(piece)
        return path

    return make


def lying_archive(folder: Path) -> Path:
    """An archive that says of its member that it is ten bytes long; it is a hundred megabytes."""
    path = bomb("lies.zip", "grids.shp", 100 * 1024**2)(folder)
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        begin = data.rfind(mark)
        data[begin + at : begin + at + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    return path


def gzip_bomb(folder: Path) -> Path:
    path = folder / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as opened:
        opened.write(b"id,name\n")
        for _ in range(700):
            opened.write(b"1,x\n" * 262_144)
    return path


def workbook(parts: dict[str, str]) -> Made:
    """A sound workbook with some of its parts replaced."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.worksheets[0].append(["id", "name", "lon", "lat"])
        book.worksheets[0].append(["B1", "=1+1", 107.0905, 29.1605])
        sound, path = folder / "sound.xlsx", folder / "book.xlsx"
        book.save(sound)
        with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.namelist():
                new.writestr(member, parts.get(member, old.read(member)))
            for member in parts.keys() - set(old.namelist()):
                new.writestr(member, parts[member])
        return path

    return make


def geopackage(*statements: str, name: str = "grids.gpkg") -> Made:
    """A sound GeoPackage, and what is done to it afterwards."""

    def make(folder: Path) -> Path:
        path = folder / name
        frame = geopandas.GeoDataFrame({"code": ["1"], "name": ["x"]}, geometry=[SQUARE], crs=4326)
        frame.to_file(path, layer="grids", driver="GPKG")
        database = sqlite3.connect(path)
        triggers = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        with database:
            for name_of_trigger in triggers if statements else ():
                database.execute(f'DROP TRIGGER "{name_of_trigger}"')  # they call what only GDAL knows
            for statement in statements:
                database.execute(statement)
        database.close()
        return path

    return make


def _sheet(rows: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


def _typed(value: str) -> str:
    return f'<row r="1"><c r="A1" t="inlineStr"><is><t>{value}</t></is></c></row>'


SHEET, BOOK, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"
_DOCTYPED = _sheet(_typed("&b;")).replace("<worksheet", EXTERNAL.partition("?>")[2] + "<worksheet", 1)

REFUSED: dict[str, Made] = {
    # GeoJSON
    "geojson not a number": file("a.geojson", geojson(polygon([[float("nan"), 29.0], *RING[1:]]))),
    "geojson infinite": file("a.geojson", geojson(polygon([[float("inf"), 29.0], *RING[1:]]))),
    "geojson beyond a double": file("a.geojson", geojson(polygon(RING)).replace("107.09,", "1e999,")),
    "geojson open ring": file("a.geojson", geojson(polygon(RING[:-1]))),
    "geojson ring of two": file("a.geojson", geojson(polygon(RING[:2]))),
    "geojson ring of none": file("a.geojson", geojson(polygon([]))),
    "geojson empty": file("a.geojson", geojson(polygon())),
    "geojson crossing itself": file("a.geojson", geojson(polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]))),
    "geojson text for numbers": file("a.geojson", geojson(polygon([["107", "29"], *RING[1:]]))),
    "geojson null for numbers": file("a.geojson", geojson(polygon([[None, None], *RING[1:]]))),
    "geojson numbers of one": file("a.geojson", geojson(polygon([[107.0], *RING[1:]]))),
    "geojson object for numbers": file("a.geojson", geojson(polygon([{"lon": 1}, *RING[1:]]))),
    "geojson off the earth": file("a.geojson", geojson(polygon([[x * 1e9, y * 1e9] for x, y in RING]))),
    "geojson geometry that is text": file("a.geojson", geojson("POLYGON((0 0))")),
    "geojson geometry that is a list": file("a.geojson", geojson([1, 2])),
    "geojson geometry without a type": file("a.geojson", geojson({"coordinates": [RING]})),
    "geojson geometry of no known type": file("a.geojson", geojson({"type": "Circle", "coordinates": RING})),
    "geojson geometry of many geometries": file(
        "a.geojson", geojson({"type": "GeometryCollection", "geometries": [polygon(RING), 7]})
    ),
    "geojson line": file("a.geojson", geojson({"type": "LineString", "coordinates": RING})),
    "geojson deep coordinates": file(
        "a.geojson",
        geojson(polygon(RING))
        .replace('"coordinates": ', '"coordinates": ' + "[" * 900, 1)
        .replace("]]]", "]" * 903, 1),
    ),
    "geojson very deep": file("a.geojson", '{"type":"FeatureCollection","features":' + "[" * 1_000_000),
    "geojson deep property": file(
        "a.geojson", geojson(polygon(RING), code="D").replace('"D"', "[" * 800 + '"D"' + "]" * 800)
    ),
    "geojson deep collections": file(
        "a.geojson",
        geojson("X").replace('"X"', '{"type":"GeometryCollection","geometries":[' * 300 + "]}" * 300),
    ),
    "geojson number of a million digits": file("a.geojson", geojson(polygon(RING)).replace("107.091", "9" * 1_000_000)),
    "geojson features that are none": file("a.geojson", '{"type": "FeatureCollection", "features": {"a": 1}}'),
    "geojson that is a list": file("a.geojson", "[]"),
    "geojson without an end": file("a.geojson", geojson(polygon(RING))[:-5]),
    "geojson broken utf-8": file("a.geojson", geojson(polygon(RING)).encode().replace(b'"x"', b'"\xff\xfe\xfd\x80"')),
    "geojson with nul": file("a.geojson", geojson(polygon(RING), code=NO_TEXT["nul"])),
    "geojson lone surrogate": file("a.geojson", geojson(polygon(RING), code=NO_TEXT["lone surrogate"])),
    "geojson column that is no text": file("a.geojson", geojson(polygon(RING), **{"\ud800\x00": 1, "code": ""})),
    "geojson many columns": file("a.geojson", geojson(polygon(RING), **{f"c{n}": 1 for n in range(100_000)})),
    "geojson foreign coordinate system": file(
        "a.geojson",
        geojson(polygon(RING)).replace(
            '{"type": "FeatureCollection"',
            '{"crs": {"properties": {"name": "../../x\\u0000"}}, "type": "FeatureCollection"',
        ),
    ),
    "geojson that is a pipeline": file("a.geojson", PIPELINE),
    "geojson that is a virtual dataset": file("a.geojson", VIRTUAL),
    "geojson that is an archive": zipped("a.geojson", {"a": "b"}),
    # Shapefiles and archives
    "zip that is none": file("a.zip", b"PK\x03\x04" + b"\xff" * 100),
    "zip cut off": lambda folder: _cut(shapefile_zipped_as()(folder)),
    "zip without files": zipped("a.zip", {}),
    "zip bomb": bomb("bomb.zip", "grids.shp", 600 * 1024**2),
    "zip dense": bomb("dense.zip", "grids.dbf", 100 * 1024**2),
    "zip that lies of its size": lying_archive,
    "zip of many files": zipped("many.zip", {f"{n}.txt": "" for n in range(10_001)}),
    "zip in a zip": zipped("nested.zip", {"inner.zip": b"PK\x03\x04", "grids.shp.zip": b"PK\x03\x04"}),
    "zip upwards": shapefile_zipped_as(name="../../../grids"),
    "zip upwards as windows does": shapefile_zipped_as(name="..\\..\\grids"),
    "zip absolute": shapefile_zipped_as(name="/tmp/grids"),
    "zip with a drive": shapefile_zipped_as(name="C:grids"),
    "zip with something else upwards": shapefile_zipped_as(add={"../../.bashrc": b"id"}),
    "zip with an unknown layer name": shapefile_zipped_as(add={"other.shp": b"", "other.dbf": b"", "other.shx": b""}),
    "zip whose shp is a virtual dataset": zipped("v.zip", {"a.shp": VIRTUAL, "a.shx": "", "a.dbf": ""}),
    "zip whose shp is spoilt": shapefile_zipped_as(spoil=".shp"),
    "zip whose dbf is spoilt": shapefile_zipped_as(spoil=".dbf"),
    "zip whose shx is spoilt": shapefile_zipped_as(spoil=".shx"),
    "shp that is a virtual dataset": lambda folder: (
        file("a.shx", "")(folder),
        file("a.dbf", "")(folder),
        file("a.shp", VIRTUAL)(folder),
    )[-1],
    # GeoPackages
    "gpkg that is text": file("a.gpkg", VIRTUAL),
    "gpkg that is an empty database": geopackage("DROP TABLE gpkg_contents", "DROP TABLE gpkg_geometry_columns"),
    "gpkg with a view that never ends": geopackage(
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('endless', 'attributes', 'endless')",
        "DELETE FROM gpkg_contents WHERE table_name = 'grids'",
    ),
    "gpkg with spoilt geometries": geopackage("UPDATE grids SET geom = x'4750000100000000ffffffff'"),
    "gpkg cut off": lambda folder: _cut(geopackage()(folder)),
    # Workbooks
    "xlsx that is text": file("a.xlsx", "id,name\n1,x\n"),
    "xlsx that is another archive": zipped("a.xlsx", {"readme.txt": "x"}),
    "xlsx that is the old format": file("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\x00" * 600),
    "xlsx bomb": bomb("a.xlsx", "xl/worksheets/sheet1.xml", 600 * 1024**2),
    "xlsx billion laughs in the sheet": workbook({SHEET: ENTITIES + _sheet(_typed("&a9;"))}),
    "xlsx billion laughs in the styles": workbook({"xl/styles.xml": ENTITIES + "<styleSheet>&a9;</styleSheet>"}),
    "xlsx billion laughs in the types": workbook({TYPES: ENTITIES + "<Types>&a9;</Types>"}),
    "xlsx quadratic entity": workbook({SHEET: QUADRATIC + _sheet(_typed("&b;" * 50_000))}),
    "xlsx entity from a file": workbook({SHEET: _DOCTYPED}),
    "xlsx that is not xml": workbook({SHEET: "<worksheet><sheetData><row"}),
    "xlsx workbook that is not xml": workbook({BOOK: "\x00"}),
    "xlsx deep": workbook({SHEET: _sheet("<row>" + "<c>" * 100_000)}),
    "xlsx row beyond counting": workbook(
        {SHEET: _sheet(_typed("id") + '<row r="999999999999"><c r="A9"><v>1</v></c></row>')}
    ),
    "xlsx row that is no number": workbook({SHEET: _sheet('<row r="x"><c r="A1"><v>1</v></c></row>')}),
    "xlsx cell that is nowhere": workbook({SHEET: _sheet('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>')}),
    "xlsx string that is not there": workbook({SHEET: _sheet('<row r="1"><c r="A1" t="s"><v>999</v></c></row>')}),
    "xlsx upwards": workbook({"../../evil.xml": "x"}),
    "xlsx without sheets": workbook(
        {BOOK: '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'}
    ),
    # CSV
    "csv of a million columns": file("a.csv", ",".join(f"c{n}" for n in range(1_000_000)) + "\n1\n"),
    "csv of a million empty columns": file("a.csv", "id" + "," * 1_000_000 + "x\n1\n"),
    "csv of many cells": file("a.csv", ",".join(f"c{n}" for n in range(1_000)) + "\n" + "1\n" * 100_000),
    "csv with one endless cell": file("a.csv", 'id,name\n1,"' + "x" * (65 * 1024**2) + '"\n'),
    "csv with a quotation mark that never closes": file("a.csv", 'id,name\n1,"' + "x\n" * 1000),
    "csv with nul": file("a.csv", "id,name,lon,lat\nB\x001,x,107.0905,29.1605\n"),
    "csv of nothing but separators": file("a.csv", ",,,,\n,,,,\n"),
    "csv that is gzip": file("a.csv", gzip.compress(b"id,name\n1,x\n")),
    "csv that is an archive": zipped("a.csv", {"a": "b"}),
    "csv that is a database": geopackage(name="a.csv.gpkg"),
    "csv.gz bomb": gzip_bomb,
    "csv.gz cut off": file("a.csv.gz", gzip.compress(b"id,name\n" + b"1,x\n" * 1000)[:-9]),
    "csv.gz of gzip": file("a.csv.gz", gzip.compress(gzip.compress(b"id,name\n1,x\n"))),
    "csv in no encoding": file("a.csv", b"id,name\n\x81\xff\xfe\xfa,\x90\x8f\xff\n" * 3),
}
"""Files that must be refused, with a reason, whatever kind they are imported as."""


def hostile_table(folder: Path) -> Path:
    """Buildings named by every text of the corpus; they are sound, however odd."""
    path = folder / "buildings.csv"
    rows = ["id,name,aliases,address,lon,lat"]
    for number, text in enumerate(TEXTS.values()):
        cell = '"' + text.replace('"', '""').replace("|", "/")[:199] + '"'
        rows.append(f"H{number},{cell},{cell},{cell},{107.0901 + number * 1e-5:.6f},29.1605")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    return path


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path
