"""Imports the grids of a community.

A grid whose outline has moved gets a new version from a moment on; the former one ends there and stays,
because earlier issues were located with it. Overlaps and gaps are looked for in the coverage as it would
be afterwards: the file's grids, and those of the community that the file does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import Connection, bindparam, func, insert, select, update

from gis.errors import said
from gis.geometry import as_multipolygon, coverage_faults, polygon_fault
from gis.importers.community import Community, store_community
from gis.importers.options import SINCE_EVER, Options
from gis.importers.places import settle_crs, shapes_to_wgs84
from gis.importers.plan import Counts, Draft
from gis.importers.records import same_shape
from gis.progress import Progress
from gis.storage.tables import SRID, grid, grid_version


@dataclass(frozen=True)
class _Stored:
    """A grid as it is in the database; `geom` is None when the grid is retired."""

    id: int
    name: str
    version_id: int | None
    valid_from: datetime | None
    geom: shapely.MultiPolygon | None


@dataclass(frozen=True)
class BoundaryChanges:
    """New grids (code, name, outline), grids that are renamed, and grids whose outline moves."""

    community: Community
    options: Options
    valid_from: datetime
    new: list[tuple[str, str, shapely.MultiPolygon]]
    renamed: list[tuple[_Stored, str]]
    moved: list[tuple[_Stored, shapely.MultiPolygon]]
    counts: Counts

    def write(self, connection: Connection, progress: Progress) -> list[str]:
        community_id = store_community(connection, self.community, self.options)
        progress("writing", 0, len(self.new) + len(self.moved))
        if self.renamed:
            statement = update(grid).where(grid.c.id == bindparam("key")).values(name=bindparam("called"))
            connection.execute(statement, [{"key": old.id, "called": name} for old, name in self.renamed])
        outlines = [(old.id, geom) for old, geom in self.moved]
        if self.moved:
            ended = grid_version.c.id == func.any([old.version_id for old, _ in self.moved])
            connection.execute(update(grid_version).where(ended).values(valid_to=self.valid_from))
        if self.new:
            rows = [{"community_id": community_id, "code": code, "name": name} for code, name, _ in self.new]
            returning = insert(grid).returning(grid.c.id, sort_by_parameter_order=True)
            new_ids = connection.scalars(returning, rows).all()
            outlines += [(new_id, geom) for new_id, (*_, geom) in zip(new_ids, self.new, strict=True)]
        if outlines:
            versions = [
                {"grid_id": grid_id, "geom": from_shape(geom, srid=SRID), "valid_from": self.valid_from}
                for grid_id, geom in outlines
            ]
            connection.execute(insert(grid_version), versions)
        return []


def check_boundaries(draft: Draft) -> BoundaryChanges:
    """The changes that sound rows make; everything else is told to the draft's faults."""
    draft.rows["geom"] = _outlines(draft)
    _check_codes(draft)
    stored = _stored(draft.connection, draft.community)
    retired = {code for code, held in stored.items() if held.geom is None}
    for number, code in draft.rows["code"].items():
        if code in retired:
            reason = said("grid {code} was retired; its code is not used again", code=code)
            draft.faults.row(int(str(number)), "void_code", reason, field="code")
    valid_from = _valid_from(draft, first=not stored)
    _check_moment(draft, stored, valid_from)

    if absent := sorted(set(stored) - set(draft.rows["code"].dropna()) - retired):
        draft.notices.append(f"Not in the file, and left as they are: {_listed(absent)}.")

    new: list[tuple[str, str, shapely.MultiPolygon]] = []
    renamed: list[tuple[_Stored, str]] = []
    moved: list[tuple[_Stored, shapely.MultiPolygon]] = []
    changed: set[str] = set()
    rows = draft.sound()
    for code, name, geom in zip(rows["code"], draft.column("name")[rows.index], rows["geom"], strict=True):
        old = stored.get(code)
        if old is None:
            new.append((code, name or code, geom))
            continue
        if name and name != old.name:
            renamed.append((old, name))
            changed.add(code)
        if not same_shape(old.geom, geom):
            moved.append((old, geom))
            changed.add(code)
    if new or moved:
        kept = {code: old.geom for code, old in stored.items() if old.geom is not None}
        _check_coverage(draft, kept | dict(zip(rows["code"], rows["geom"], strict=True)))
    counts = Counts(len(new), len(changed), len(rows) - len(new) - len(changed))
    return BoundaryChanges(draft.community, draft.options, valid_from, new, renamed, moved, counts)


