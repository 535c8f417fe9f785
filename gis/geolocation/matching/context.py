"""What is known of the sender, and what it says about a place."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

from gis.geolocation.matching.index import PlaceIndex
from gis.geolocation.matching.places import Building

_COVERED, _NOT_COVERED = 0.8, -0.4
_HOME, _NEIGHBOUR = 0.6, 0.4
_NEAR, _PER_M = 0.6, 1 / 250


@dataclass(frozen=True, slots=True)
class Context:
    """Ids of the buildings that the online group covers, the sender's own building, a point (EPSG:4326).

    `community_id` narrows everything to one community.
    """

    covered: Set[int] = frozenset()
    home_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    community_id: int | None = None

    @property
    def empty(self) -> bool:
        return not self.covered and self.home_id is None and self.lon is None

    def says(self, i: int, index: PlaceIndex) -> float:
        """How much speaks for (or, negative, against) the place at position `i`, in units of score."""
        if self.empty:
            return 0.0
        inside = index.buildings_at(i)
        says = 0.0
        if self.covered:
            says += _COVERED if any(b.id in self.covered for b in inside) else _NOT_COVERED
        if self.home_id is not None:
            says += self._at_home(inside, index)
        if self.lon is not None and self.lat is not None and inside:
            says += max(-1.0, _NEAR - _PER_M * min(apart_m(b, self.lon, self.lat) for b in inside))
        return says

    def _at_home(self, inside: list[Building], index: PlaceIndex) -> float:
        at = index.building_at.get(self.home_id) if self.home_id is not None else None
        if at is None:
            return 0.0
        home = index.buildings_at(at)[0]
        if any(b.id == home.id for b in inside):
            return _HOME
        return _NEIGHBOUR if any(b.compound_id == home.compound_id is not None for b in inside) else 0.0


def apart_m(place: Building, lon: float, lat: float) -> float:
    """Metres from a place to a point, on a sphere laid flat: right to a few metres within a town."""
    east = (place.lon - lon) * math.cos(math.radians(lat))
    return 111_320 * math.hypot(east, place.lat - lat)
