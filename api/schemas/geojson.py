"""GeoJSON answers. Geometries come from the database as text and are passed on as they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Generic, Literal, TypeVar

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

Properties = TypeVar("Properties", bound=BaseModel)


class Link(BaseModel):
    rel: str
    href: str
    type: str = "application/geo+json"


class Geometry(BaseModel):
    type: str
    coordinates: list[Any]


class Feature(BaseModel, Generic[Properties]):
    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Geometry | None
    properties: Properties


class FeatureCollection(BaseModel, Generic[Properties]):
    """Features in EPSG:4326. `next` is where the next page is, null on the last one."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    numberReturned: int  # noqa: N815 - the name that OGC API Features has for it
    next: str | None = None
    links: list[Link]
    features: list[Feature[Properties]]


class GeoJSONResponse(JSONResponse):
    """Takes text that is JSON already. A JSONResponse, so that FastAPI describes its model and not a string."""

    media_type = "application/geo+json"

    def render(self, content: str) -> bytes:
        return content.encode()


def collection(
    features: Iterable[tuple[str, str | None, BaseModel]], *, here: str, following: str | None = None
) -> Response:
    """Features (id, geometry as GeoJSON text or None, properties) as an answer with links to itself and onward."""
    written = [
        f'{{"type":"Feature","id":{json.dumps(id)},"geometry":{geometry or "null"},'
        f'"properties":{properties.model_dump_json()}}}'
        for id, geometry, properties in features
    ]
    links = [Link(rel="self", href=here)]
    if following:
        links.append(Link(rel="next", href=following))
    head = {
        "type": "FeatureCollection",
        "numberReturned": len(written),
        "next": following,
        "links": [link.model_dump() for link in links],
    }
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return GeoJSONResponse(f'{opening},"features":[{",".join(written)}]}}')
