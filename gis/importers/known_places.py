"""Imports known places that are no buildings: gates, kindergartens, markets, squares; a point each.

Of an area a point inside it is kept, unless the area lies in several grids: a river is in no one place.
Fields that the file does not have stay as they are; compounds that do not exist are created.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, func, insert, select, update

from gis.importers.compounds import ensure_compounds
from gis.importers.faults import shown
from gis.importers.places import Crs, current_grids, points_in_grids, settle_crs, shapes_to_wgs84
from gis.importers.plan import Counts, Draft
from gis.importers.records import Record, difference
from gis.progress import Progress
from gis.storage.tables import SRID, compound, place

_PLAIN = ("name", "aliases", "kind", "compound")

IN_ONE_GRID = 0.8
"""An area of which one grid holds this share, or more, is a place in that grid."""


@dataclass(frozen=True)
class PlaceChanges:
    """New places and, for known ones by their database id, the fields that change."""

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
            defaults: Record = {"aliases": [], "kind": "", "compound_id": None, "community_id": self.community_id}
            connection.execute(insert(place), [defaults | _columns(record, compounds) for record in self.new])
        for place_id, record in self.changed.items():
            connection.execute(update(place).where(place.c.id == place_id).values(_columns(record, compounds)))
        return []


def check_places(draft: Draft) -> PlaceChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    draft.faults.duplicates(draft.rows["id"], "id")
    crs = settle_crs(draft.source, draft.options, draft.notices)
    wide = _wide(draft, crs)
    points = points_in_grids(draft, crs, passed_over=wide, reach_m=draft.settings.outside_tolerance_m)
    if wide:
        told = ", ".join(shown(draft.rows["name"][number] or draft.rows["id"][number]) for number in wide[:5])
        draft.notices.append(f"{len(wide)} areas lie in several grids, and were left out: a place is a point ({told}).")
    given = [name for name in _PLAIN if name in draft.rows]
    stored = _stored(draft.connection, draft.community.id)
    new: list[Record] = []
    changed: dict[int, Record] = {}
    rows = draft.sound().drop(index=wide, errors="ignore")
    for row, point in zip(rows[["id", *given]].to_dict("records"), points[rows.index], strict=True):
        record: Record = {name: row[name] for name in given} | {"geom": point}
        if record.get("kind", "") is None:
            record["kind"] = ""
        if record.get("name") is None:
            record.pop("name", None)
        key, old = stored.get(row["id"], (None, {}))
        if key is None:
            new.append({"name": row["id"]} | record | {"code": row["id"]})
        elif change := difference(old, record):
            changed[key] = change
    counts = Counts(len(new), len(changed), len(rows) - len(new) - len(changed))
    return PlaceChanges(draft.community.id or 0, new, changed, counts)


def _wide(draft: Draft, crs: Crs) -> list[int]:
    """The rows whose area no one grid holds most of."""
    shapes = draft.source.geometry
    if shapes is None:
        return []
    areas = [at for at in np.flatnonzero(shapely.get_dimensions(shapes) > 0) if shapely.is_valid(shapes[at])]
    grids = current_grids(draft.connection, draft.community.id).geoms
    wide = []
    for at, area in zip(areas, shapes_to_wgs84(shapes[areas], crs), strict=True):
        inside = shapely.area(shapely.intersection(grids, area)) if len(grids) else np.zeros(0)
        if (inside > 0).sum() > 1 and inside.max() < IN_ONE_GRID * shapely.area(area):
            wide.append(int(draft.rows.index[int(at)]))
    return wide


def _stored(connection: Connection, community_id: int | None) -> dict[str, tuple[int, Record]]:
    query = (
        select(
            place.c.id,
            place.c.code,
            place.c.name,
            place.c.aliases,
            place.c.kind,
            compound.c.name.label("compound"),
            func.ST_AsBinary(place.c.geom).label("geom"),
        )
        .outerjoin(compound, compound.c.id == place.c.compound_id)
        .where(place.c.community_id == community_id)
    )
    found = {}
    for row in connection.execute(query).mappings():
        record = dict(row)
        key, code = record.pop("id"), record.pop("code")
        found[code] = (key, record | {"geom": shapely.from_wkb(record["geom"])})
    return found


def _columns(record: Record, compounds: dict[str, int]) -> Record:
    """A record as the columns of its table."""
    values = {name: value for name, value in record.items() if name != "compound"}
    if "compound" in record:
        values["compound_id"] = compounds.get(record["compound"])
    if values.get("geom") is not None:
        values["geom"] = from_shape(values["geom"], srid=SRID)
    return values
