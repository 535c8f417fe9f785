"""Hotspots: their page and its parts, and the same over the wire."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.long_answers import Told
from api.reader import page, shell_of
from api.schemas.hotspots import (
    AreaQuery,
    CampaignOut,
    CampaignQuery,
    HotspotsOut,
    HotspotsPageQuery,
    HotspotsQuery,
    ProgressOut,
)
from api.views.filtering import filters_of, issue_filter
from api.views.hotspot_findings import campaign, campaign_view, findings_view
from api.views.hotspots import NOTHING, Findings, hotspots_view, matters_in_cell, told_now
from api.views.place import where
from gis.hotspots.features import cells_document
from gis.issues.matter_list import MOST_LISTED, packed
from gis.security.audit import record
from maps.filters import Filters
from maps.pages.hotspots import campaign_part, findings_part, hotspots_page

router = APIRouter(tags=["maps"], dependencies=[requires("read")])
Asked = Annotated[HotspotsQuery, Query()]
AskedPage = Annotated[HotspotsPageQuery, Query()]
AskedArea = Annotated[AreaQuery, Query()]
AGAIN_S = 1
NOT_YET: dict[int | str, dict[str, Any]] = {
    202: {"description": "It is being worked out: ask again", "model": ProgressOut}
}
AskedCampaign = Annotated[CampaignQuery, Query()]


@router.get(
    "/api/maps/hotspots",
    response_model=HotspotsOut,
    responses={
        202: {"description": "It is being worked out: ask again", "model": HotspotsOut},
        **problems(401, 403, 422, 503),
    },
)
def find_hotspots(request: Request, asked: Asked, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """Where the matters that pass the filters are more, or fewer, than chance would put there, and since when.

    202 as long as more will come; what is known by then is in it. Whoever stops asking stops the work.
    """
    told = told_now(request.app.state.hotspots, asked, begin, settings, actor)
    again = {} if told.complete else {"Retry-After": str(AGAIN_S)}
    return Response(_written(told), 200 if told.complete else 202, again, "application/json")


@router.get(
    "/api/maps/hotspots/cells.geojson",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}}}, **NOT_YET, **problems(401, 403, 422, 503)},
)
def take_cells(request: Request, asked: Asked, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """The cells as a file, as `./dualgrid hotspots` writes it: each with its figures, and how they were found.

    Who took it along is on record.
    """
    told = told_now(request.app.state.hotspots, asked, begin, settings, actor)
    if not told.complete or told.value is None:
        return not_yet(told)
    survey = told.value.survey
    document = cells_document(survey.found) if survey else {"type": "FeatureCollection", "metadata": {}, "features": []}
    with begin() as connection:
        place = where(connection, asked.community, settings)
        rows = len(document["features"])
        record(connection, actor, "export", detail={"kind": "hotspots", "community": place.code, "rows": rows})
    name = f"dualgrid-hotspots-{place.code or 'map'}-{told.value.as_of:%Y%m%d-%H%M}.geojson"
    return Response(
        json.dumps(document, ensure_ascii=False, allow_nan=False),
        media_type="application/geo+json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/api/maps/hotspots/change", response_model=CampaignOut, responses=problems(401, 403, 422, 503))
def tell_change(asked: AskedCampaign, begin: Begin, settings: SettingsNow, actor: Acting) -> CampaignOut:
    """Whether matters became fewer after a day, in a grid, a circle or everywhere, with the uncertainty of that."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        return campaign(connection, asked, asked.day, place, now=datetime.now(UTC), reader=actor)


@router.get("/maps/hotspots", include_in_schema=False)
def show_hotspots(request: Request, asked: AskedPage, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """Where matters are more than chance: the page, or its part in words, 202 while nothing is known yet."""
    told = told_now(request.app.state.hotspots, asked, begin, settings, actor) if asked.part else None
    if told is not None and told.value is None:
        return Response(status_code=202)
    with begin() as connection:
        place = where(connection, asked.community, settings)
        shell = shell_of(request, community=place.code, communities=place.all)
        if told is None or told.value is None:
            view = hotspots_view(connection, asked, place, at=datetime.now(UTC))
            return page(request, hotspots_page(view, shell=shell))
        said = findings_view(connection, told.value, asked, place, outdated=told.outdated, reader=actor)
    return HTMLResponse(findings_part(said, shell=shell))


@router.get("/maps/hotspots/change/{day}", include_in_schema=False)
def show_change(
    request: Request, day: date, asked: AskedArea, begin: Begin, settings: SettingsNow, actor: Acting
) -> Response:
    """Whether it cooled, in words: a part of the page."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        told = campaign(connection, asked, day, place, now=datetime.now(UTC), reader=actor)
    shell = shell_of(request, community=place.code, communities=place.all)
    return HTMLResponse(campaign_part(campaign_view(told, asked, place), shell=shell))


@router.get("/maps/hotspots/cells/{cell}", include_in_schema=False)
def open_cell(cell: str, asked: Asked, begin: Begin, settings: SettingsNow, actor: Acting) -> RedirectResponse:
    """The matters of a cell, in the ledger."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        chosen = issue_filter(connection, filters_of(asked, place), place, actor)
        found = matters_in_cell(connection, chosen, cell)
    return RedirectResponse("/issues" + Filters(community=place.code, ids=packed(found[:MOST_LISTED])).query(), 303)


def not_yet(told: Told[Findings]) -> Response:
    """How far what is to be taken along is. Whoever stops asking stops the work."""
    what, done, of = told.progress or ("waiting", 0, 0)
    said = ProgressOut(what=what, done=done, of=of)
    return Response(said.model_dump_json(), 202, {"Retry-After": str(AGAIN_S)}, "application/json")


def _written(told: Told[Findings]) -> str:
    head = HotspotsOut.model_construct(
        complete=told.complete,
        outdated=told.outdated,
        progress=ProgressOut(what=told.progress[0], done=told.progress[1], of=told.progress[2])
        if told.progress
        else None,
        as_of=told.value.as_of if told.value else None,
        matters=told.value.matters if told.value else 0,
        cases=told.value.cases if told.value else 0,
    )
    body = told.value.body if told.value else NOTHING
    return f"{head.model_dump_json(exclude_unset=True)[:-1]},{body}}}"
