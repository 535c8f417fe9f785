"""What the density surface is painted from, and the days that its slider moves over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from api.networking import least_told
from api.schemas.cells import CellsOut, CellsQuery, DaysOut
from api.schemas.fields import box_of
from api.views.filtering import PageQuery, filters_of, issue_filter
from api.views.place import Where, extent
from gis.actor import Actor
from gis.density.cells import CELLS_A_RADIUS, CELLS_A_TILE, centre_of, level_of_side, level_of_view, side_m, window_of
from gis.density.counting import matters_by_day, matters_in
from gis.density.rates import matters_per_household
from gis.issues.filters import IssueFilter
from gis.settings import Settings
from maps.layers.base import Bounds
from maps.layers.surface import LEAST_CELLS_A_RADIUS, around, radius_m
from maps.sheets.surface import Density, SummedPoint

PAPER_CELLS_A_RADIUS = 12


def cells_view(
    connection: Connection, asked: CellsQuery, place: Where, settings: Settings, *, at: datetime, reader: Actor
) -> CellsOut:
    """The cells in view, no smaller than the surface needs them. A service without boundaries has none."""
    filters = filters_of(asked, place)
    chosen = issue_filter(connection, filters, place, reader)
    bounds = extent(connection, place.one, at)
    if place.one is None or bounds is None:
        return CellsOut(per="hectare", level=0, finest_from_zoom=0, radius_m=0, x=[], y=[], matters=[])
    spread_m, lat = radius_m(bounds), (bounds[1] + bounds[3]) / 2
    finest = level_of_side(spread_m / CELLS_A_RADIUS, lat=lat)
    whole = window_of(around(bounds), level=finest)
    level = level_of_view(asked.zoom, radius_m=spread_m, lat=lat)
    shown = window_of(box_of(asked.bbox), level=min(level, whole.level))
    answer = CellsOut(
        per="hectare",
        level=shown.level,
        finest_from_zoom=max(0, finest - CELLS_A_TILE),
        radius_m=max(spread_m, LEAST_CELLS_A_RADIUS * side_m(shown.level, lat=lat)),
        x=[],
        y=[],
        matters=[],
    )
    if filters.per != "households":
        found = matters_in(connection, chosen, shown)
        columns = {"x": found.x.tolist(), "y": found.y.tolist(), "matters": found.matters.tolist()}
        return answer.model_copy(update=columns)
    rated = matters_per_household(
        connection,
        chosen,
        community_id=place.one.id,
        window=whole,
        shown=shown,
        k=least_told(reader, settings),
    )
    return answer.model_copy(
        update={
            "per": "households",
            "x": rated.x.tolist(),
            "y": rated.y.tolist(),
            "matters": rated.matters.round(3).tolist(),
            "households": rated.households.tolist(),
            "elsewhere": rated.elsewhere,
        }
    )


def days_view(connection: Connection, asked: PageQuery, place: Where, *, reader: Actor) -> DaysOut:
    """All days, whichever of them are chosen."""
    chosen = issue_filter(connection, filters_of(asked, place), place, reader)
    found = matters_by_day(connection, replace(chosen, since=None, until=None))
    return DaysOut(first=found.first, matters=found.matters)


def on_the_map(connection: Connection, chosen: IssueFilter, bounds: Bounds) -> int:
    """How many matters have a point on the map of an area."""
    level = level_of_side(radius_m(bounds) / CELLS_A_RADIUS, lat=(bounds[1] + bounds[3]) / 2)
    return int(matters_in(connection, chosen, window_of(around(bounds), level=level)).matters.sum())


def summed(connection: Connection, chosen: IssueFilter, bounds: Bounds) -> Density:
    """Everything on the map of an area on paper, by the middles of cells finer than a screen needs."""
    level = level_of_side(radius_m(bounds) / PAPER_CELLS_A_RADIUS, lat=(bounds[1] + bounds[3]) / 2)
    found = matters_in(connection, chosen, window_of(around(bounds), level=level))
    return Density(_placed(found.level, found.x.tolist(), found.y.tolist(), found.matters.tolist()))


def rated(connection: Connection, chosen: IssueFilter, bounds: Bounds, *, community_id: int, k: int) -> Density:
    """The same per 100 households, by the cells and rates of the screen's closest view."""
    level = level_of_side(radius_m(bounds) / CELLS_A_RADIUS, lat=(bounds[1] + bounds[3]) / 2)
    whole = window_of(around(bounds), level=level)
    found = matters_per_household(connection, chosen, community_id=community_id, window=whole, shown=whole, k=k)
    x, y = found.x.tolist(), found.y.tolist()
    return Density(
        _placed(found.level, x, y, found.matters.tolist()),
        _placed(found.level, x, y, found.households.tolist()),
        found.elsewhere,
    )


def _placed(level: int, x: list[int], y: list[int], amounts: list[float]) -> tuple[SummedPoint, ...]:
    return tuple((*centre_of(*cell, level=level), amount) for *cell, amount in zip(x, y, amounts, strict=True))
