"""The ground on paper: which stretch of it a frame shows, at which scale, and how long its scale bar is.

North is up, as on the screen: Web Mercator, which keeps shapes. Its scale grows with the latitude; the one that a sheet
states is that of the frame's middle, along the parallel of the WGS84 ellipsoid. Over the few kilometres of a community
it differs from that at the frame's edge by less than a tenth of a percent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from maps.layers.base import Bounds

PaperName = Literal["a4", "a3"]
Orientation = Literal["landscape", "portrait"]

PAPERS_MM: dict[PaperName, tuple[int, int]] = {"a4": (210, 297), "a3": (297, 420)}
_ROUND = (1, 2, 5)
_EQUATOR_M, _FLATTENING = 6_378_137.0, 1 / 298.257223563
_SMALLEST_DEG = 1e-4


def paper_mm(name: PaperName, orientation: Orientation) -> tuple[int, int]:
    """Width and height of a sheet."""
    short, long = PAPERS_MM[name]
    return (long, short) if orientation == "landscape" else (short, long)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of paper and the ground in it: all of `extent` (EPSG:4326), in its middle, as large as it fits."""

    extent: Bounds
    width_mm: float
    height_mm: float

    def at(self, *, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is: millimetres from the frame's left and upper edge."""
        x, y = _mercator(lon, lat)
        middle_x, middle_y = self._middle
        mm = self._mm_a_unit
        return self.width_mm / 2 + (x - middle_x) * mm, self.height_mm / 2 - (y - middle_y) * mm

    @property
    def bounds(self) -> Bounds:
        """All that is in the frame: west, south, east, north."""
        middle_x, middle_y = self._middle
        half_x, half_y = self.width_mm / 2 / self._mm_a_unit, self.height_mm / 2 / self._mm_a_unit
        west, south = _degrees(middle_x - half_x, middle_y - half_y)
        east, north = _degrees(middle_x + half_x, middle_y + half_y)
        return west, south, east, north

    @property
    def metres_a_mm(self) -> float:
        """How many metres of ground a millimetre is, at the frame's middle."""
        _, lat = _degrees(*self._middle)
        eccentricity2 = _FLATTENING * (2 - _FLATTENING)
        sine = math.sin(math.radians(lat))
        radius_m = _EQUATOR_M / math.sqrt(1 - eccentricity2 * sine**2)
        return radius_m * math.cos(math.radians(lat)) / self._mm_a_unit

    @property
    def denominator(self) -> int:
        """The scale is one to this, rounded to three digits."""
        exact = self.metres_a_mm * 1000
        digit = int(10 ** max(0, math.floor(math.log10(exact)) - 2))
        return round(exact / digit) * digit

    def bar_m(self, longest_mm: float) -> int:
        """The longest round length of ground that is no longer than this on paper; at least a metre."""
        most = max(1, int(self.metres_a_mm * longest_mm))
        power = int(10 ** (len(str(most)) - 1))
        return max(each * power for each in _ROUND if each * power <= most)

    @property
    def _corners(self) -> tuple[float, float, float, float]:
        west, south, east, north = self.extent
        return *_mercator(west, south), *_mercator(east, north)

    @property
    def _middle(self) -> tuple[float, float]:
        left, bottom, right, top = self._corners
        return (left + right) / 2, (bottom + top) / 2

    @property
    def _mm_a_unit(self) -> float:
        left, bottom, right, top = self._corners
        smallest = math.radians(_SMALLEST_DEG)
        return min(self.width_mm / max(right - left, smallest), self.height_mm / max(top - bottom, smallest))


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    """In radii of the globe. Latitudes beyond those of web maps are taken as theirs."""
    held = math.radians(max(-85.05, min(85.05, lat)))
    return math.radians(lon), math.asinh(math.tan(held))


def _degrees(x: float, y: float) -> tuple[float, float]:
    return math.degrees(x), math.degrees(math.atan(math.sinh(y)))
