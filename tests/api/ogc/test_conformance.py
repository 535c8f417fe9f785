"""OGC API Features 1.0.1 and Tiles 1.0, request by request: what is declared holds, and nothing else is declared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from gis.layers.layer import LAYERS
from tests.client import TestClient

SPECIFIED = "http://www.opengis.net/spec/"
ITEMS = "/ogc/collections/grids/items"
CRS = "http://www.opengis.net/def/crs"


@pytest.fixture(scope="module")
def get(admin: TestClient) -> Any:
    """What a path is answered with, as JSON, and always as the media type that it says."""

    def fetch(path: str, **query: str | int) -> Any:
        answer = admin.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return fetch


def links(document: Any) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in document["links"]}


def path_of(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def codes(found: Any) -> list[str]:
    return [feature["properties"]["code"] for feature in found["features"]]


def test_landing_page_leads_to_everything(get: Any, admin: TestClient) -> None:
    found = links(get("/ogc/"))
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= found.keys()
    for href in found.values():
        answer = admin.get(path_of(href))
        assert answer.status_code == 200
    assert admin.get("/ogc", follow_redirects=True).json() == get("/ogc/")


def test_declared_classes_are_those_tested_here(get: Any) -> None:
    assert {each.removeprefix(SPECIFIED) for each in get("/ogc/conformance")["conformsTo"]} == {
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
    }


def test_description_is_openapi_3_0_and_names_what_is_taken(admin: TestClient) -> None:
    answer = admin.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    described = answer.json()
    assert described["openapi"].startswith("3.0.")
    assert described["servers"] == [{"url": "http://testserver/ogc"}]
    of_items = described["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
    assert {"limit", "bbox", "datetime", "bbox-crs", "offset"} <= {each["name"] for each in of_items}
    limit = next(each["schema"] for each in of_items if each["name"] == "limit")
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 10_000, 10)
    told = [each["operationId"] for path in described["paths"].values() for each in path.values()]
    assert len(told) == len(set(told))


def test_each_collection_says_what_and_where_it_is(get: Any) -> None:
    listed = get("/ogc/collections")["collections"]
    assert [each["id"] for each in listed] == list(LAYERS)
    for each in listed:
        assert get(f"/ogc/collections/{each['id']}") == each
        assert each["extent"]["spatial"]["bbox"] == [[107.0, 29.0, 107.003, 29.002]]
        assert each["title"]
        features = get(path_of(links(each)["items"]))
        assert features["type"] == "FeatureCollection"
        for column in get(path_of(links(each)["queryables"]))["properties"].keys() - {"geom"}:
            assert column in LAYERS[each["id"]].found_by


def test_features_are_geojson(admin: TestClient, get: Any) -> None:
    answer = admin.get(ITEMS, headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    assert (found["numberMatched"], found["numberReturned"]) == (4, 4)
    one = found["features"][0]
    alone = get(f"{ITEMS}/{one['id']}")
    assert alone["properties"] == one["properties"]
    assert {"self", "collection"} <= links(alone).keys()


def test_next_links_lead_through_all_features_once(get: Any) -> None:
    seen, path = [], f"{ITEMS}?limit=3"
    while path:
        found = get(path)
        seen += codes(found)
        path = path_of(links(found)["next"]) if "next" in links(found) else ""
    assert seen == ["G1", "G2", "G3", "G4"]


def test_limit_beyond_the_most_gives_the_most(get: Any) -> None:
    assert get(ITEMS, limit=999_999)["numberReturned"] == 4


@pytest.mark.parametrize(
    ("bbox", "crs"),
    [
        ("107.0015,29.0002,107.0016,29.0003", ""),
        ("107.0015,29.0002,-5,107.0016,29.0003,5000", ""),
        ("107.0015,29.0002,107.0016,29.0003", f"{CRS}/OGC/1.3/CRS84"),
        ("29.0002,107.0015,29.0003,107.0016", f"{CRS}/EPSG/0/4326"),
        ("11911353,3375672,11911363,3375683", f"{CRS}/EPSG/0/3857"),
    ],
)
def test_box_chooses_what_it_touches_in_the_system_that_it_names(bbox: str, crs: str, get: Any) -> None:
    assert codes(get(ITEMS, bbox=bbox, **({"bbox-crs": crs} if crs else {}))) == ["G2"]


def test_box_may_span_the_antimeridian(get: Any) -> None:
    assert codes(get(ITEMS, bbox="107.0015,20,-170,40")) == ["G2", "G4"]
    assert codes(get(ITEMS, bbox="170,20,-170,40")) == []


@pytest.mark.parametrize(
    ("moment", "found"),
    [
        ("2024-06-01T00:00:00Z", 4),
        ("2024-06-01", 4),
        ("../2024-06-01T00:00:00Z", 4),
        ("/2024-06-01", 4),
        ("2024-06-01/..", 4),
        ("../1969-12-31", 0),
        ("1960-01-01T00:00:00+08:00/1965-01-01T00:00:00+08:00", 0),
        ("../..", 4),
    ],
)
def test_datetime_chooses_what_held_then(moment: str, found: int, get: Any) -> None:
    assert get("/ogc/collections/grid_versions/items", datetime=moment)["numberMatched"] == found


def test_datetime_leaves_features_without_a_time_alone(get: Any) -> None:
    assert get("/ogc/collections/buildings/items", datetime="../1969-12-31")["numberMatched"] == 5


def test_value_of_a_text_chooses_features_whatever_it_holds(get: Any) -> None:
    assert codes(get("/ogc/collections/buildings/items", compound="梨园")) == ["B1", "B2"]
    of_pears = get("/ogc/collections/buildings/items", compound="梨园")["features"]
    assert {each["properties"]["built_year"] for each in of_pears} == {1998}
    for value in ("' OR true --", "\\'; SELECT 1", "%", "$1", '"'):
        assert codes(get("/ogc/collections/buildings/items", compound=value)) == []


def test_properties_are_those_named(get: Any) -> None:
    assert get(ITEMS, properties="name", limit=1)["features"][0]["properties"] == {"name": "G1网格"}
    assert get(ITEMS, properties="", limit=1)["features"][0]["properties"] == {}


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=1&limit=2",
        "offset=-1",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=0,0,200,10",
        "bbox=0,10,10,0",
        "bbox=0,0,1,1&bbox-crs=EPSG:3857",
        f"bbox=0,0,1,1&bbox-crs={CRS}/EPSG/0/999999",
        "datetime=yesterday",
        "datetime=2024-06-01/2024-05-01",
        "datetime=2024-01-01/2024-02-01/2024-03-01",
        "properties=phone",
        "code=%00",
        "f=html",
        "filter=set_config('app.role','admin',true)='admin'",
        "sortby=code",
        "geom-column=geom",
        "simplify=nan",
    ],
)
def test_what_may_not_be_asked_is_told(query: str, admin: TestClient) -> None:
    answer = admin.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/households",
        "/ogc/collections/households/items",
        f"{ITEMS}/0",
        f"{ITEMS}/G1",
        f"{ITEMS}/99999999999999999999",
        "/ogc/collections/grids/tiles/WorldCRS84Quad",
        "/ogc/collections/grids/tiles/WebMercatorQuad/2/9/1",
        "/ogc/collections/grids/tiles/WebMercatorQuad/99/1/1",
        "/ogc/nothing",
    ],
)
def test_what_is_not_there_is_404(path: str, admin: TestClient) -> None:
    assert admin.get(path).status_code == 404


def test_tileset_tells_its_tiling_and_where_its_tiles_are(get: Any, admin: TestClient) -> None:
    collection = get("/ogc/collections/grids")
    listed = get(path_of(links(collection)["http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"]))
    assert len(listed["tilesets"]) == 1
    told = get(path_of(links(listed["tilesets"][0])["self"]))
    tiling = get(path_of(links(told)["http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"]))
    assert tiling["id"] == "WebMercatorQuad"
    assert told["crs"] == tiling["crs"]
    # 107.0005E 29.0005N at zoom 16.
    template = links(told)["item"]
    answer = admin.get(path_of(template.format(tileMatrix=16, tileCol=52246, tileRow=27247)))
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "G1网格".encode() in answer.content
    elsewhere = admin.get(path_of(template.format(tileMatrix=16, tileCol=0, tileRow=0)))
    assert (elsewhere.status_code, elsewhere.content) == (200, b"")


def test_tilejson_names_the_layer_of_its_tiles(get: Any) -> None:
    told = get("/ogc/collections/grids/tiles/WebMercatorQuad/tilejson.json")
    assert told["tiles"] == ["http://testserver/ogc/collections/grids/tiles/WebMercatorQuad/{z}/{x}/{y}"]
    assert told["vector_layers"][0]["id"] == "default"
