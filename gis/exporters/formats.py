"""Writes a table as GeoJSON, GeoPackage, CSV or XLSX.

Tables without geometry of their own get the place in columns: `lon, lat` of a point, `geometry` as WKT of
anything else. Numbers are written with every digit that they have, so that nothing moves on the way.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pandas as pd
import pyogrio
import shapely
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from gis.errors import Fault, InvalidInput, said
from gis.exporters.tables import Table
from gis.files.formulas import guard

LONGEST_XLSX_CELL = 32_767
MOST_XLSX_ROWS = 1_048_576


def write_geojson(table: Table, path: Path) -> int:
    """A FeatureCollection (RFC 7946), a feature a line."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for count, (*values, wkb) in enumerate(table.rows, start=1):
            properties = json.dumps(dict(zip(table.columns, values, strict=True)), ensure_ascii=False)
            geometry = "null" if wkb is None else shapely.to_geojson(shapely.from_wkb(wkb))
            start = "\n" if count == 1 else ",\n"
            file.write(f'{start}{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}')
        file.write("\n]}\n")
    return count


def write_gpkg(table: Table, path: Path) -> int:
    """One layer, named after what it holds."""
    rows = list(table.rows)
    values = {name: [row[at] for row in rows] for at, name in enumerate(table.columns)}
    frame = pd.DataFrame(values).convert_dtypes()
    if not table.geometry_type:
        pyogrio.write_dataframe(frame, path, layer=table.kind, driver="GPKG")
        return len(rows)
    shapes = shapely.from_wkb([row[-1] for row in rows])
    frame = geopandas.GeoDataFrame(frame, geometry=list(shapes), crs="EPSG:4326")
    frame.to_file(path, layer=table.kind, driver="GPKG", engine="pyogrio", geometry_type=table.geometry_type)
    return len(rows)


def write_csv(table: Table, path: Path) -> int:
    """UTF-8 with the mark by which Excel knows it; text that looks like a formula is guarded."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_flat_columns(table))
        for count, cells in enumerate(_flat_rows(table), start=1):  # noqa: B007
            writer.writerow(cells)
    return count


def write_xlsx(table: Table, path: Path) -> int:
    """One sheet; text that looks like a formula is guarded. Raises InvalidInput where Excel has no room."""
    columns = _flat_columns(table)
    rows = list(_flat_rows(table))
    if len(rows) >= MOST_XLSX_ROWS:
        raise _no_room("file", f"a sheet holds at most {MOST_XLSX_ROWS:,} rows")
    for number, cells in enumerate(rows, start=2):
        for name, cell in zip(columns, cells, strict=True):
            if isinstance(cell, str) and len(cell) > LONGEST_XLSX_CELL:
                raise _no_room(f"row {number}, {name}", f"a cell holds at most {LONGEST_XLSX_CELL:,} characters")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("dualgrid")
    sheet.append(columns)
    for cells in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("�", cell) if isinstance(cell, str) else cell for cell in cells])
    book.save(path)
    return len(rows)


WRITERS: dict[str, Callable[[Table, Path], int]] = {
    "geojson": write_geojson,
    "gpkg": write_gpkg,
    "csv": write_csv,
    "xlsx": write_xlsx,
}


def _flat_columns(table: Table) -> list[str]:
    place = {"": (), "Point": ("lon", "lat")}.get(table.geometry_type, ("geometry",))
    return [*table.columns, *place]


def _flat_rows(table: Table) -> Iterator[list[Any]]:
    for *values, wkb in table.rows:
        shape = None if wkb is None else shapely.from_wkb(wkb)
        cells = [_cell(value) for value in values]
        if not table.geometry_type:
            yield cells
        elif table.geometry_type == "Point":
            yield [*cells, *((None, None) if shape is None else (shape.x, shape.y))]
        else:
            yield [*cells, None if shape is None else shapely.to_wkt(shape, rounding_precision=-1)]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guard(value) if isinstance(value, str) else value


def _no_room(where: str, reason: str) -> InvalidInput:
    return InvalidInput([Fault(where, "no_room", said("{reason} in XLSX; choose --format csv or gpkg", reason=reason))])
