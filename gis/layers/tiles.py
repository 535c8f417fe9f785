"""Vector tiles of a layer (Mapbox Vector Tile 2.1), made by PostGIS within the scope of who asks.

A tile is the square that the tiling of web maps (WebMercatorQuad) gives to `z`, `x`, `y`; its one MVT layer is
named `default`. For a map whose ground is in GCJ-02 the square is taken from where it truly lies, moved by the
shift at its middle: within one tile the shift changes by less than a third of a pixel.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from math import asinh, atan, degrees, pi, radians, sinh, tan
from threading import Lock
from typing import Literal

from sqlalchemy import Connection, select, text, union

from gis.crs.datums import to_wgs84
from gis.errors import NotFound, said
from gis.layers.layer import Layer
from gis.storage.memory import Kind, Remembered, versions
from gis.storage.tables import grid_version

GroundDatum = Literal["wgs84", "gcj02"]

CLOSEST_ZOOM = 24
EXTENT, BUFFER = 4096, 64
NAMED_FROM_ZOOM = 13
KEPT_BYTES = 64_000_000
EQUATOR_M = 40_075_016.68557849


class _Kept:
    """Tiles that were made, those used last; good for as long as the data that they follow stands."""

    def __init__(self) -> None:
        self._tiles: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, place: tuple[object, ...]) -> bytes | None:
        with self._lock:
            if place in self._tiles:
                self._tiles.move_to_end(place)
            return self._tiles.get(place)

    def put(self, place: tuple[object, ...], tile: bytes) -> None:
        with self._lock:
            self._bytes += len(tile) - len(self._tiles.pop(place, b""))
            self._tiles[place] = tile
            while self._bytes > KEPT_BYTES:
                self._bytes -= len(self._tiles.popitem(last=False)[1])


def _read_moments(connection: Connection) -> list[datetime]:
    begun, ended = select(grid_version.c.valid_from), select(grid_version.c.valid_to)
    changes = union(begun, ended.where(grid_version.c.valid_to.is_not(None)))
    return sorted(connection.scalars(changes))


_moments: Remembered[list[datetime]] = Remembered("boundaries", _read_moments)
"""When a grid began or ceased to be as it is: between two of these all grids stand still."""
_kept: Mapping[Kind, Remembered[_Kept]] = {
    kind: Remembered(kind, lambda _: _Kept()) for kind in ("boundaries", "gazetteer")
}


def state(connection: Connection, layer: Layer) -> str | None:
    """A word that is another whenever a tile of the layer may be; None for a layer that follows who asks."""
    if layer.kind is None:
        return None
    counted = versions(connection)
    passed = bisect_right(_moments(connection, counted), datetime.now(UTC))
    return f"{counted.get('boundaries', 0)}.{counted.get('gazetteer', 0)}.{passed}"


def tile(
    connection: Connection,
    layer: Layer,
    *,
    z: int,
    x: int,
    y: int,
    datum: GroundDatum = "wgs84",
    named: bool = False,
) -> bytes:
    """One tile, empty where nothing lies; `datum` is that of the map's ground. `named` adds an MVT layer `names`:
    for each feature whose seat is in this tile a point with its `name`, so that no name is set twice.

    Kept until its data changes, unless the layer follows who asks. Raises NotFound for a tile that is none.
    """
    if not (0 <= z <= CLOSEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise NotFound(said("There is no such tile."))
    if layer.kind is None:
        return _made(connection, layer, z, x, y, datum, named)
    kept = _kept[layer.kind](connection)
    place = (layer.name, z, x, y, datum, named, state(connection, layer))
    found = kept.get(place)
    if found is None:
        found = _made(connection, layer, z, x, y, datum, named)
        kept.put(place, found)
    return found


def _made(connection: Connection, layer: Layer, z: int, x: int, y: int, datum: GroundDatum, named: bool) -> bytes:
    shown = [name for name, kind in layer.columns.items() if kind != "timestamptz"]
    # The names are those of gis/layers/layer.py; nothing of a request is among them.
    query = f"""
        WITH square AS MATERIALIZED (
            SELECT ST_Translate(ST_TileEnvelope(:z, :x, :y), :east_m, :north_m) AS inner_edge,
                   ST_Transform(ST_Translate(
                       ST_TileEnvelope(:z, :x, :y, margin => :margin), :east_m, :north_m), 4326) AS outer_edge)
        SELECT ST_AsMVT(shape, 'default', :extent, 'geom', 'id') FROM (
            SELECT layer.id, {"".join(f"layer.{name}, " for name in shown)}
                   ST_AsMVTGeom(ST_Transform(layer.geom, 3857), square.inner_edge, :extent, :buffer) AS geom
            FROM square CROSS JOIN layer_{layer.name}() AS layer
            WHERE layer.geom && square.outer_edge
        ) AS shape"""  # noqa: S608
    if named and z >= NAMED_FROM_ZOOM:
        query = f"""
            {query} UNION ALL
            SELECT ST_AsMVT(seat, 'names', :extent, 'geom', 'id') FROM (
                SELECT layer.id, layer.name, ST_AsMVTGeom(
                    ST_Transform(ST_PointOnSurface(layer.geom), 3857), square.inner_edge, :extent, 0, true) AS geom
                FROM square CROSS JOIN layer_{layer.name}() AS layer
                WHERE layer.geom && square.outer_edge
            ) AS seat WHERE geom IS NOT NULL"""  # noqa: S608
    east_m, north_m = _shift_m(z, x, y) if datum == "gcj02" else (0.0, 0.0)
    values = {"z": z, "x": x, "y": y, "east_m": east_m, "north_m": north_m}
    measures = {"extent": EXTENT, "buffer": BUFFER, "margin": BUFFER / EXTENT}
    # Tiles can be joined end to end: a reader takes their layers together.
    return b"".join(map(bytes, connection.scalars(text(query), values | measures)))


def _shift_m(z: int, x: int, y: int) -> tuple[float, float]:
    """How far east and north of a GCJ-02 tile the ground that it shows truly lies, in metres of the projection."""
    lon = (x + 0.5) / 2**z * 360 - 180
    lat = degrees(atan(sinh(pi * (1 - 2 * (y + 0.5) / 2**z))))
    true_lon, true_lat = to_wgs84(lon, lat, datum="gcj02")
    return (true_lon - lon) / 360 * EQUATOR_M, (_north(true_lat) - _north(lat)) / (2 * pi) * EQUATOR_M


def _north(lat: float) -> float:
    return asinh(tan(radians(lat)))
