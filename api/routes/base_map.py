"""Tiles for the service's own maps: the base map's where they are a file, the grids' where they are many."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Request, Response

from api.deps import Begin, problems, requires
from gis.errors import NotFound, said
from gis.files.tilesets import TileFile
from gis.layers.layer import LAYERS
from gis.layers.tiles import CLOSEST_ZOOM, state, tile
from maps.base_tiles import BaseTiles

router = APIRouter(dependencies=[requires("read")], responses=problems(401, 403, 404, 422, 503), tags=["places"])
Zoom = Annotated[int, Path(ge=0, le=CLOSEST_ZOOM)]
Place = Annotated[int, Path(ge=0, lt=2**CLOSEST_ZOOM)]
MVT = "application/vnd.mapbox-vector-tile"
KEPT = "private, max-age=86400"


@router.get("/maps/base/{z}/{x}/{y}", include_in_schema=False)
def base_tile(request: Request, z: Zoom, x: Place, y: Place) -> Response:
    """One tile of the base map's file; empty where it has none."""
    file: TileFile | None = request.app.state.tile_file
    if file is None:
        raise NotFound(said("There is no such tile."))
    found = file.tile(z, x, y)
    headers = {"cache-control": KEPT}
    return (
        Response(status_code=204, headers=headers) if found is None else Response(found, 200, headers, file.media_type)
    )


@router.get("/api/maps/tiles/grids/{z}/{x}/{y}", response_class=Response, responses={200: {"content": {MVT: {}}}})
def grid_tile(
    request: Request, z: Zoom, x: Place, y: Place, begin: Begin, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """One vector tile of the grids as they stand now, on the ground of the operator's base map."""
    ground: BaseTiles | None = request.app.state.base_tiles
    datum = ground.datum if ground else "wgs84"
    layer = LAYERS["grids"]
    with begin() as connection:
        headers = {"etag": f'"{state(connection, layer)}.{datum}"', "cache-control": "private, no-cache"}
        if if_none_match == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(tile(connection, layer, z=z, x=x, y=y, datum=datum, named=True), 200, headers, MVT)
