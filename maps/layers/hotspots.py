"""Hotspots on the ground: cells, what was set apart, clusters as outlines, scan clusters as circles.

The layer comes without data; the page's script fetches them and gives them to it. Cells, outlines and circles carry
classes, not colours: the stylesheet paints them, with an edge or a sign beside each colour.
"""

from __future__ import annotations

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from maps.layers.base import SURFACE_PANE

TREND_SIGNS = {
    "new": "★",
    "consecutive": "●",
    "intensifying": "▲",
    "persistent": "■",
    "diminishing": "▼",
    "sporadic": "◆",
    "oscillating": "↕",
    "historical": "○",
}
"""What stands in a cell beside its colour, so that trends are told apart without it."""


class HotspotCells(JSCSSMixin, Layer):
    """Cells by class or trend, and what lies over them; scripts know it as `hotspot_cells_found`.

    `show(answer)` draws an answer of `/api/maps/hotspots`, `face("class" | "trend")` says what the cells tell,
    `part("clusters" | "scan", shown)` what lies over them, `pointAt(kind, at)` lifts one thing.
    """

    default_js = [("hotspot_cells", "hotspot-cells.js")]  # noqa: RUF012 - as its base declares it
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.hotspotCells({{ this.options|tojavascript }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__(name="hotspots", overlay=True, control=False, show=True)
        self._name = "HotspotCells"
        self._id = "found"
        self.options = {"cellPane": SURFACE_PANE, "signs": dict(TREND_SIGNS)}
