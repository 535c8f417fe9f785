"""A gazetteer from a CSV file: `name`, `aliases` (separated by |), `lon`, `lat`, and optionally `parent`.

`parent` (or `parent compound`, `compound`) is the name of the compound that a building stands in; it may be a
row of the file or not. Coordinates are EPSG:4326.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from gis.crs import coordinate_faults
from gis.errors import Fault, InvalidInput, said
from gis.files.texts import csv_faults, text_of
from gis.geolocation.matching.index import PlaceIndex
from gis.geolocation.matching.places import Building, Compound

_PARENTS = ("parent", "parent compound", "parent_compound", "compound")
_HERE = 1


class _Row(NamedTuple):
    line: int
    name: str
    aliases: tuple[str, ...]
    lon: float
    lat: float
    parent: str


def read_gazetteer(path: Path) -> PlaceIndex:
    """The places of a file. Ids and codes are the numbers of its lines; a compound that has no row has none.

    Raises InvalidInput with every fault: no column `name`, a name or coordinate that is missing or impossible.
    """
    with csv_faults():
        rows, faults = _rows(path)
    if faults:
        raise InvalidInput(faults)
    parents = {row.parent for row in rows if row.parent}
    compounds = {row.name: Compound(row.line, _HERE, row.name, row.aliases) for row in rows if row.name in parents}
    for n, name in enumerate(sorted(parents - compounds.keys()), start=1):
        compounds[name] = Compound(-n, _HERE, name, ())
    buildings = []
    for row in rows:
        if row.name not in compounds:
            home = compounds[row.parent].id if row.parent else None
            place = Building(row.line, _HERE, str(row.line), row.name, row.aliases, home, row.lon, row.lat)
            buildings.append(place)
    return PlaceIndex(compounds.values(), buildings)


def _rows(path: Path) -> tuple[list[_Row], list[Fault]]:
    reader = csv.DictReader(io.StringIO(text_of(path)))
    columns = {(column or "").strip().lower(): column for column in reader.fieldnames or ()}
    if missing := [column for column in ("name", "lon", "lat") if column not in columns]:
        return [], [
            Fault(str(path.name), "missing", said("has no column {column}", column=column)) for column in missing
        ]
    parent = next((columns[name] for name in _PARENTS if name in columns), None)
    rows: list[_Row] = []
    faults: list[Fault] = []
    for line, values in enumerate(reader, start=2):
        name = (values[columns["name"]] or "").strip()
        aliases = (values.get(columns.get("aliases", ""), "") or "").split("|")
        try:
            lon, lat = float(values[columns["lon"]] or ""), float(values[columns["lat"]] or "")
        except ValueError:
            faults.append(Fault(f"row {line}", "bad_coordinate", said("lon and lat must be numbers")))
            continue
        faults += coordinate_faults(lon=lon, lat=lat, where=f"row {line}")
        if not name:
            faults.append(Fault(f"row {line}", "missing", said("has no name")))
        called = tuple(alias.strip() for alias in aliases if alias.strip())
        rows.append(_Row(line, name, called, lon, lat, (values[parent] or "").strip() if parent else ""))
    return rows, faults
