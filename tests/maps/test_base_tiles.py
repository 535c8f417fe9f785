"""The base map that settings name, and what is told where they name none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.errors import Unavailable
from gis.settings import Settings
from maps.base_tiles import BaseTiles, base_tiles, is_tile_file
from maps.page import content_security_policy


def named(**settings: object) -> BaseTiles | None:
    return base_tiles(Settings.model_validate(settings), None)


def test_without_a_setting_there_are_no_tiles_and_no_host() -> None:
    assert named() is None
    assert "img-src 'self' data:;" in content_security_policy("n")


def test_tianditu_has_its_pictures_and_its_names_with_the_key() -> None:
    found = named(base_map="tianditu", base_map_key="k123")
    assert found is not None
    ground, names = found.layers
    assert "/vec_w/wmts?" in ground
    assert "/cva_w/wmts?" in names
    assert "TILEMATRIXSET=w&" in ground
    assert ground.endswith("TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k123")
    assert (found.datum, found.credit) == ("wgs84", "天地图")
    assert found.hosts[0] == "https://t0.tianditu.gov.cn"
    assert len(found.hosts) == 8


def test_wmts_address_is_read_by_its_own_names() -> None:
    found = named(base_map="https://wmts.example/w/{TileMatrix}/{TileRow}/{TileCol}?k={key}", base_map_key="s")
    assert found is not None
    assert found.layers == ("https://wmts.example/w/{z}/{y}/{x}?k=s",)
    assert found.hosts == ("https://wmts.example",)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"base_map": "tianditu"}, "BASE_MAP_KEY"),
        ({"base_map": "tianditu", "base_map_key": ""}, "BASE_MAP_KEY"),
        ({"base_map": "https://a.example/{z}/{x}/{y}?{key}"}, "BASE_MAP_KEY"),
        ({"base_map": "https://a.example/{z}/{x}"}, "must be"),
        ({"base_map": "ftp://a.example/{z}/{x}/{y}"}, "must be"),
        ({"base_map": "https://a.example;script-src/{z}/{x}/{y}"}, "must be"),
        ({"base_map": "https://user:secret@a.example/{z}/{x}/{y}"}, "must be"),
        ({"base_map": "osm"}, "must be"),
    ],
)
def test_setting_that_names_no_tiles_is_told_at_the_start(settings: dict[str, str], told: str) -> None:
    with pytest.raises(Unavailable, match=told):
        named(**settings)


def test_file_is_known_by_its_name() -> None:
    assert is_tile_file(str(Path("/srv/maps/city.MBTiles")))
    assert not is_tile_file("https://a.example/{z}/{x}/{y}.pmtiles")
