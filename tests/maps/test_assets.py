"""Nothing that a map needs comes from anywhere else."""

from __future__ import annotations

import re

import folium
import folium.plugins
import pytest

from maps.assets import UnmappedLink, UnsafeScript, embed
from maps.layers.base import GroundMap
from tests.maps.sample import empty_pages, pages

RESOURCE = re.compile(r"""<(?:script|link|img|iframe|source|use)\b[^>]*?(?:src|href)=["']?([^"'\s>]+)""", re.I)


def test_link_that_has_no_path_of_our_own_is_refused() -> None:
    made = GroundMap(location=(29.16, 107.09), tiles=None)
    folium.plugins.Fullscreen().add_to(made)
    with pytest.raises(UnmappedLink, match="fullscreen"):
        embed(made)


def test_folium_own_heat_map_is_not_drawn_by_accident() -> None:
    made = GroundMap(location=(29.16, 107.09), tiles=None)
    folium.plugins.HeatMap([[29.16, 107.09]]).add_to(made)
    with pytest.raises(UnmappedLink):
        embed(made)


def test_script_that_would_end_its_element_is_refused() -> None:
    made = GroundMap(location=(29.16, 107.09), tiles=None)
    folium.Element("var a = '</ScRipt>';").add_to(made.get_root().script)
    with pytest.raises(UnsafeScript):
        embed(made)


@pytest.mark.parametrize("page", pages())
def test_page_links_to_own_files_only(page: str) -> None:
    found = RESOURCE.findall(pages()[page])
    assert found
    assert all(link.startswith("/static/") for link in found)


@pytest.mark.parametrize("page", [*pages(), *empty_pages()])
def test_page_has_no_inline_handler_and_every_inline_script_carries_the_nonce(page: str) -> None:
    for html in (pages()[page], empty_pages().get(page, "")):
        assert not re.search(r"<[^>]+\son\w+\s*=", html)
        assert not re.search(r"<[^>]+\sstyle\s*=", html)
        for tag in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in tag or 'nonce="n0nce"' in tag or "application/json" in tag


def test_outside_link_would_be_found_by_this_test() -> None:
    assert RESOURCE.findall('<script src="https://cdn.example/x.js"></script>') == ["https://cdn.example/x.js"]
