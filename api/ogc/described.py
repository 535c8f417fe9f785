"""The OpenAPI 3.0 description of the OGC API: its resources, and of their parameters those that are taken."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from api.deps import SIGNED_IN, WAYS_TO_SIGN_IN
from api.ogc.asked import MOST_FEATURES, OF_ITEM, OF_ITEMS, OF_OTHERS
from gis.layers.layer import LAYERS

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
MVT = "application/vnd.mapbox-vector-tile"
NAMES: dict[str, dict[str, Any]] = {
    "collectionId": {"type": "string", "enum": list(LAYERS)},
    "tileMatrixSetId": {"type": "string", "enum": ["WebMercatorQuad"]},
    "itemId": {"type": "string"},
    **{name: {"type": "integer", "minimum": 0} for name in ("z", "x", "y")},
}
NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
PARAMETERS: dict[str, dict[str, Any]] = {
    "f": {"schema": {"type": "string", "enum": ["json", "geojson"]}},
    "limit": {"schema": {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": 10}},
    "offset": {"schema": {"type": "integer", "minimum": 0, "default": 0}},
    "bbox": {"schema": NUMBERS, "style": "form", "explode": False},
    "bbox-crs": {"schema": {"type": "string", "format": "uri"}},
    "datetime": {"schema": {"type": "string"}},
    "properties": {"schema": {"type": "array", "items": {"type": "string"}}, "style": "form", "explode": False},
}


def describe(app: FastAPI) -> None:
    """Have the application tell what it takes, in place of what tipg could take."""
    full = app.openapi

    def document() -> dict[str, Any]:
        found = full()
        return {
            "openapi": "3.0.3",
            "info": found["info"],
            "paths": {path: {"get": _operation(path, each["get"])} for path, each in found["paths"].items()},
            "components": {"securitySchemes": WAYS_TO_SIGN_IN},
            "security": SIGNED_IN,
        }

    @app.get("/api", include_in_schema=False)
    def api(request: Request) -> Response:
        """The description, whose addresses begin where the request came in."""
        servers = [{"url": f"{request.base_url}{request.scope['root_path'].strip('/')}"}]
        return JSONResponse(document() | {"servers": servers}, media_type=MEDIA_TYPE)


def _operation(path: str, given: dict[str, Any]) -> dict[str, Any]:
    of_path = [name for name in NAMES if f"{{{name}}}" in path]
    of_query = OF_ITEMS if path.endswith("/items") else OF_ITEM if path.endswith("/{itemId}") else OF_OTHERS
    parameters = [{"name": name, "in": "path", "required": True, "schema": NAMES[name]} for name in of_path]
    parameters += [{"name": name, "in": "query", **each} for name, each in PARAMETERS.items() if name in of_query]
    media = "application/geo+json" if "/items" in path else MVT if path.endswith("/{y}") else "application/json"
    return {
        "summary": given["summary"],
        "operationId": given["operationId"].strip("."),
        "parameters": parameters,
        "responses": {
            "200": {"description": "What was asked for", "content": {media: {}}},
            "400": {"description": "The request has faults; all are listed"},
            "401": {"description": "Nobody has signed in"},
            "403": {"description": "The account may not do this"},
            "404": {"description": "There is no such thing"},
        },
    }