def _outlines(draft: Draft) -> pd.Series:
    """Multipolygons in WGS84, None where there is a fault."""
    source = draft.source
    shapes = source.geometry if source.geometry is not None else draft.column("geometry").to_numpy(dtype=object)
    if not shapely.is_geometry(shapes).any() and source.geometry is None and "geometry" not in draft.rows:
        reason = said("the file has no outlines: give one with geometry, or a column “geometry” of WKT")
        draft.faults.whole("file", "no_geometry", reason)
        return pd.Series([None] * len(draft.rows), index=draft.rows.index, dtype=object)
    shapes = shapes_to_wgs84(shapes, settle_crs(source, draft.options, draft.notices))
    outlines: list[shapely.MultiPolygon | None] = []
    for number, shape in zip(draft.rows.index, shapes, strict=True):
        fault = polygon_fault(shape, "")
        if fault and not draft.faults.tells(number, "geometry"):
            draft.faults.row(number, fault.code, fault.reason, field="geometry", place=fault.place)
        outlines.append(None if fault else as_multipolygon(shape))
    return pd.Series(outlines, index=draft.rows.index, dtype=object)


def _check_codes(draft: Draft) -> None:
    codes = draft.rows["code"]
    draft.faults.duplicates(codes, "code")
    if draft.community.has_statistics_code:
        numbered = codes.fillna("").str.fullmatch(draft.community.code + r"(?!000)\d{3}")
        wrong = codes.notna() & ~numbered
        draft.faults.rows(
            codes[wrong],
            "bad_code",
            "{value} is not {community} followed by a number from 001 to 999",
            field="code",
            community=draft.community.code,
        )


def _valid_from(draft: Draft, *, first: bool) -> datetime:
    if draft.options.valid_from or first:
        day = draft.options.valid_from or SINCE_EVER
        zone = draft.community.zone if draft.options.valid_from else UTC
        return datetime.combine(day, time.min, zone)
    return datetime.now(UTC)


def _check_moment(draft: Draft, stored: dict[str, _Stored], valid_from: datetime) -> None:
    """A version can only end after it began."""
    for number, code, geom in zip(draft.rows.index, draft.rows["code"], draft.rows["geom"], strict=True):
        old = stored.get(code) if code else None
        if old and old.valid_from and geom and old.valid_from >= valid_from and not same_shape(old.geom, geom):
            reason = said(
                "its outline as it is holds from {valid_from:%Y-%m-%d}; give a later --valid-from",
                valid_from=old.valid_from,
            )
            draft.faults.row(number, "too_early", reason)


def _check_coverage(draft: Draft, outlines: dict[str, Any]) -> None:
    for found in coverage_faults(
        list(outlines), np.array(list(outlines.values()), dtype=object), tolerance_m=draft.options.tolerance_m
    ):
        fault = found.as_fault()
        severity = "warning" if draft.options.accept_coverage_faults else fault.severity
        draft.faults.whole(f"grids {fault.where}", fault.code, fault.reason, severity=severity, place=fault.place)


def _stored(connection: Connection, community: Community) -> dict[str, _Stored]:
    """All grids of the community by code, each with its last version unless that has ended."""
    current = grid_version.c.valid_to.is_(None) & (grid_version.c.grid_id == grid.c.id)
    query = (
        select(
            grid.c.code,
            grid.c.id,
            grid.c.name,
            grid_version.c.id.label("version_id"),
            grid_version.c.valid_from,
            func.ST_AsBinary(grid_version.c.geom).label("geom"),
        )
        .outerjoin(grid_version, current)
        .where(grid.c.community_id == community.id)
    )
    return {
        row.code: _Stored(row.id, row.name, row.version_id, row.valid_from, shapely.from_wkb(row.geom))
        for row in connection.execute(query)
    }


def _listed(codes: list[str]) -> str:
    named = ", ".join(codes[:5]) + (", …" if len(codes) > 5 else "")
    return f"{len(codes)} grid{'s' if len(codes) > 1 else ''} of this community ({named})"
