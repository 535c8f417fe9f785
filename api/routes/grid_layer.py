"""`/api/maps/grids`: what colours the grids of a map."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.schemas.grid_layer import GridLayerOut, GridLayerQuery, MeasureOut
from api.views.dashboard import grid_shades
from api.views.filtering import PageQuery
from api.views.place import where
from gis.overview.measures import MEASURES

router = APIRouter(
    prefix="/api/maps", tags=["maps"], responses=problems(401, 403, 422, 503), dependencies=[requires("read")]
)


@router.get("/grids")
def list_grid_measures(
    asked: Annotated[GridLayerQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> GridLayerOut:
    """Measures of every grid of a community, in classes for a map: overdue matters, share closed on time, matters per
    100 households, median hours to settle, and matters against the period before. Boundaries are at `/api/grids`."""
    filters = PageQuery.model_validate(asked.model_dump(by_alias=True, exclude={"measure", "classes"}))
    with begin() as connection:
        place = where(connection, asked.community, settings)
        looked, found = grid_shades(
            connection,
            filters,
            place,
            settings,
            measures=MEASURES if asked.measure is None else [asked.measure],
            method=asked.classes,
            at=datetime.now(UTC),
            reader=actor,
        )
    assert looked.filters.since is not None
    assert looked.filters.until is not None
    return GridLayerOut(
        community=place.code,
        since=looked.filters.since,
        until=looked.filters.until,
        measures=[MeasureOut.of(each, looked.grids) for each in found],
    )
