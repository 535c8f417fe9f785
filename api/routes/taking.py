"""`/api/maps/…`: the view of a map, to be taken along on paper or in a file of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.border import SIGNING_KEYS
from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.reader import language_of, shell_of_paper
from api.routes.hotspots import NOT_YET, not_yet
from api.schemas.signing import Key, KeySet
from api.views.hotspots import told_now
from api.views.place import where
from api.views.taking import SheetQuery, ViewQuery, carried_view, taken_view
from gis.actor import SYSTEM
from gis.security.audit import record
from gis.security.signed_file import with_signature
from gis.security.signing import public_keys, sign
from gis.storage.session import transaction
from maps.pages.carried import carried_page
from maps.pages.sheet import sheet_page
from maps.printing import pdf_of, png_of

router = APIRouter(prefix="/api/maps", tags=["maps"], responses=problems(401, 403, 422, 503))
open_router = APIRouter(tags=["service"])
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}


@router.get(
    "/sheet",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}, **NOT_YET},
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

    Hotspots are those that `/api/maps/hotspots` tells: 202 while they are being worked out, with how far that is; ask
    again. Who printed what is on it, and on record.
    """
    at = datetime.now(UTC)
    told = told_now(request.app.state.hotspots, asked, begin, settings, actor) if asked.layer == "hotspots" else None
    if told is not None and not told.complete:
        return not_yet(told)
    with begin() as connection:
        place = where(connection, asked.community, settings)
        found = told.value if told else None
        view = taken_view(connection, asked, place, settings, found, at=at, reader=actor)
        record(connection, actor, "export", detail={"kind": "sheet", "community": place.code, "format": asked.format})
    shell = shell_of_paper(language_of(request), community=place.code, communities=place.all)
    made = pdf_of(sheet_page(view, paper=asked.paper, orientation=asked.orientation, shell=shell))
    return Response(
        png_of(made) if asked.format == "png" else made,
        media_type=MEDIA_TYPES[asked.format],
        headers={"Content-Disposition": f'attachment; filename="{_name(place.code, at)}-{asked.paper}.{asked.format}"'},
    )


@router.get(
    "/file",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {}}}, **NOT_YET},
    dependencies=[requires("read")],
)
def carry_map(
    request: Request,
    asked: Annotated[ViewQuery, Query()],
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> Response:
    """The map in view as one HTML file that opens anywhere and asks nobody for anything, signed.

    With the latest 500 matters that pass the filters, as far as the reader sees them and always masked. Who took it
    along is in it, and on record.
    """
    at = datetime.now(UTC)
    vendor = settings.home / "assets" / "node_modules"
    told = told_now(request.app.state.hotspots, asked, begin, settings, actor) if asked.layer == "hotspots" else None
    if told is not None and not told.complete:
        return not_yet(told)
    with begin() as connection:
        place = where(connection, asked.community, settings)
        found = told.value if told else None
        view = carried_view(connection, asked, place, settings, found, at=at, reader=actor)
        shell = shell_of_paper(language_of(request), community=place.code, communities=place.all)
        content = carried_page(view, shell=shell, vendor=vendor).encode() + b"\n"
        file = with_signature(content, *sign(connection, content))
        kept = {"kind": "map file", "community": place.code, "rows": len(view.matters), "in_clear": False}
        record(connection, actor, "export", detail=kept)
    return Response(
        file,
        media_type="text/html; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_name(place.code, at)}.html"'},
    )


@open_router.get(SIGNING_KEYS, response_model=KeySet, responses=problems(503))
def signing_keys(request: Request) -> KeySet:
    """The public halves of the keys that files of this service are signed with (JWK Set, RFC 7517 and 8037).

    Open to everybody: a file is checked where it has been carried to. The first signs now; the others have.
    """
    with transaction(request.app.state.engine, SYSTEM) as connection:
        return KeySet(keys=[Key.of(each) for each in public_keys(connection)])


def _name(code: str, at: datetime) -> str:
    return f"dualgrid-{code or 'map'}-{at:%Y%m%d-%H%M}"
