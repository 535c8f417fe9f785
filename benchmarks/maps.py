"""How soon the density map opens and moves in headless Chromium, beside folium.plugins.HeatMap of the same points.

    ./dualgrid bench maps [rounds] [matters …]

A service with the demonstration community gets 10 thousand, 100 thousand and a million matters more, near its buildings
and over two years. Goals: first paint under 1 s, a pan or a filter under 300 ms at the 95th percentile, under 300 kB
for the first view. Each round opens the page in a new browser context, with an empty cache. A pan or a filter ends when
the surface for it is painted: pans are so wide that each has to ask for cells, filters look at the whole community, and
their figures are timed as well. The map of HeatMap is a file, whose scripts come from this machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import folium
import numpy as np
import playwright.sync_api
from folium.plugins import HeatMap
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from sqlalchemy import Engine, text

from benchmarks.pages import FLAGS, OPENED, service_with_engine, sign_in
from gis.density.folding import fold
from gis.settings import Settings
from gis.storage.session import transaction

SIZES = (10_000, 100_000, 1_000_000)
LOADED_AT_ONCE = 100_000
MOVES = 20
PANNED_AT_ZOOM = 17
WAITED_S = 60
"""Nothing is waited for longer."""

# A building of a random number, some 15 m around it, and its grid.
_MORE = text(
    """
    WITH house AS MATERIALIZED (
        SELECT row_number() OVER () AS number, building.community_id, building.geom, version.id AS version,
               version.grid_id
        FROM building JOIN LATERAL (
            SELECT * FROM grid_version
            WHERE grid_version.geom && building.geom AND ST_Covers(grid_version.geom, building.geom)
            ORDER BY grid_version.id LIMIT 1) AS version ON true
    ), asked AS MATERIALIZED (
        SELECT 1 + floor(random() * (SELECT count(*) FROM house)) AS number, random() AS a, random() AS b,
               random() AS when_, random() AS kind
        FROM generate_series(1, :more)
    )
    INSERT INTO issue (community_id, source, text, reported_at, topic, hazard, status, location_method, receipt, geom,
                       grid_id, grid_version_id)
    SELECT house.community_id, (ARRAY['app', 'phone', 'visit'])[1 + floor(kind * 3)], '路灯不亮',
           TIMESTAMPTZ '2022-01-01' + when_ * INTERVAL '700 days',
           (ARRAY['消防安全', '环境卫生', '公共设施', '交通停车', '噪音扰民'])[1 + floor(b * 5)], a < 0.2,
           (ARRAY['reported', 'accepted', 'closed', 'closed', 'closed'])[1 + floor(kind * 5)], 'coordinate', '{}',
           ST_Translate(house.geom, (a - 0.5) * 0.0003, (b - 0.5) * 0.0003), house.grid_id, house.version
    FROM asked JOIN house USING (number)
    """
)
_POINTS = text("SELECT ST_Y(geom), ST_X(geom) FROM issue WHERE geom IS NOT NULL")

_UNFOLDED = text("SELECT count(*) FROM density_change")

# `moved` tells when the surface, and the figures of a filter, have come for what `act` does. What the map holds already
# may serve a pan: then it is over with the next repaint, and nothing was asked for.
_ACT = """async ([act, given]) => {
    const { view } = await import("/static/js/view.js");
    const surface = density_surface_matters;
    const { show, repaint } = Object.getPrototypeOf(surface);
    const { fetch } = window;
    const moved = { asked: false, painted: null, counted: act === "filter" ? null : 0 };
    window.moved = moved;
    const begun = performance.now();
    const painted = () => {
        moved.painted = performance.now() - begun;
        delete surface.show;
        delete surface.repaint;
        window.fetch = fetch;
    };
    window.fetch = (address, ...rest) => {
        moved.asked ||= String(address).startsWith("/api/maps/cells");
        return fetch(address, ...rest);
    };
    surface.show = function (cells) {
        show.call(this, cells);
        painted();
    };
    surface.repaint = function () {
        repaint.call(this);
        if (!moved.asked) painted();
    };
    if (act === "pan") map_density.panBy(given, { animate: false });
    else {
        surface.repaint = repaint;
        const counted = new MutationObserver(() => {
            moved.counted = performance.now() - begun;
            counted.disconnect();
        });
        counted.observe(document.getElementById("figures"), { childList: true });
        view.change(given);
    }
}"""
_MOVED = "moved.painted !== null && moved.counted !== null ? moved : null"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    sizes = [int(each) for each in sys.argv[2:]] or list(SIZES)
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; medians of {rounds} rounds")
    with service_with_engine() as (url, engine), sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        held = 0
        for size in sizes:
            load(engine, size - held)
            held = size
            ours(browser, url, rounds, size)
            peer(browser, engine, size)
        browser.close()


def load(engine: Engine, more: int) -> None:
    begun = time.perf_counter()
    for done in range(0, more, LOADED_AT_ONCE):
        with transaction(engine) as connection:
            connection.execute(_MORE, {"more": min(LOADED_AT_ONCE, more - done)})
        if more > LOADED_AT_ONCE:
            print(f"  {done:,} of {more:,} stored before {time.perf_counter() - begun:.0f} s", flush=True)
    stored = time.perf_counter() - begun
    while True:  # the service may be folding just now
        with transaction(engine) as connection:
            fold(connection)
            if not connection.scalar(_UNFOLDED):
                break
        time.sleep(0.1)
    with transaction(engine) as connection:
        connection.execute(text("ANALYZE issue"))  # as the database does by itself after a minute
    print(
        f"{more:,} matters stored in {stored:.1f} s, folded in {time.perf_counter() - begun - stored:.1f} s", flush=True
    )


def ours(browser: Browser, url: str, rounds: int, size: int) -> None:
    first, pans, filters = [], [], []
    for number in range(rounds):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(1000 * WAITED_S)
        sign_in(context, url)
        page = opened(context, f"{url}/maps/density")
        painted, _, kilobytes = page.evaluate(OPENED)
        first.append((painted, kilobytes))
        filters += moved(page, "filter", number)
        lat, lon = page.evaluate("() => { const { lat, lng } = map_density.getCenter(); return [lat, lng]; }")
        page.close()
        page = opened(context, f"{url}/maps/density#{PANNED_AT_ZOOM}/{lat:.5f}/{lon:.5f}")
        pans += moved(page, "pan", number)
        context.close()
    painted, kilobytes = (statistics.median(column) for column in zip(*first, strict=True))
    slowest = max(seconds for seconds, _ in first)
    print(
        f"{size:>9,} matters: first paint {painted:.2f} s (slowest {slowest:.2f} s; goal 1 s), {kilobytes:.0f} kB (300)"
    )
    for name, figures in (
        ("pan", [each["painted"] for each in pans if each["asked"]]),
        ("filter", [each["painted"] for each in filters]),
        ("figures of a filter", [each["counted"] for each in filters]),
    ):
        half, most = np.percentile(figures, [50, 95])
        print(f"{'':>9} {name}: {half:.0f} ms at p50, {most:.0f} ms at p95 of {len(figures)} (goal 300 ms)", flush=True)


def opened(context: BrowserContext, address: str) -> Page:
    """A page whose map is painted."""
    page = context.new_page()
    page.goto(address, wait_until="commit")
    try:
        page.wait_for_selector("body[data-ready]", timeout=1000 * WAITED_S)
    except playwright.sync_api.TimeoutError as error:
        raise SystemExit(f"{address}: its map was not painted within {WAITED_S} s") from error
    return page


def moved(page: Page, act: str, seed: int) -> list[dict[str, Any]]:
    """What `moved` has told of each of some pans or filters."""
    random = np.random.default_rng(seed)
    found = []
    for at in range(MOVES):
        if act == "pan":
            given: object = [(700 if at % 4 < 2 else -700), (500 if at % 2 else -500)]
        else:
            month = int(random.integers(1, 13))
            topic = ["消防安全", "环境卫生", "公共设施", ""][at % 4]
            given = {"topic": topic, "from": f"2022-{month:02}-01", "to": ["2022-12-31", "2023-06-30", ""][at % 3]}
        page.evaluate(_ACT, [act, given])
        found.append(awaited(page, _MOVED, f"surface and figures after {act} {given}"))
        page.wait_for_timeout(200)  # as somebody who looks
    return found


def awaited(page: Page, expression: str, what: str) -> Any:
    """What an expression comes to, as soon as it comes to something. Ends the program where it does not."""
    last = time.monotonic() + WAITED_S
    while not (found := page.evaluate(expression)):
        if time.monotonic() > last:
            raise SystemExit(f"waited {WAITED_S} s in vain for: {what}; {page.evaluate('window.moved')}")
        page.wait_for_timeout(20)
    return found


def peer(browser: Browser, engine: Engine, size: int) -> None:
    with transaction(engine) as connection:
        points = [[lat, lon] for lat, lon in connection.execute(_POINTS)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "heat.html"
        begun = time.perf_counter()
        made = folium.Map(location=points[0], zoom_start=16, tiles=None)
        HeatMap(points).add_to(made)  # type: ignore[no-untyped-call]
        made.save(file)
        seconds = time.perf_counter() - begun
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.route("**/*", _from_here)
        page.goto(file.as_uri(), timeout=1000 * WAITED_S)
        page.evaluate("void requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }))")
        painted = awaited(page, "document.querySelector('canvas.leaflet-heatmap-layer') && window.painted", "HeatMap")
        page.close()
        print(
            f"{size:>9,} points in HeatMap: made in {seconds:.1f} s, {file.stat().st_size / 1e6:.1f} MB, "
            f"painted after {painted / 1000:.1f} s",
            flush=True,
        )


def _from_here(route: Route) -> None:
    """Scripts of this machine for those that the file names; nothing for what it does not need."""
    url = route.request.url
    leaflet = Settings().home / "assets" / "node_modules" / "leaflet" / "dist"
    templates = Path(folium.__file__).parent / "templates"
    if url.startswith("file:"):
        route.continue_()
    elif url.endswith(("leaflet.js", "leaflet.css")):
        route.fulfill(path=leaflet / url.rsplit("/", 1)[1])
    elif "heat" in url:
        route.fulfill(path=next(templates.glob("*heat*.js")))
    else:
        route.fulfill(body="")


if __name__ == "__main__":
    main()
