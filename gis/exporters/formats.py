"""Writes a table as GeoJSON, GeoPackage, CSV or XLSX.

Tables without geometry of their own get the place in columns: `lon, lat` of a point, `geometry` as WKT of
anything else. Numbers are written with every digit that they have, so that nothing moves on the way.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from itertools import islice
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
_BATCH = 20_000


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
    """One layer, named after what it holds; written in batches, so that no table is too long for it."""
    count, rows = 0, iter(table.rows)
    while (batch := list(islice(rows, _BATCH))) or not count:
        _add_to_gpkg(table, batch, path, more=count > 0)
        count += len(batch)
        if len(batch) < _BATCH:
            break
    return count


def _add_to_gpkg(table: Table, batch: list[tuple[Any, ...]], path: Path, *, more: bool) -> None:
    frame = pd.DataFrame(
        {
            name: _typed([row[at] for row in batch], table.numbers.get(name, "string"))
            for at, name in enumerate(table.columns)
        }
    )
    options = {"layer": table.kind, "driver": "GPKG", "append": more}
    if table.geometry_type:
        shapes = shapely.from_wkb([row[-1] for row in batch])
        frame = geopandas.GeoDataFrame(frame, geometry=list(shapes), crs="EPSG:4326")
        options["geometry_type"] = table.geometry_type
    pyogrio.write_dataframe(frame, path, **options)


def _typed(values: list[Any], kind: str) -> Any:
    """A column, of the same type in every batch: the first one's decides what the layer can hold."""
    told = [value if value is None else str(value) for value in values] if kind == "string" else values
    return pd.Series(told, dtype=kind)


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
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("dualgrid")
    sheet.append(columns)
    number = 1
    try:
        for number, cells in enumerate(_flat_rows(table), start=2):
            if number > MOST_XLSX_ROWS:
                raise _no_room("file", f"a sheet holds at most {MOST_XLSX_ROWS:,} rows")
            for name, cell in zip(columns, cells, strict=True):
                if isinstance(cell, str) and len(cell) > LONGEST_XLSX_CELL:
                    raise _no_room(f"row {number}, {name}", f"a cell holds at most {LONGEST_XLSX_CELL:,} characters")
            sheet.append([ILLEGAL_CHARACTERS_RE.sub("�", cell) if isinstance(cell, str) else cell for cell in cells])
    finally:
        book.save(path)  # also what is broken off: openpyxl keeps its rows in a file until then
    return number - 1


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
