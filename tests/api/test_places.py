"""Communities, grids, buildings, groups and workers over HTTP, and `/api/locate`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.app import create_app
from api.schemas.geojson import FeatureCollection
from api.schemas.places import BuildingProperties, GridProperties
from gis.security.accounts import create_account
from gis.security.sign_in import open_sign_in
from gis.storage.session import transaction
from tests.api.conftest import PASSWORD
from tests.client import TestClient
from tests.world import COMMUNITY, add_other_community, build_world, redraw


def test_grids_are_geojson_with_who_answers_for_them(admin):
    answer = admin.get("/api/grids", params={"at": "2023-06-01T00:00:00Z"})
    FeatureCollection[GridProperties].model_validate_json(answer.content)
    workers = {f["id"]: f["properties"]["worker"] for f in answer.json()["features"]}
    assert list(workers) == ["G1", "G2", "G3", "G4"]
    assert workers["G2"] == {"id": "W2", "name": "钱二", "role": "grid_worker"}
    assert workers["G3"] is None


def test_grid_tells_what_is_in_it(admin):
    found = admin.get("/api/grids/G1").json()
    assert found["in_force"] is True
    assert found["worker"]["id"] == "W1"
    assert (found["counts"]["buildings"], found["counts"]["households"]) == (2, 1)
    assert [version["valid_to"] for version in found["versions"]] == [None]
    assert found["versions"][0]["area_m2"] == pytest.approx(10_800, rel=0.01)


def test_unknown_grid_is_not_found(admin):
    assert admin.get("/api/grids/G99").status_code == 404
    assert admin.get("/api/grids/G%00").status_code == 422


@pytest.fixture
def two_communities(engine, settings):
    """A service that holds the town, redrawn in 2025, and Boston, which has a G1 too."""
    with transaction(engine) as connection:
        world = build_world(connection)
        add_other_community(connection)
        redraw(connection, world, datetime(2025, 1, 1, tzinfo=UTC))
        account = create_account(connection, username="a", password=PASSWORD, role="admin")
        token = open_sign_in(connection, account, 1)
    with TestClient(create_app(settings, engine), headers={"authorization": f"Bearer {token}"}) as client:
        yield client


def test_code_that_two_communities_use_has_to_be_narrowed(two_communities):
    answer = two_communities.get("/api/grids/G1")
    assert answer.status_code == 409
    assert COMMUNITY in answer.json()["detail"]
    assert two_communities.get("/api/grids/G1", params={"community": "boston"}).json()["community"] == "boston"


def test_grids_are_those_of_the_moment_asked_for(two_communities):
    def west_edge(at):
        asked = {"community": COMMUNITY, "at": at}
        features = two_communities.get("/api/grids", params=asked).json()["features"]
        ring = next(f for f in features if f["id"] == "G2")["geometry"]["coordinates"][0][0]
        return min(lon for lon, _ in ring)

    assert west_edge("2024-12-31") == 107.001
    assert west_edge("2025-01-02") == 107.0015
    versions = two_communities.get("/api/grids/G2", params={"community": COMMUNITY}).json()["versions"]
    assert [version["valid_to"] for version in versions] == [None, "2025-01-01T00:00:00Z"]


def test_communities_are_listed(two_communities):
    found = two_communities.get("/api/communities").json()
    assert [(each["code"], each["street"]) for each in found] == [(COMMUNITY, "乙街道"), ("boston", None)]


def test_buildings_are_found_by_words_and_place(admin):
    def ids(**asked):
        answer = admin.get("/api/buildings", params=asked)
        FeatureCollection[BuildingProperties].model_validate_json(answer.content)
        return [feature["id"] for feature in answer.json()["features"]]

    assert ids() == ["B1", "B2", "B3", "B4", "B5"]
    assert ids(q="梨园") == ["B1", "B2"]
    assert ids(q="长坡 2栋") == ["B4"]
    assert ids(q="%") == []
    assert ids(bbox="107.001,29,107.002,29.001") == ["B3"]


def test_building_tells_the_year_in_which_it_was_built(admin):
    found = admin.get("/api/buildings").json()["features"]
    assert [each["properties"]["built_year"] for each in found] == [1998, 1998, None, None, None]


def test_buildings_come_page_by_page(admin):
    page = admin.get("/api/buildings", params={"limit": 2}).json()
    seen = []
    while True:
        seen += [feature["id"] for feature in page["features"]]
        if not page["next"]:
            break
        page = admin.get(page["next"]).json()
    assert seen == ["B1", "B2", "B3", "B4", "B5"]


def test_workers_have_their_posts_of_today_and_a_masked_phone(admin, world):
    answer = admin.get("/api/workers")
    posts = {w["name"]: [(p["role"], p["grid_code"]) for p in w["posts"]] for w in answer.json()}
    assert posts["李四"] == [("grid_worker", "G4")]
    assert posts["钱二"] == []
    assert {w["phone"] for w in answer.json() if w["name"] in world.workers} == {"142****0000"}


def test_locate_decides_as_a_report_would_and_stores_nothing(admin):
    located = admin.get("/api/locate", params={"lon": 107.0015, "lat": 29.0005, "at": "2023-06-01"}).json()
    assert (located["grid"]["code"], located["worker"]["id"]) == ("G2", "W2")
    by_words = admin.get("/api/locate", params={"text": "河街12号门口"}).json()
    assert by_words["building"]["id"] == "B5"
    assert by_words["worker"] is None


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({}, ("query", "missing")),
        ({"lon": 107}, ("lat", "missing")),
        ({"lon": "x", "lat": 29}, ("lon", "not_a_number")),
        ({"lon": "nan", "lat": 29}, ("lon", "not_a_number")),
        ({"lon": 29, "lat": 107}, ("location", "swapped")),
        ({"text": "a", "group": "QX"}, ("group", "unknown_group")),
    ],
)
def test_locate_names_what_is_wrong(admin, asked, fault):
    answer = admin.get("/api/locate", params=asked)
    assert answer.status_code == 422, answer.text
    assert fault in {(each["where"], each["code"]) for each in answer.json()["errors"]}
