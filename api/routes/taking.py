"""`/api/maps/…`: the view of a map, to be taken along on paper or in a file of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.reader import language_of, shell_of_paper
from api.views.place import where
from api.views.taking import SheetQuery, taken_view
from gis.security.audit import record
from maps.pages.sheet import sheet_page
from maps.printing import pdf_of, png_of

router = APIRouter(prefix="/api/maps", tags=["maps"], responses=problems(401, 403, 422, 503))
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}


@router.get(
    "/sheet",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
    dependencies=[requires("read")],
)
def print_map(
    request: Request,
    asked: Annotated[SheetQuery, Query()],
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> Response:
    """The map in view on a sheet of paper, with its legend and a scale bar; counts and places of matters, no texts.

    Who printed what is on it, and on record.
    """
    at = datetime.now(UTC)
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = taken_view(connection, asked, place, at=at, reader=actor)
        record(connection, actor, "export", detail={"kind": "sheet", "community": place.code, "format": asked.format})
    shell = shell_of_paper(language_of(request), community=place.code, communities=place.all)
    made = pdf_of(sheet_page(view, paper=asked.paper, orientation=asked.orientation, shell=shell))
    return Response(
        png_of(made) if asked.format == "png" else made,
        media_type=MEDIA_TYPES[asked.format],
        headers={"Content-Disposition": f'attachment; filename="{_name(place.code, at)}-{asked.paper}.{asked.format}"'},
    )


def _name(code: str, at: datetime) -> str:
    return f"dualgrid-{code or 'map'}-{at:%Y%m%d-%H%M}"
