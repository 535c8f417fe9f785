"""The density of matters on the ground, as an amount per hectare.

Folium's own HeatMap spreads points over a number of *pixels* and stretches its colours to the densest
place in view: the same street turns from yellow to red by zooming out. Here each matter is spread over a
radius in *metres* by a quartic kernel (Silverman, Density Estimation, 1986, eq. 4.5), and the colours
stand for fixed amounts per hectare. Neither zoom nor filter changes what a colour means.

Where the idea fails: more residents make more matters. It shows where the work is, not where people are
worse off. Per 100 households it is the quotient of two such surfaces, of matters (smoothed, see
`gis/density/rates.py`) and of households: Nadaraya and Watson's estimate.
"""

from __future__ import annotations

import math

from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from maps.layers.base import SURFACE_PANE, Bounds
from maps.palettes import DENSITY_BREAKS_PER_100_HOUSEHOLDS, DENSITY_BREAKS_PER_HA

RADII_M = (50, 80, 100, 150, 200, 300, 500, 800, 1000, 2000, 5000)
METRES_A_DEGREE = 111_195

LEAST_CELLS_A_RADIUS = 2.5
"""Far out, where cells are large, each matter is spread over as many of them at least."""


def around(bounds: Bounds) -> Bounds:
    """An area with its own width and height around it: what is farther off is not on its map."""
    west, south, east, north = bounds
    width, height = east - west, north - south
    return (
        max(-180.0, west - width),
        max(-90.0, south - height),
        min(180.0, east + width),
        min(90.0, north + height),
    )


def radius_m(bounds: Bounds) -> int:
    """How far one matter is spread in an area of this size: a round number near a twentieth of its side."""
    west, south, east, north = bounds
    middle = math.radians((south + north) / 2)
    area_m2 = (east - west) * math.cos(middle) * (north - south) * METRES_A_DEGREE**2
    wanted = math.sqrt(area_m2) / 20
    return min(RADII_M, key=lambda radius: abs(math.log(radius / max(wanted, 1.0))))


class DensitySurface(JSCSSMixin, Layer):
    """A painted surface of matters per hectare, or per 100 households; scripts know it as `density_surface_<name>`.

    It is empty until `cells.js` brings it the cells in view.
    """

    default_js = [("density_surface", "density-surface.js")]  # noqa: RUF012 - as its base declares it
    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.densitySurface({{ this.options|tojavascript }});
        {% endmacro %}
        """
    )

    def __init__(self, *, name: str = "matters") -> None:
        super().__init__(name="density", overlay=True, control=False, show=True)
        self._name = "DensitySurface"
        self._id = name
        self.options = {
            "breaksPerHa": list(DENSITY_BREAKS_PER_HA),
            "breaksPer100": list(DENSITY_BREAKS_PER_100_HOUSEHOLDS),
            "pane": SURFACE_PANE,
        }
