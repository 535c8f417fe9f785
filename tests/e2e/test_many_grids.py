"""More grids than a page can carry: they come as tiles, and the page stays small."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from api.views import place


@pytest.fixture
def few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the demonstration's 31 grids were too many."""
    monkeypatch.setattr(place.grids_of, "__kwdefaults__", {"most_shapes": 10})


@pytest.mark.usefixtures("few_shapes")
def test_many_grids_are_drawn_from_tiles(signed_in_page: Page, service_url: str) -> None:
    page, faults, tiles = signed_in_page, [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: tiles.append(answer.status) if "/api/maps/tiles/" in answer.url else None)
    page.goto(f"{service_url}/maps/density", wait_until="networkidle")
    assert page.evaluate("typeof geo_json_grids") == "undefined"
    assert page.locator(".leaflet-edge-pane canvas").count() > 0
    assert tiles
    assert set(tiles) <= {200, 304}
    assert faults == []
