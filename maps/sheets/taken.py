"""A view of the map as it is taken along, on paper or in a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maps.filters import Filters
from maps.layers.base import BaseMap, Bounds
from maps.layers.grids import Grid
from maps.sheets.drawing import SheetLayer, whole
from maps.sheets.hotspots import Hotspots
from maps.sheets.surface import Density


@dataclass(frozen=True, slots=True)
class Tally:
    """Matters that pass the filters, as far as the reader sees them. `located` have a point."""

    matters: int = 0
    settled: int = 0
    open: int = 0
    hazards: int = 0
    located: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """Everything that is in view. `density` and `hotspots` are what the layers of these names are made of.

    `extent` is what was in view, None for all. `since` and `until` are the first and last time of what is counted.
    `made_by` is the account that takes it along, `made_at` the moment of the data.
    """

    filters: Filters
    layer: SheetLayer
    grids: Sequence[Grid]
    base: BaseMap
    density: Density
    tally: Tally
    made_by: str
    made_at: datetime
    extent: Bounds | None = None
    since: datetime | None = None
    until: datetime | None = None
    hotspots: Hotspots | None = None

    @property
    def whole(self) -> Bounds | None:
        """All of the community's ground; None without boundaries, of which there is no map."""
        return whole(self.base, self.grids)

    def with_hotspots(self, found: Hotspots) -> Taken:
        """The same view with what was found, whose data are of the moment at which they were looked at."""
        return replace(self, hotspots=found, made_at=found.said.as_of)

    def with_density(self, density: Density) -> Taken:
        """The same view with what its density is made of."""
        return replace(self, density=density)

    @property
    def grid_name(self) -> str:
        """The name of the grid that is filtered by."""
        return next((grid.name for grid in self.grids if grid.code == self.filters.grid), "")
