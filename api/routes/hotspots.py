"""Hotspots: their page and its parts, and the same over the wire."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.long_answers import LongAnswers, Told
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
from api.views.hotspots import NOTHING, Findings, findings_of, hotspots_view, matters_in_cell, question_of
from api.views.place import where
from gis.actor import Actor
from gis.issues.matter_list import MOST_LISTED, packed
from gis.settings import Settings
from maps.filters import Filters
from maps.pages.hotspots import campaign_part, findings_part, hotspots_page

router = APIRouter(tags=["maps"], dependencies=[requires("read")])
Asked = Annotated[HotspotsQuery, Query()]
AskedPage = Annotated[HotspotsPageQuery, Query()]
AskedArea = Annotated[AreaQuery, Query()]
AskedCampaign = Annotated[CampaignQuery, Query()]
WAIT_S = 0.6
"""How long a request waits for what has just been begun: mostly it is there by then."""


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
    told = _told(request, asked, begin, settings, actor, wait_s=WAIT_S)
    return Response(_written(told), 200 if told.complete else 202, media_type="application/json")


@router.get("/api/maps/hotspots/change", response_model=CampaignOut, responses=problems(401, 403, 422, 503))
def tell_change(asked: AskedCampaign, begin: Begin, settings: SettingsNow, actor: Acting) -> CampaignOut:
    """Whether matters became fewer after a day, in a grid, a circle or everywhere, with the uncertainty of that."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        return campaign(connection, asked, asked.day, place, now=datetime.now(UTC), reader=actor)


@router.get("/maps/hotspots", include_in_schema=False)
def show_hotspots(request: Request, asked: AskedPage, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """Where matters are more than chance: the page, or its part in words, 202 while nothing is known yet."""
    told = _told(request, asked, begin, settings, actor, wait_s=WAIT_S) if asked.part else None
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


def _told(
    request: Request, asked: HotspotsQuery, begin: Begin, settings: Settings, actor: Actor, *, wait_s: float
) -> Told[Findings]:
    answers: LongAnswers[Findings] = request.app.state.hotspots
    with begin() as connection:
        place = where(connection, asked.community, settings)
        question = question_of(connection, asked, place, settings, actor)
    return findings_of(answers, question, begin, wait_s=wait_s)


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
