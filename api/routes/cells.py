"""`/api/maps/cells` and `/api/maps/days`: matters counted by where and when, for maps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic_core import to_json

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.schemas.cells import CellsOut, CellsQuery, DaysOut
from api.views.cells import cells_view, days_view
from api.views.filtering import PageQuery
from api.views.place import where

router = APIRouter(
    prefix="/api/maps", tags=["maps"], responses=problems(401, 403, 422, 503), dependencies=[requires("read")]
)


@router.get("/cells", response_model=CellsOut)
def list_cells(asked: Annotated[CellsQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """Matters in a box by square cell: the filters are those of `/maps/density`, the cells as small as a map at this
    zoom needs them. A cell counts all matters in it, also where the box cuts through it."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        found = cells_view(connection, asked, place, settings, at=datetime.now(UTC), reader=actor)
    # Tens of thousands of numbers are not looked at once more.
    return Response(to_json(found), media_type="application/json")


@router.get("/days", response_model=DaysOut)
def list_days(asked: Annotated[PageQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting) -> DaysOut:
    """Matters by day on the community's clock."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        return days_view(connection, asked, place, reader=actor)
