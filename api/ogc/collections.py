"""Layers as tipg's collections: it writes the documents and their links, the rows come from gis/layers.

tipg would read tables through a pool of its own, as whoever that is signed in as. A collection of ours is made for
one request instead, and reads in a transaction of who asks, so that the database's policies decide what is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Path
from morecantile import Tile, TileMatrixSet
from pydantic import PrivateAttr
from sqlalchemy import Connection
from tipg import model
from tipg.collections import Collection, CollectionList, Column, Feature, ItemList, geojson_schema

from api.deps import Begin
from api.ogc.asked import OPEN_END
from gis.errors import NotFound, said
from gis.layers.features import Asked, extent, features, how_many
from gis.layers.layer import LAYERS, Layer
from gis.layers.tiles import tile as vector_tile

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LARGEST_ID = 2**63 - 1


class NoPool:
    """In the place of tipg's pool of connections: a collection brings its own."""

    def acquire(self) -> AbstractContextManager[None]:
        return nullcontext()


class Published(Collection):
    """One layer, for one request."""

    _layer: Layer = PrivateAttr()
    _begin: Callable[[], AbstractContextManager[Connection]] = PrivateAttr()
    _extent: model.Extent | None = PrivateAttr()

    @property
    def extent(self) -> model.Extent | None:
        return self._extent

    @property
    def queryables(self) -> dict[str, Any]:
        chosen = {name: {"name": name, "type": "string"} for name in self._layer.found_by}
        return {"geom": {"$ref": geojson_schema[self._layer.geometry.upper()]}, **chosen}

    async def features(
        self,
        conn: None,  # noqa: ARG002
        *,
        ids_filter: list[str] | None = None,
        bbox_filter: list[float] | None = None,
        datetime_filter: list[str] | None = None,
        properties_filter: Sequence[tuple[str, str]] | None = None,
        properties: list[str] | None = None,
        limit: int | None = None,
        offset: int | None = None,
        **_: Any,
    ) -> ItemList:
        """Some features; the filters have been checked by `Asked`."""
        since, until = map(_moment, datetime_filter) if datetime_filter else (None, None)
        asked = Asked(
            bbox=_four(bbox_filter) if bbox_filter else None,
            since=since,
            until=until,
            equal=dict(properties_filter or ()),
            id=_row(ids_filter[0]) if ids_filter else None,
        )
        first, most = offset or 0, limit or 1

        def read() -> ItemList:
            with self._begin() as connection:
                found = features(connection, self._layer, asked, limit=most, offset=first, properties=properties)
                matched = how_many(connection, self._layer, asked)
            beyond = first + len(found)
            return ItemList(
                items=[
                    Feature(type="Feature", id=each.id, geometry=each.geometry, properties=each.properties)
                    for each in found
                ],
                matched=matched,
                next=beyond if found and beyond < matched else None,
                prev=max(first - most, 0) if first else None,
            )

        return await run_sync(read)

    async def get_tile(self, conn: None, *, tms: TileMatrixSet, tile: Tile, **_: Any) -> bytes:  # noqa: ARG002
        """One tile of the only tiling that there is."""

        def read() -> bytes:
            with self._begin() as connection:
                return vector_tile(connection, self._layer, z=tile.z, x=tile.x, y=tile.y)

        return await run_sync(read)


def collection(layer_id: Annotated[str, Path(alias="collectionId")], begin: Begin) -> Collection:
    """The collection that the address names."""
    if layer_id not in LAYERS:
        raise NotFound(said("There is no such collection."))
    with begin() as connection:
        return _published(connection, LAYERS[layer_id], begin)


def collections(begin: Begin) -> CollectionList:
    """All collections."""
    with begin() as connection:
        made: list[Collection] = [_published(connection, layer, begin) for layer in LAYERS.values()]
    return CollectionList(collections=made, matched=len(made), next=None, prev=None)


def _published(
    connection: Connection, layer: Layer, begin: Callable[[], AbstractContextManager[Connection]]
) -> Published:
    columns = [Column(name=name, type=kind) for name, kind in layer.columns.items()]
    geom = Column(name="geom", type="geometry", geometry_type=layer.geometry)
    made = Published(
        type="Table",
        id=layer.name,
        table=layer.name,
        title=layer.title,
        description=layer.description,
        table_columns=[geom, *columns],
        geometry_column=geom,
        properties=columns,
        id_column=Column(name="id", type="bigint"),
    )
    made._layer, made._begin = layer, begin
    reach = extent(connection)
    made._extent = reach and model.Extent(
        spatial=model.Spatial(bbox=[list(reach[0])], crs=CRS84),
        temporal=model.Temporal(interval=[[reach[1].isoformat(), None]]) if layer.dated else None,
    )
    return made


def _moment(end: str) -> datetime | None:
    return None if end == OPEN_END else datetime.fromisoformat(end)


def _four(box: list[float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    return west, south, east, north


def _row(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text[:20]) > LARGEST_ID:
        raise NotFound(said("There is no such feature."))
    return int(text)
