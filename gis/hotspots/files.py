"""Hotspots of a file of points, written as a GeoJSON file of cells that says how they were found; no database."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

from gis.errors import Fault, InvalidInput, said
from gis.hotspots.features import cells_document
from gis.hotspots.find import Homes, Hotspots
from gis.importers.faults import Faults
from gis.importers.fields import LAT, LON, Field
from gis.importers.mapping import by_name
from gis.importers.options import Options
from gis.importers.parse import parse
from gis.importers.places import Grids, check_points, points_to_wgs84, read_points, refuse_metres, row_systems
from gis.importers.read import read
from gis.importers.source import Source
from gis.progress import Progress, silent

HOUSEHOLDS = "households"
CRS = Field("crs", help="wgs84, cgcs2000, gcj02 or bd09, if rows differ", most=20)
_ANYWHERE = Grids([], np.array([shapely.box(-180, -90, 180, 90)]))


@dataclass(frozen=True)
class Points:
    """The points of a file (EPSG:4326, every row with a place), `rows` with the columns that were asked for."""

    rows: pd.DataFrame
    without_place: int
    notices: list[str]

    @property
    def lon(self) -> Any:
        return self.rows["lon"].to_numpy(dtype=float)

    @property
    def lat(self) -> Any:
        return self.rows["lat"].to_numpy(dtype=float)


def read_point_file(
    path: Path,
    *,
    lon: str | None = None,
    lat: str | None = None,
    time: str | None = None,
    crs: str = "",
    layer: str | None = None,
    zone: str = "UTC",
    number: str | None = None,
    progress: Progress = silent,
) -> Points:
    """The points of any file that imports read, from its geometry or from columns; rows without a place are counted.

    `lon` and `lat` name columns (left out: by their usual names; a column `crs` names each row's own system), `time`
    one of times (those without a zone are in `zone`; answered as `time`, UTC), `number` one of numbers that are not
    negative (answered as `number`). Raises InvalidInput with every fault.
    """
    try:
        return _points(path, lon, lat, time, crs, layer, zone, number, progress)
    except InvalidInput as error:
        named = [replace(fault, where=f"{path.name}, {fault.where}") for fault in error.faults]
        raise InvalidInput(named) from error


def _points(
    path: Path,
    lon: str | None,
    lat: str | None,
    time: str | None,
    crs: str,
    layer: str | None,
    zone: str,
    number: str | None,
    progress: Progress,
) -> Points:
    source = read(path, layer=layer, progress=progress)
    columns = _columns(source, {LON: lon, LAT: lat, Field("time", "datetime"): time, Field("number", "number"): number})
    if CRS.name in source.frame:
        columns[CRS] = CRS.name
    faults, notices = Faults(source), list(source.notices)
    fields = tuple(columns)
    rows = parse(source, fields, {field.name: column for field, column in columns.items()}, faults, ZoneInfo(zone))
    x, y = read_points(source, rows)
    there = x.notna() & y.notna()
    rows["lon"], rows["lat"] = x, y
    named = rows.get("crs", pd.Series(None, index=rows.index, dtype=object))
    for these, system in row_systems(source, Options(crs=crs), named, there, faults, notices):
        refuse_metres(np.column_stack([x[these & there], y[these & there]]), system)
        rows.loc[these, "lon"], rows.loc[these, "lat"] = points_to_wgs84(x[these], y[these], system)
    sound = check_points(rows["lon"], rows["lat"], faults, _ANYWHERE)
    if number is not None:
        faults.rows(rows.loc[rows["number"] < 0, "number"], "out_of_range", "{value} is less than 0", field=number)
    if faults.all:
        raise InvalidInput(faults.all)
    return Points(rows[sound], int((~sound).sum()), notices)


def _columns(source: Source, wanted: dict[Field, str | None]) -> dict[Field, str]:
    """The column of each field that is asked for or has a usual name. Raises InvalidInput with all that are missing."""
    there = [str(column) for column in source.frame.columns]
    listed = ", ".join(there) or "none"
    found: dict[Field, str] = {}
    faults = []
    for field, named in wanted.items():
        needed = field in (LON, LAT) and source.geometry is None
        column = named if named is not None else (by_name(field, there) if needed else None)
        if column in there:
            found[field] = str(column)
        elif named is not None or needed:
            reason = said(
                "there is no column “{name}”; name one with --{option} (there: {there})",
                name=named or field.name,
                option=field.name,
                there=listed,
            )
            faults.append(Fault(field.name, "missing_column", reason))
    if faults:
        raise InvalidInput(faults)
    return found


def read_homes(path: Path, *, crs: str = "", layer: str | None = None, progress: Progress = silent) -> Homes:
    """Households of a file of points, by its column `households`; without one, each row counts once."""
    header = read(path, layer=layer).frame.columns
    number = HOUSEHOLDS if HOUSEHOLDS in header else None
    points = read_point_file(path, crs=crs, layer=layer, number=number, progress=progress)
    ones = np.ones(len(points.rows))
    counted = points.rows["number"].fillna(0).to_numpy(dtype=float) if number else ones
    if not counted.sum():
        raise InvalidInput([Fault(path.name, "empty", said("it has no households at any place"))])
    return Homes(points.lon, points.lat, counted)


def write_cells(found: Hotspots, out: Path) -> None:
    """The cells as `cells_document` tells them; replaces the file at once."""
    partial = out.with_name(f".{out.name}.partial")
    try:
        partial.write_text(json.dumps(cells_document(found), ensure_ascii=False, allow_nan=False), encoding="utf-8")
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
