"""`/api/locate`: where something is and who answers for it, without storing anything.

Most requests that ask for a point never come here: `api/points.py` answers them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.deps import Begin, SettingsNow, problems, requires
from api.reading import decide_from, read_and_decide
from api.schemas.locating import LocatedOut, LocatedTextOut, LocateQuery
from gis.geolocation.clues import Knowledge

router = APIRouter(prefix="/api/locate", tags=["issues"], responses=problems(401, 403, 422, 503))


@router.get("", response_model=LocatedTextOut | LocatedOut, dependencies=[requires("read")])
def locate(asked: Annotated[LocateQuery, Query()], begin: Begin, settings: SettingsNow) -> LocatedOut:
    """Decide from coordinates, words or codes exactly as for a report; of a text, tell also how it was read."""
    with begin() as connection:
        if asked.text:
            return read_and_decide(connection, asked, settings)
        return LocatedOut.of(decide_from(Knowledge.current(connection), asked, settings))
