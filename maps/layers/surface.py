"""The density of matters on the ground, as an amount per hectare.

Folium's own HeatMap spreads points over a number of *pixels* and stretches its colours to the densest
place in view: the same street turns from yellow to red by zooming out. Here each matter is spread over a
radius in *metres* by a quartic kernel (Silverman, Density Estimation, 1986, eq. 4.5), and the colours
stand for fixed amounts per hectare. Neither zoom nor filter changes what a colour means.

Where the idea fails: more residents make more matters. It shows where the work is, not where people are
worse off.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from maps.layers.base import SURFACE_PANE, Bounds
from maps.palettes import DENSITY_BREAKS_PER_HA

RADII_M = (50, 80, 100, 150, 200, 300, 500, 800, 1000, 2000, 5000)
METRES_A_DEGREE = 111_195

HeatPoint = tuple[float, float, int]
"""(lat, lon, matters there)."""


def near(points: Sequence[HeatPoint], bounds: Bounds) -> list[HeatPoint]:
    """The points in the area or within its own width and height around it.

    The surface is a raster over all its points: one report from another continent would leave it a single
    cell for the whole community.
    """
    west, south, east, north = bounds
    width, height = east - west, north - south
    return [
        (lat, lon, matters)
        for lat, lon, matters in points
        if west - width <= lon <= east + width and south - height <= lat <= north + height
    ]


def radius_m(bounds: Bounds) -> int:
    """How far one matter is spread in an area of this size: a round number near a twentieth of its side."""
    west, south, east, north = bounds
    middle = math.radians((south + north) / 2)
    area_m2 = (east - west) * math.cos(middle) * (north - south) * METRES_A_DEGREE**2
    wanted = math.sqrt(area_m2) / 20
    return min(RADII_M, key=lambda radius: abs(math.log(radius / max(wanted, 1.0))))


class DensitySurface(JSCSSMixin, Layer):
    """A painted surface of matters per hectare; scripts know it as `density_surface_<id>`."""

    default_js = [("density_surface", "density-surface.js")]  # noqa: RUF012 - as its base declares it
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.densitySurface(
                {{ this.points|tojson }},
                {{ this.options|tojavascript }}
            );
        {% endmacro %}
        """
    )

    def __init__(self, points: Sequence[HeatPoint], *, radius_m: int) -> None:
        super().__init__(name="density", overlay=True, control=False, show=True)
        self._name = "DensitySurface"
        self._id = "matters"
        self.points = [[float(lat), float(lon), int(matters)] for lat, lon, matters in points]
        self.options = {
            "radiusM": radius_m,
            "breaksPerHa": list(DENSITY_BREAKS_PER_HA),
            "pane": SURFACE_PANE,
        }
