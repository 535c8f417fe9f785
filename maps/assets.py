"""Where every script and style of a Folium map comes from: this service, and nowhere else.

Folium's elements name addresses on content networks. `embed` renders a map's parts for a page of our own
and replaces each address by the path of the same file here; an address that is not listed raises, so that
no new plugin can bring an outside request with it unseen. Folium's own page (its head, its viewport that
forbids zooming, jQuery, Bootstrap and icon fonts, which nothing here uses) is left out.

A part of a page, not a frame: one content-security policy, one language, one colour scheme, and layers
that the page's own modules can reach by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from branca.element import CssLink, Element, Figure, JavascriptLink
from markupsafe import Markup

from maps.layers.base import GroundMap

STATIC = "/static"
LEAFLET = f"{STATIC}/vendor/leaflet/dist"

OWN_PATHS = {
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js": f"{LEAFLET}/leaflet.js",
    "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css": f"{LEAFLET}/leaflet.css",
    "density-surface.js": f"{STATIC}/js/density-surface.js",
    "protomaps-leaflet.js": f"{STATIC}/vendor/protomaps-leaflet/dist/protomaps-leaflet.js",
    "grid-tiles.js": f"{STATIC}/js/grid-tiles.js",
    "hotspot-cells.js": f"{STATIC}/js/hotspot-cells.js",
}
LEFT_OUT = {
    "https://code.jquery.com/jquery-3.7.1.min.js",
    "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js",
    "https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/css/bootstrap.min.css",
    "https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css",
    "https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css",
    "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js",
    "https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css",
    "https://cdn.jsdelivr.net/gh/python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css",
}


class UnmappedLink(LookupError):
    """A map would load something that this service does not serve itself."""


class UnsafeScript(ValueError):
    """A map's script would end its own element, or open a comment that hides the end."""


@dataclass(frozen=True, slots=True)
class EmbeddedMap:
    """A rendered map: the paths that it needs, its element, its script without the tag, its shapes' properties."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]
    element: Markup
    script: Markup
    facts: dict[str, list[dict[str, Any]]]


def own_path(url: str) -> str | None:
    """The path here of a file that Folium names; None for what is left out.

    Raises UnmappedLink for an address that nobody has decided on.
    """
    if url in LEFT_OUT:
        return None
    try:
        return OWN_PATHS[url]
    except KeyError:
        raise UnmappedLink(f"{url} has no path of our own in maps/assets.py") from None


def embed(ground: GroundMap) -> EmbeddedMap:
    """Render a map for a page of our own.

    Raises UnmappedLink for an outside address, UnsafeScript for a script that would end its element.
    """
    figure = ground.get_root()
    assert isinstance(figure, Figure)
    figure.render()
    script = figure.script.render()
    if "</script" in script.lower() or "<!--" in script:
        raise UnsafeScript("a map's script holds the end of its own element")
    return EmbeddedMap(
        scripts=tuple(_own(figure.header, JavascriptLink)),
        styles=tuple(_own(figure.header, CssLink)),
        element=Markup(figure.html.render()),  # noqa: S704 - Folium's own element, which holds no data
        script=Markup(script),  # noqa: S704 - holds numbers and own constants only
        facts=ground.facts,
    )


def _own(header: Element, kind: type[JavascriptLink] | type[CssLink]) -> Iterator[str]:
    for link in header._children.values():
        if isinstance(link, kind):
            path = own_path(link.url)
            if path is not None:
                yield path
