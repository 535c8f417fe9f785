"""Grids that are too many to travel with the page: drawn from vector tiles, as the view needs them."""

from __future__ import annotations

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from maps.layers.base import EDGE_PANE

GRID_TILES = "/api/maps/tiles/grids/{z}/{x}/{y}"
CLOSEST_DATA_ZOOM = 16
"""Closer tiles are cut from those of this zoom: 4,096 steps of one are 15 cm each on the ground."""


class GridTiles(JSCSSMixin, Layer):
    """Edges of grids, and their names where there is room; scripts know it as `grid_tiles_grids`."""

    default_js = [("protomaps_leaflet", "protomaps-leaflet.js"), ("grid_tiles", "grid-tiles.js")]  # noqa: RUF012
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.gridTiles({{ this.options|tojavascript }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(name="grids", overlay=True, control=False, show=True)
        self._name = "GridTiles"
        self._id = "grids"
        self.options = {"url": GRID_TILES, "max_data_zoom": CLOSEST_DATA_ZOOM, "pane": EDGE_PANE}
