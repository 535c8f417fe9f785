"""The OGC API as an application of its own, with its own description, behind the same border.

Only what is true is declared: tipg's pages need scripts from elsewhere and its CQL takes any function of the
database, so neither is there.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from morecantile import TileMatrixSets, tms
from tipg import model
from tipg.collections import Collection, CollectionList
from tipg.factory import Endpoints, OGCFeaturesFactory, OGCTilesFactory
from tipg.resources.enums import MediaType

from api.border import MAP_PROGRAMS
from api.deps import requires
from api.ogc.asked import Asked
from api.ogc.collections import CRS84, NoPool, collection, collections
from api.ogc.described import describe
from api.ogc.refusing import install
from api.reader import page, shell_of
from maps.pages.docs import docs_page

PREFIX = MAP_PROGRAMS.rstrip("/")
TILING = TileMatrixSets({"WebMercatorQuad": tms.get("WebMercatorQuad")})
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
TILINGS = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
Every = Annotated[CollectionList, Depends(collections)]
One = Annotated[Collection, Depends(collection)]
PLAIN: dict[str, Any] = {"response_model_exclude_none": True}
SPECIFIED = "http://www.opengis.net/spec"
CONFORMS = [
    f"{SPECIFIED}/{each}"
    for each in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-1/1.0/conf/landing-page",
        "ogcapi-common-1/1.0/conf/json",
        "ogcapi-common-1/1.0/conf/oas30",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-tiles-1/1.0/conf/core",
        "ogcapi-tiles-1/1.0/conf/tileset",
        "ogcapi-tiles-1/1.0/conf/tilesets-list",
        "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
        "ogcapi-tiles-1/1.0/conf/mvt",
    )
]


class _Features(OGCFeaturesFactory):
    """Collections with their titles, and without the forms of their features that are not given out."""

    def _collections_route(self) -> None:
        @self.router.get("/collections", response_model=model.Collections, **PLAIN)
        def every_collection(request: Request, found: Every) -> model.Collections:
            """What there is."""
            return model.Collections(
                links=[_link("self", self.url_for(request, "every_collection"))],
                collections=[self._document(request, each) for each in found["collections"]],
            )

    def _collection_route(self) -> None:
        @self.router.get("/collections/{collectionId}", response_model=model.Collection, name="collection", **PLAIN)
        def one_collection(request: Request, found: One) -> model.Collection:
            """What one collection holds, and where."""
            return self._document(request, found)

    def _document(self, request: Request, found: Collection) -> model.Collection:
        def at(name: str) -> str:
            return self.url_for(request, name, collectionId=found.id)

        return model.Collection(
            id=found.id,
            title=found.title,
            description=found.description,
            extent=found.extent,
            links=[
                _link("self", at("collection")),
                _link("items", at("items"), "application/geo+json"),
                _link("queryables", at("queryables"), "application/schema+json"),
                _link(TILESETS, f"{at('collection')}/tiles"),
            ],
        )

    def links(self, request: Request) -> list[model.Link]:
        return [_link("data", self.url_for(request, "every_collection"))]


class _Tiles(OGCTilesFactory):
    """Tiles of one tiling, in documents that GDAL finds them by, and without tipg's styles."""

    def _stylejson_routes(self) -> None:
        pass

    def _tilesets_routes(self) -> None:
        of_collection = "/collections/{collectionId}/tiles"

        @self.router.get(of_collection, response_model=model.TileSetList, **PLAIN)
        def tilesets(request: Request, found: One) -> model.TileSetList:
            """The ways in which a collection is cut into tiles."""
            return model.TileSetList(tilesets=[self._tileset(request, found)])

        @self.router.get(f"{of_collection}/WebMercatorQuad", response_model=model.TileSet, **PLAIN)
        def tileset(request: Request, found: One) -> model.TileSet:
            """Where the tiles of a collection are."""
            return self._tileset(request, found)

    def _tileset(self, request: Request, found: Collection) -> model.TileSet:
        tiling = self.supported_tms.get("WebMercatorQuad")
        here = f"{self.url_for(request, 'tilesets', collectionId=found.id)}/WebMercatorQuad"
        bounds = found.bounds
        edges = {"lowerLeft": bounds[:2], "upperRight": bounds[2:], "crs": CRS84} if bounds else None
        made: model.TileSet = model.TileSet.model_validate(
            {
                "title": found.title,
                "dataType": "vector",
                "crs": tiling.crs,
                "tileMatrixSetURI": str(tiling.uri),
                "boundingBox": edges,
                "links": [
                    {"rel": "self", "href": here, "type": "application/json"},
                    {
                        "rel": TILINGS.removesuffix("s"),
                        "href": self.url_for(request, "tilematrixset", tileMatrixSetId=tiling.id),
                        "type": "application/json",
                    },
                    {
                        "rel": "item",
                        "href": here + "/{tileMatrix}/{tileCol}/{tileRow}",
                        "type": "application/vnd.mapbox-vector-tile",
                        "templated": True,
                    },
                ],
            }
        )
        return made

    def links(self, request: Request) -> list[model.Link]:
        return [_link(TILINGS, self.url_for(request, "tilematrixsets"))]


class _Both(Endpoints):
    def _landing_route(self) -> None:
        @self.router.get("/", response_model=model.Landing, **PLAIN)
        def landing(request: Request) -> model.Landing:
            """Where to begin."""
            here = self.url_for(request, "landing")
            return model.Landing(
                title=self.title,
                links=[
                    _link("self", here),
                    _link("service-desc", f"{here}api", MediaType.openapi30_json),
                    _link("service-doc", f"{here}api.html", "text/html"),
                    _link("conformance", self.url_for(request, "conformance")),
                    *self.links(request),
                ],
            )

    def _conformance_route(self) -> None:
        @self.router.get("/conformance", response_model=model.Conformance)
        def conformance() -> model.Conformance:
            """What of the standards holds here."""
            return model.Conformance(conformsTo=CONFORMS)

    def register_routes(self) -> None:
        shared: dict[str, Any] = {
            "collection_dependency": self.collection_dependency,
            "router_prefix": self.router_prefix,
            "with_common": False,
        }
        self.ogc_features = _Features(collections_dependency=self.collections_dependency, **shared)
        self.ogc_tiles = _Tiles(supported_tms=self.supported_tms, with_viewer=False, **shared)
        self.router.include_router(self.ogc_features.router)
        self.router.include_router(self.ogc_tiles.router)


def _link(rel: str, href: str, kind: str = "application/json") -> model.Link:
    return model.Link(rel=rel, href=href, type=MediaType(kind))


def ogc_service(title: str) -> FastAPI:
    """The application to be mounted at `PREFIX`; whoever mounts it gives it the engine, as `state.engine`."""
    app = FastAPI(title=title, version="1.0", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.pool = NoPool()

    @app.get("/api.html", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        """The same description for people."""
        return page(request, docs_page(openapi_path=f"{PREFIX}/api", shell=shell_of(request)))

    both = _Both(
        title=title,
        router_prefix=PREFIX,
        supported_tms=TILING,
        with_tiles_viewer=False,
        collection_dependency=collection,
        collections_dependency=collections,
    )
    app.include_router(both.router, dependencies=[requires("read")])
    install(app)
    describe(app)
    app.add_middleware(Asked)
    return app
