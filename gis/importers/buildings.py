"""Imports buildings: a point each, perhaps an outline, in a compound.

Fields that the file does not have stay as they are; compounds that do not exist are created.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, func, insert, select, update

from gis.errors import InvalidInput, said
from gis.geometry import as_multipolygon, polygon_fault
from gis.importers.compounds import ensure_compounds
from gis.importers.faults import Faults, shown
from gis.importers.fields import FIELDS
from gis.importers.mapping import map_columns
from gis.importers.parse import parse
from gis.importers.places import Crs, points_in_grids, settle_crs, shapes_to_wgs84
from gis.importers.plan import Counts, Draft
from gis.importers.read import read
from gis.importers.records import Record, difference
from gis.progress import Progress
from gis.storage.tables import SRID, building, compound

_PLAIN = ("name", "aliases", "compound", "address", "floors", "units", "built_year")


@dataclass(frozen=True)
class BuildingChanges:
    """New buildings and, for known ones by their database id, the fields that change."""

    community_id: int
    new: list[Record]
    changed: dict[int, Record]
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        records = [*self.new, *self.changed.values()]
        names = {record["compound"] for record in records if record.get("compound")}
        compounds = ensure_compounds(connection, self.community_id, names)
        progress("writing", 0, len(records))
        if self.new:
            unknown = dict.fromkeys(("compound_id", "floors", "units", "built_year", "footprint"))
            defaults: Record = {"aliases": [], "address": ""} | unknown
            rows = [defaults | _columns(record, compounds) for record in self.new]
            connection.execute(insert(building), [row | {"community_id": self.community_id} for row in rows])
        for building_id, record in self.changed.items():
            values = _columns(record, compounds)
            connection.execute(update(building).where(building.c.id == building_id).values(values))
        return []


def check_buildings(draft: Draft) -> BuildingChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    ids = draft.rows["id"]
    draft.faults.duplicates(ids, "id")
    crs = settle_crs(draft.source, draft.options, draft.notices)
    points = points_in_grids(draft, crs)
    footprints = _footprints(draft, crs)
    given = [name for name in _PLAIN if name in draft.rows]
    stored = _stored(draft.connection, draft.community.id)
    new: list[Record] = []
    changed: dict[int, Record] = {}
    rows = draft.sound()
    places = points[rows.index]
    for row, point in zip(rows[["id", *given]].to_dict("records"), places, strict=True):
        record: Record = {name: row[name] for name in given} | {"geom": point}
        if footprints is not None and (footprint := footprints.get(row["id"])) is not None:
            record["footprint"] = footprint
        if record.get("address", "") is None:
            record["address"] = ""
        if record.get("name") is None:
            record.pop("name", None)
        key, old = stored.get(row["id"], (None, {}))
        if key is None:
            new.append({"name": row["id"]} | record | {"code": row["id"]})
        elif change := difference(old, record):
            changed[key] = change
    counts = Counts(len(new), len(changed), len(rows) - len(new) - len(changed))
    return BuildingChanges(draft.community.id or 0, new, changed, counts)


def _footprints(draft: Draft, crs: Crs) -> dict[str, shapely.MultiPolygon] | None:
    """Outlines by building id: the file's own geometry or column, or those of `--footprints`."""
    if draft.options.footprints is not None:
        return _footprints_file(draft)
    shapes: Any = draft.source.geometry
    if shapes is None or not (shapely.get_dimensions(shapes) == 2).any():
        if "footprint" not in draft.rows:
            return None
        shapes = draft.rows["footprint"].to_numpy(dtype=object)
    wanted = shapely.get_dimensions(shapes) == 2
    return _outlines(draft.rows["id"], np.where(wanted, shapes, None), crs, draft.faults)


def _footprints_file(draft: Draft) -> dict[str, shapely.MultiPolygon]:
    path = draft.options.footprints
    assert path is not None
    source = read(path)
    (field,) = (field for field in FIELDS["buildings"] if field.name == "id")
    faults = Faults(source)
    ids = parse(source, (field,), map_columns(source, (field,), {}), faults, draft.community.zone)["id"]
    if source.geometry is None:
        faults.whole("file", "no_geometry", said("it has no outlines"))
        outlines = {}
    else:
        outlines = _outlines(ids, source.geometry, settle_crs(source, draft.options, draft.notices), faults)
    if faults.all:
        raise InvalidInput([replace(fault, where=f"{path.name}: {fault.where}") for fault in faults.all])
    unknown = sorted(set(outlines) - set(draft.rows["id"].dropna()))
    if unknown:
        told = ", ".join(map(shown, unknown[:5]))
        draft.notices.append(f"{len(unknown)} outlines of {path.name} belong to no building of the file ({told}).")
    return outlines


def _outlines(ids: pd.Series, shapes: Any, crs: Crs, faults: Faults) -> dict[str, shapely.MultiPolygon]:
    outlines: dict[str, shapely.MultiPolygon] = {}
    for (number, key), shape in zip(ids.items(), shapes_to_wgs84(shapes, crs), strict=True):
        if shape is None:
            continue
        if fault := polygon_fault(shape, ""):
            faults.row(int(str(number)), fault.code, fault.reason, field="footprint", place=fault.place)
        elif key is not None:
            outlines[key] = as_multipolygon(shape)
    return outlines


def _stored(connection: Connection, community_id: int | None) -> dict[str, tuple[int, Record]]:
    columns = (building.c.name, building.c.aliases, compound.c.name.label("compound"), building.c.address)
    query = (
        select(
            building.c.id,
            building.c.code,
            *columns,
            building.c.floors,
            building.c.units,
            building.c.built_year,
            func.ST_AsBinary(building.c.geom).label("geom"),
            func.ST_AsBinary(building.c.footprint).label("footprint"),
        )
        .outerjoin(compound, compound.c.id == building.c.compound_id)
        .where(building.c.community_id == community_id)
    )
    found = {}
    for row in connection.execute(query).mappings():
        record = dict(row)
        key, code = record.pop("id"), record.pop("code")
        found[code] = (key, record | {name: shapely.from_wkb(record[name]) for name in ("geom", "footprint")})
    return found


def _columns(record: Record, compounds: dict[str, int]) -> Record:
    """A record as the columns of its table."""
    values = {name: value for name, value in record.items() if name != "compound"}
    if "compound" in record:
        values["compound_id"] = compounds.get(record["compound"])
    for name in ("geom", "footprint"):
        if values.get(name) is not None:
            values[name] = from_shape(values[name], srid=SRID)
    return values
