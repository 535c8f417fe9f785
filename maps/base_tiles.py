"""Tiles under the community's own vectors, as the operator's settings name them.

Their ground is WGS84 (天地图's CGCS2000 is the same to well under a metre) or GCJ-02. In the latter case the page's
maps draw everything where a GCJ-02 map has it, and read what is clicked back: what is stored stays WGS84.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from gis.errors import Unavailable, said
from gis.files.tilesets import SUFFIXES, TileFile
from gis.settings import Settings

FILE_TILES = "/maps/base/{z}/{x}/{y}"
TIANDITU = "tianditu"
TIANDITU_HOSTS = tuple(f"https://t{number}.tianditu.gov.cn" for number in range(8))
TIANDITU_TILE = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default"
    "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
TIANDITU_LAYERS = ("vec", "cva")
_WMTS_NAMES = {"{TileMatrix}": "{z}", "{TileCol}": "{x}", "{TileRow}": "{y}"}
_TAG = re.compile("<[^<>]*>")


@dataclass(frozen=True, slots=True)
class BaseTiles:
    """Where a page's maps take tiles from: `layers` are addresses with {z}, {x}, {y}, the lowest first.

    `hosts` are what the page's policy has to allow, `vector` says that tiles hold shapes and not pictures.
    """

    layers: tuple[str, ...]
    datum: Literal["wgs84", "gcj02"]
    credit: str
    closest_zoom: int
    hosts: tuple[str, ...] = ()
    vector: bool = False

    def data(self) -> dict[str, Any]:
        """What the page's scripts know of them."""
        return {
            "layers": self.layers,
            "datum": self.datum,
            "credit": self.credit,
            "closestZoom": self.closest_zoom,
            "vector": self.vector,
        }


def base_tiles(settings: Settings, file: TileFile | None) -> BaseTiles | None:
    """The tiles that the settings name, None without any; `file` is the one of `base_map`, opened.

    Raises Unavailable, with what to do, for a setting that names no tiles.
    """
    named, datum = settings.base_map, settings.base_map_datum
    zoom, credit = settings.base_map_zoom, settings.base_map_credit
    if not named:
        return None
    if file is not None:
        vector = file.media_type.endswith("vector-tile")
        credit = credit or html.unescape(_TAG.sub("", file.credit))
        return BaseTiles((FILE_TILES,), datum, credit, min(file.closest_zoom, zoom), vector=vector)
    if named == TIANDITU:
        if settings.base_map_key is None:
            raise Unavailable(said("DUALGRID_BASE_MAP=tianditu needs DUALGRID_BASE_MAP_KEY, a key for browsers."))
        key = settings.base_map_key.get_secret_value()
        layers = tuple(TIANDITU_TILE.format(layer=layer, key=key) for layer in TIANDITU_LAYERS)
        return BaseTiles(layers, "wgs84", credit or "天地图", zoom, TIANDITU_HOSTS)
    return BaseTiles((_template(settings),), datum, credit, zoom, (_host(named),))


def is_tile_file(named: str) -> bool:
    """Whether a setting names a file of tiles."""
    return named.lower().endswith(SUFFIXES) and "://" not in named


def _template(settings: Settings) -> str:
    template = settings.base_map
    for theirs, ours in _WMTS_NAMES.items():
        template = template.replace(theirs, ours)
    if settings.base_map_key is not None:
        template = template.replace("{key}", settings.base_map_key.get_secret_value())
    if "{key}" in template:
        raise Unavailable(said("DUALGRID_BASE_MAP asks for a key: set DUALGRID_BASE_MAP_KEY."))
    if not all(name in template for name in ("{x}", "{y}", "{z}")) or re.search(r"[\s'\"<>`;]", template):
        raise Unavailable(
            said("DUALGRID_BASE_MAP must be tianditu, an .mbtiles or .pmtiles file, or an address with z, x and y.")
        )
    return template


def _host(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?", parts.netloc):
        raise Unavailable(
            said("DUALGRID_BASE_MAP must be tianditu, an .mbtiles or .pmtiles file, or an address with z, x and y.")
        )
    return f"{parts.scheme}://{parts.netloc}"
