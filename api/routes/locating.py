"""`/api/locate`: where something is and who answers for it, without storing anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Begin, SettingsNow, problems, requires
from api.reading import decide_from
from api.schemas.locating import LocatedOut, LocateQuery

router = APIRouter(prefix="/api/locate", tags=["issues"], responses=problems(401, 403, 422, 503))


@router.get("", response_model=LocatedOut, dependencies=[requires("read")])
def locate(asked: Annotated[LocateQuery, Query()], begin: Begin, settings: SettingsNow) -> LocatedOut:
    """Decide from coordinates, words or codes exactly as for a report."""
    with begin() as connection:
        return LocatedOut.of(decide_from(connection, asked, settings))
