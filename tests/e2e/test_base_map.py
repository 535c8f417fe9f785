"""A base map of the operator's under the maps: its tiles come from one host, and everything else lies where it has it.

The network is shut but for the service and the host of the tiles: a server here that draws, on the ground of GCJ-02,
a red dot where the demonstration's first building stands.
"""

from __future__ import annotations

import io
import math
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
import uvicorn
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route
from sqlalchemy import Engine, func, select

from api.app import create_app
from gis.crs.datums import from_wgs84
from gis.settings import Settings
from gis.storage.session import transaction
from gis.storage.tables import building
from tests.chromium import chromium
from tests.e2e.conftest import PASSWORD

RED = (255, 0, 0)


def pixel_of(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Where a point is on the whole of a zoom's picture of the world."""
    whole = 256 * 2**z
    return (lon + 180) / 360 * whole, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * whole


@pytest.fixture(scope="module")
def landmark(demonstration_engine: Engine) -> tuple[float, float]:
    """Longitude and latitude of a building, as they are stored."""
    with transaction(demonstration_engine) as connection:
        query = select(func.ST_X(building.c.geom), func.ST_Y(building.c.geom)).order_by(building.c.code).limit(1)
        lon, lat = connection.execute(query).one()
    return lon, lat


@pytest.fixture(scope="module")
def tile_host(landmark: tuple[float, float]) -> Iterator[str]:
    """The address of a server of tiles on GCJ-02's ground."""
    lon, lat = from_wgs84(*landmark, datum="gcj02")

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            z, x, y = (int(part) for part in self.path.removesuffix(".png").strip("/").split("/"))
            across, down = pixel_of(lon, lat, z)
            at = (across - 256 * x, down - 256 * y)
            tile = Image.new("RGB", (256, 256), (240, 240, 235))
            ImageDraw.Draw(tile).ellipse((at[0] - 6, at[1] - 6, at[0] + 6, at[1] + 6), fill=RED)
            written = io.BytesIO()
            tile.save(written, "PNG")
            self.send_response(200)
            self.send_header("content-type", "image/png")
            self.end_headers()
            self.wfile.write(written.getvalue())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def service(demonstration_engine: Engine, tile_host: str) -> Iterator[str]:
    settings = Settings(
        base_map=f"{tile_host}/{{z}}/{{x}}/{{y}}.png", base_map_datum="gcj02", base_map_credit="<b>图商</b>"
    )
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, demonstration_engine), log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def watched(service: str, tile_host: str) -> Iterator[tuple[Page, list[str]]]:
    """A page of the dispatcher's, with everything but the service and the tiles cut off, and what went wrong."""
    faults: list[str] = []

    def only_those(route: Route) -> None:
        if route.request.url.startswith((service, tile_host)):
            route.continue_()
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.route("**/*", only_those)
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{service}/sign-in")
        page.fill("[name=username]", "dispatcher")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
        yield page, faults


def look_at(page: Page, name: str, place: tuple[float, float]) -> tuple[float, float]:
    """Bring a place into view; gives where on the screen the map has it."""
    lon, lat = place
    page.evaluate(f"map_{name}.setView([{lat}, {lon}], 18, {{animate: false}})")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    at = page.evaluate(
        f"""() => {{ const box = map_{name}.getContainer().getBoundingClientRect();
                     const point = map_{name}.latLngToContainerPoint([{lat}, {lon}]);
                     return [box.left + point.x, box.top + point.y]; }}"""
    )
    return at[0], at[1]


def red_middle(page: Page) -> tuple[float, float]:
    """The middle of the dot, once everything above the tiles is out of the way."""
    page.evaluate(
        """for (const pane of document.querySelectorAll('.leaflet-map-pane > .leaflet-pane')) {
             if (pane.classList.contains('leaflet-tile-pane')) pane.style.filter = 'none';
             else pane.style.display = 'none';
           }"""
    )
    seen = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB")).astype(int)
    rows, columns = np.nonzero((seen[..., 0] > 200) & (seen[..., 1] < 60) & (seen[..., 2] < 60))
    assert len(rows) > 50
    return float(columns.mean()), float(rows.mean())


def test_own_shapes_lie_where_a_gcj02_map_has_them(
    watched: tuple[Page, list[str]], service: str, landmark: tuple[float, float]
) -> None:
    page, faults = watched
    page.goto(f"{service}/maps/density", wait_until="networkidle")
    drawn = look_at(page, "density", landmark)
    assert red_middle(page) == pytest.approx(drawn, abs=1.5)
    assert faults == []


def test_what_is_pointed_at_is_read_back_as_wgs84(
    watched: tuple[Page, list[str]], service: str, landmark: tuple[float, float]
) -> None:
    page, faults = watched
    page.goto(f"{service}/desk", wait_until="networkidle")
    look_at(page, "desk", landmark)
    page.evaluate("window.pointed = []; map_desk.on('click', ({latlng}) => pointed.push([latlng.lng, latlng.lat]))")
    at = red_middle(page)
    page.mouse.click(*at)
    pointed = page.evaluate("pointed[0]")
    # Half a pixel is 0.3 m here; the shift itself is over 500 m.
    assert pointed == pytest.approx(landmark, abs=1.5e-5)
    assert faults == []


def test_credit_is_shown_as_text_and_own_streets_step_back(watched: tuple[Page, list[str]], service: str) -> None:
    page, _ = watched
    page.goto(f"{service}/maps/density", wait_until="networkidle")
    page.wait_for_selector(".on-tiles")
    assert page.locator(".credit").text_content() == "<b>图商</b>"
    assert not page.locator(".shape-streets").first.is_visible()


def test_policy_opens_pictures_from_that_host_alone(
    watched: tuple[Page, list[str]], service: str, tile_host: str
) -> None:
    page, _ = watched
    answer = page.goto(f"{service}/maps/density")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert f"img-src 'self' data: {tile_host};" in policy
    assert policy.count(tile_host) == 1


def test_shift_is_that_of_the_domain_and_its_inverse_undoes_it(watched: tuple[Page, list[str]], service: str) -> None:
    page, _ = watched
    page.goto(f"{service}/maps/density", wait_until="networkidle")
    chance = np.random.default_rng(7)
    lon, lat = chance.uniform(103, 116, 2000), chance.uniform(25, 39, 2000)
    points = np.column_stack((lon, lat)).tolist()
    there, back = page.evaluate(
        """async (points) => {
             const { toGcj02, toWgs84 } = await import('/static/js/gcj02.js');
             const pair = ({ lng, lat }) => [lng, lat];
             const there = points.map(([lng, lat]) => pair(toGcj02({ lng, lat })));
             return [there, there.map(([lng, lat]) => pair(toWgs84({ lng, lat })))];
           }""",
        points,
    )
    expected = np.column_stack(from_wgs84(lon, lat, datum="gcj02"))
    np.testing.assert_allclose(there, expected, rtol=0, atol=1e-10)
    np.testing.assert_allclose(back, points, rtol=0, atol=2e-9)
