"""Features of a layer: those in a box, at a time, with a value; page by page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, TableValuedAlias, func, or_, select

from gis.layers.layer import Layer
from gis.storage.memory import Remembered
from gis.storage.reading import geojson
from gis.storage.tables import grid_version

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which features: those that touch `bbox` (west, south, east, north in EPSG:4326; a west beyond the east is a
    box over the 180th meridian), hold at some moment from `since` to `until` (None is without end), and have the
    values of `equal`, by column."""

    bbox: Bounds | None = None
    since: datetime | None = None
    until: datetime | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature; `geometry` is GeoJSON in EPSG:4326, None where nothing is known of it."""

    id: int
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


def features(
    connection: Connection,
    layer: Layer,
    asked: Asked,
    *,
    limit: int,
    offset: int = 0,
    properties: Sequence[str] | None = None,
) -> list[Feature]:
    """Some of the features that were asked for, by id; each with all its properties or those named."""
    rows = layer.source()
    shown = [name for name in layer.columns if properties is None or name in properties]
    query = (
        select(rows.c.id, geojson(rows.c.geom), *(rows.c[name] for name in shown))
        .where(*_conditions(rows, layer, asked))
        .order_by(rows.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Feature(id, json.loads(geometry) if geometry else None, dict(zip(shown, values, strict=True)))
        for id, geometry, *values in connection.execute(query)
    ]


def how_many(connection: Connection, layer: Layer, asked: Asked) -> int:
    """How many features were asked for, on all pages together."""
    rows = layer.source() if layer.dated else layer.counted()
    query = select(func.count()).select_from(rows).where(*_conditions(rows, layer, asked))
    return int(connection.execute(query).scalar_one())


def _conditions(rows: TableValuedAlias, layer: Layer, asked: Asked) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [rows.c[name] == value for name, value in asked.equal.items()]
    if asked.id is not None:
        chosen.append(rows.c.id == asked.id)
    if asked.bbox is not None:
        west, south, east, north = asked.bbox
        halves = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        boxes = [func.ST_MakeEnvelope(left, south, right, north, 4326) for left, right in halves]
        chosen.append(or_(*(func.ST_Intersects(rows.c.geom, box) for box in boxes)))
    if layer.dated and asked.until is not None:
        chosen.append(rows.c.valid_from <= asked.until)
    if layer.dated and asked.since is not None:
        chosen.append(rows.c.valid_to.is_(None) | (rows.c.valid_to > asked.since))
    return chosen


def _read_extent(connection: Connection) -> tuple[Bounds, datetime] | None:
    box = func.ST_Extent(grid_version.c.geom)
    edges = (func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
    west, south, east, north, since = connection.execute(select(*edges, func.min(grid_version.c.valid_from))).one()
    return None if west is None else ((west, south, east, north), since)


extent: Remembered[tuple[Bounds, datetime] | None] = Remembered("boundaries", _read_extent)
"""West, south, east and north of all grids that there ever were, and since when; None without any."""
