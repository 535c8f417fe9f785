"""One way into every file: its name says the format, its content is read as text and geometry."""

from __future__ import annotations

from pathlib import Path

from gis.errors import Fault, InvalidInput, said
from gis.importers.source import Source
from gis.importers.tables import read_csv, read_xlsx
from gis.importers.vectors import read_geojson, read_geopackage, read_shapefile
from gis.progress import Progress, silent

READABLE = "GeoJSON (.geojson, .json), Shapefile (.shp, .zip), GeoPackage (.gpkg), CSV (.csv, .csv.gz), Excel (.xlsx)"


def read(path: Path, *, layer: str | None = None, progress: Progress = silent) -> Source:
    """The rows of a file. Raises `InvalidInput` when it cannot be read at all; what is wrong with single
    rows is in the answer's `faults`."""
    if not path.is_file():
        raise InvalidInput([Fault("file", "missing", said("there is no file {path}", path=path))])
    progress("reading", 0, 0)
    match path.name.lower().removesuffix(".gz").rpartition(".")[2]:
        case "geojson" | "json":
            return read_geojson(path)
        case "shp" | "zip":
            return read_shapefile(path, layer)
        case "gpkg":
            return read_geopackage(path, layer)
        case "csv" | "tsv" | "txt":
            return read_csv(path, progress)
        case "xlsx":
            return read_xlsx(path, progress)
        case "xls":
            raise InvalidInput([Fault("file", "format", said("the old .xls is not read; save it as .xlsx"))])
    raise InvalidInput(
        [Fault("file", "format", said("its format is not one that can be read: {readable}", readable=READABLE))]
    )
