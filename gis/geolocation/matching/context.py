"""What is known of the sender, and what it says about a place."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

from gis.geolocation.matching.index import PlaceIndex
from gis.geolocation.matching.places import Building, Place, Standing

_COVERED, _NOT_COVERED = 0.8, -0.4
_HOME, _NEIGHBOUR = 0.6, 0.4
_NEAR, _PER_M = 0.6, 1 / 250


@dataclass(frozen=True, slots=True)
class Context:
    """Ids of the buildings that the online group covers, the sender's own building, a point (EPSG:4326).

    `covered_places` are the other places in what the group covers. `community_id` narrows everything to one
    community.
    """

    covered: Set[int] = frozenset()
    covered_places: Set[int] = frozenset()
    home_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    community_id: int | None = None

    @property
    def empty(self) -> bool:
        return not (self.covered or self.covered_places) and self.home_id is None and self.lon is None

    def covers(self, place: Standing) -> bool:
        """Whether the online group covers a building or place."""
        return place.id in (self.covered_places if isinstance(place, Place) else self.covered)

    def home(self, index: PlaceIndex) -> Building | None:
        """The sender's own building."""
        at = index.building_at.get(self.home_id) if self.home_id is not None else None
        return index.buildings[at - len(index.compounds)] if at is not None else None

    def at_home(self, place: Standing, index: PlaceIndex) -> bool:
        """Whether a building or place belongs to the compound that the sender lives in."""
        home = self.home(index)
        return home is not None and (place == home or home.compound_id == place.compound_id is not None)

    def says(self, i: int, index: PlaceIndex) -> float:
        """How much speaks for (or, negative, against) the place at position `i`, in units of score."""
        if self.empty:
            return 0.0
        inside = index.standing_at(i)
        says = 0.0
        if self.covered or self.covered_places:
            says += _COVERED if any(map(self.covers, inside)) else _NOT_COVERED
        if self.home_id is not None:
            says += self._home_says(inside, index)
        if self.lon is not None and self.lat is not None and inside:
            says += max(-1.0, _NEAR - _PER_M * min(apart_m(b, self.lon, self.lat) for b in inside))
        return says

    def _home_says(self, inside: list[Standing], index: PlaceIndex) -> float:
        home = self.home(index)
        if home in inside:
            return _HOME
        return _NEIGHBOUR if any(self.at_home(b, index) for b in inside) else 0.0


def apart_m(place: Standing, lon: float, lat: float) -> float:
    """Metres from a place to a point, on a sphere laid flat: right to a few metres within a town."""
    east = (place.lon - lon) * math.cos(math.radians(lat))
    return 111_320 * math.hypot(east, place.lat - lat)
