"""Tiles for the service's own maps."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from api.app import create_app
from gis.errors import Unavailable
from gis.settings import Settings
from gis.storage.session import transaction
from tests.client import TestClient
from tests.files.test_tilesets import PICTURES, write_mbtiles

TILE = "/api/maps/tiles/grids/16/52246/27247"


def test_tile_file_is_served_to_who_has_signed_in(
    town_engine: Engine, settings: Settings, admin: TestClient, tmp_path: Path
) -> None:
    path = write_mbtiles(tmp_path / "base.mbtiles", PICTURES)
    app = create_app(settings.model_copy(update={"base_map": str(path)}), town_engine)
    with TestClient(app) as client:
        assert client.get("/maps/base/3/6/3").status_code == 401
        client.headers["authorization"] = admin.headers["authorization"]
        answer = client.get("/maps/base/3/6/3")
        assert (answer.content, answer.headers["content-type"]) == (PICTURES[3, 6, 3], "image/png")
        assert answer.headers["cache-control"] == "private, max-age=86400"
        assert client.get("/maps/base/3/0/0").status_code == 204
        page = client.get("/maps/density", headers={"accept": "text/html"})
        assert "img-src 'self' data:;" in page.headers["content-security-policy"]
        assert '"/maps/base/{z}/{x}/{y}"' in page.text


def test_service_without_a_file_has_no_such_tile(admin: TestClient) -> None:
    assert admin.get("/maps/base/0/0/0").status_code == 404


def test_file_that_is_not_there_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is not there"):
        create_app(settings.model_copy(update={"base_map": str(tmp_path / "none.pmtiles")}))


def test_grid_tile_is_asked_for_once_until_boundaries_change(admin: TestClient, town_engine: Engine) -> None:
    first = admin.get(TILE)
    assert "G1网格".encode() in first.content
    known = {"if-none-match": first.headers["etag"]}
    again = admin.get(TILE, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    with transaction(town_engine) as connection:
        connection.execute(text("UPDATE grid SET name = name || '*' WHERE code = 'G1'"))
    changed = admin.get(TILE, headers=known)
    assert changed.status_code == 200
    assert "G1网格*".encode() in changed.content
    with transaction(town_engine) as connection:
        connection.execute(text("UPDATE grid SET name = rtrim(name, '*') WHERE code = 'G1'"))


@pytest.mark.parametrize("place", ["2/9/1", "25/0/0", "1/-1/0", "a/b/c"])
def test_place_that_is_no_tile_is_refused(place: str, admin: TestClient) -> None:
    assert admin.get(f"/api/maps/tiles/grids/{place}").status_code in (404, 422)


def test_grid_tile_is_for_who_may_read(nobody: TestClient, client_for) -> None:
    assert nobody.get(TILE).status_code == 401
    assert client_for("intake").get(TILE).status_code == 403
