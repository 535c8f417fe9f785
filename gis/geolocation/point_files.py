"""Which grid each point of a large file is in, given a file of boundaries; without a database.

Points are read, located and written piece by piece, so that their number does not matter; the grids are in memory.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gis.errors import Fault, InvalidInput, said
from gis.geolocation.boundary_files import read_boundaries
from gis.geolocation.point_sources import Source, degrees, opened, written
from gis.geometry import GridIndex
from gis.geometry.cells import load
from gis.geometry.locate import WORTH_CELLS
from gis.progress import Progress, silent

GRID_CODE = "grid_code"


@dataclass
class Tally:
    """How long it took to load the engine, to build the index and to locate; how many points, and in a grid."""

    engine_s: float = 0.0
    index_s: float = 0.0
    located_s: float = 0.0
    points: int = 0
    inside: int = 0


def locate_file(
    points: Path,
    boundaries: Path,
    out: Path,
    *,
    code: str = "code",
    lon: str = "lon",
    lat: str = "lat",
    layer: str | None = None,
    progress: Progress = silent,
) -> Tally:
    """Write the rows of `points` (CSV, also .csv.gz, or Parquet; EPSG:4326) with one more column, `grid_code`.

    It holds the code of the grid that covers the point, of several the lowest; it is empty for a point outside
    every grid, or without coordinates. `boundaries` is GeoJSON, Shapefile, GeoPackage or FlatGeobuf, with the codes in
    column `code`, in a CRS that it names (EPSG:4326 if it names none). `out` is Parquet if it is called so, otherwise
    CSV. Raises InvalidInput with every fault that was found, and then leaves no file behind.
    """
    progress("reading boundaries", 0, 0)
    codes, geoms = read_boundaries(boundaries, code=code, layer=layer)
    with opened(points) as source:
        _check_columns(source.columns, lon, lat)
        tally = Tally()
        if source.expected_rows >= WORTH_CELLS:
            progress("loading the engine", 0, 0)
            begin = time.perf_counter()
            load()
            tally.engine_s = time.perf_counter() - begin
        progress("building the index", 0, 0)
        begin = time.perf_counter()
        index = GridIndex(codes, geoms)
        index.prepare(source.expected_rows)
        tally.index_s = time.perf_counter() - begin
        partial = out.with_name(f".{out.name}.partial")
        schema = source.schema.append(pa.field(GRID_CODE, pa.string()))
        try:
            with written(partial, like=out, schema=schema, delimiter=source.delimiter) as write:
                for piece in source.pieces():
                    write(_located(piece, index, source, lon, lat, tally))
                    progress("locating", tally.points, 0)
            if source.faults:
                raise InvalidInput(source.faults)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
    return tally


def _located(piece: pa.RecordBatch, index: GridIndex, source: Source, lon: str, lat: str, tally: Tally) -> Any:
    """The piece with its column of codes; counted and timed."""
    x, y = (degrees(piece, name, source, tally.points) for name in (lon, lat))
    begin = time.perf_counter()
    position = index.locate(x, y)
    tally.located_s += time.perf_counter() - begin
    inside = position >= 0
    if tally.points == 0 and not inside.any():
        _refuse_other_degrees(index, x, y)
    tally.points += len(piece)
    tally.inside += int(inside.sum())
    codes = pa.array(index.codes, pa.string()).take(pa.array(position, mask=~inside))
    return piece.append_column(pa.field(GRID_CODE, pa.string()), codes)


def _check_columns(columns: list[str], lon: str, lat: str) -> None:
    there = ", ".join(columns) or "none"
    faults = [
        Fault(
            "points",
            "missing_column",
            said(
                "there is no column “{name}”; name one with --{option} (there: {there})",
                name=name,
                option=option,
                there=there,
            ),
        )
        for option, name in (("lon", lon), ("lat", lat))
        if name not in columns
    ]
    faults += [
        Fault("points", "duplicate_column", said("column “{name}” is there more than once", name=name))
        for name in dict.fromkeys(columns)
        if columns.count(name) > 1
    ]
    if GRID_CODE in columns:
        faults.append(
            Fault(
                "points",
                "column_taken",
                said("there is a column “{grid_code}” already; rename it first", grid_code=GRID_CODE),
            )
        )
    if faults:
        raise InvalidInput(faults)


def _refuse_other_degrees(index: GridIndex, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> None:
    """Raise InvalidInput if points that are in no grid look like metres, or are in grids when swapped."""
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.any():
        return
    if np.median(np.abs(x[finite])) > 360:
        reason = said("coordinates such as {x:.0f}, {y:.0f} are not degrees", x=x[finite][0], y=y[finite][0])
        raise InvalidInput([Fault("points", "not_degrees", reason)])
    if (index.locate(y, x) >= 0).sum() > len(x) / 2:
        reason = said("no point is in a grid, but most are with longitude and latitude swapped; swap --lon and --lat")
        raise InvalidInput([Fault("points", "swapped", reason)])
