"""`/api/issues`: report, list, look at, pin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from api.cursors import issue_cursor, issue_place
from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.etags import IfMatch, etag, needed_version, version_of
from api.ids import row_id
from api.intake import Intake
from api.moments import begin_of, end_of
from api.reader import here
from api.schemas.fields import box_of
from api.schemas.geojson import FeatureCollection, GeoJSONResponse, collection
from api.schemas.issues import IssueFilterQuery, IssueOut, IssueProperties, IssueQuery, LocationIn
from gis.actor import SYSTEM, Actor
from gis.boundaries.areas import community_id, time_zone
from gis.issues.filters import IssueFilter
from gis.issues.in_full import issue_in_full
from gis.issues.matter_list import unpacked
from gis.issues.query import issues
from gis.issues.record import ByHand, pin
from gis.issues.search import Search, read_search
from gis.issues.taking_back import take_back
from gis.issues.words import words_in_clear
from gis.storage.session import acting

router = APIRouter(prefix="/api/issues", tags=["issues"], responses=problems(401, 403, 422, 503))

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IssueIn"}}},
    }
}


@router.post(
    "",
    status_code=201,
    response_model=IssueOut,
    responses={
        200: {"description": "It was reported before; this is the first one", "model": IssueOut},
        **problems(409, 413),
    },
    dependencies=[requires("report_issue")],
    openapi_extra=_BODY,
)
async def report_issue(request: Request, actor: Acting) -> Response:
    """Report an issue: it is located, assigned and stored. Sent again with its source and external id, it is
    answered with the first one."""
    intake: Intake = request.app.state.intake
    full, created = await intake((await request.body(), actor))
    return Response(
        IssueOut.of(full).model_dump_json(),  # checked once is enough
        201 if created else 200,
        {"Location": f"/api/issues/{full.issue.id}"},
        "application/json",
    )


@router.get(
    "",
    response_class=GeoJSONResponse,
    response_model=FeatureCollection[IssueProperties],
    dependencies=[requires("read")],
)
def list_issues(request: Request, asked: Annotated[IssueQuery, Query()], begin: Begin, actor: Acting) -> Response:
    """Issues, latest first, page by page; `next` is the address of the next page."""
    with begin() as connection:
        chosen = filter_of(connection, asked, actor)
        found, place = issues(connection, chosen, limit=asked.limit, after=issue_place(asked.after))
    following = None
    if place is not None:
        following = here(request, after=issue_cursor(place))
    return collection(
        ((str(each.id), each.geometry, IssueProperties.of(each)) for each in found),
        here=here(request),
        following=following,
    )


@router.get("/{id}", response_model=IssueOut, responses=problems(404), dependencies=[requires("read")])
def show_issue(id: str, begin: Begin, actor: Acting, response: Response) -> IssueOut:
    """One issue in full, with the receipt of its location and everything that happened to it."""
    with begin() as connection:
        full = issue_in_full(connection, issue_number(id))
        clear = words_in_clear(connection, full.issue.id, actor)
    response.headers["ETag"] = etag(full.issue.version)
    return IssueOut.of(full, clear)


@router.post(
    "/{id}/location",
    response_model=IssueOut,
    responses=problems(404, 409, 412, 413),
    dependencies=[requires("pin_issue")],
)
def pin_issue(
    id: str,
    location: LocationIn,
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
    response: Response,
    if_match: IfMatch = None,
) -> IssueOut:
    """Put an issue at a place by hand, or confirm one that was proposed; grid and worker follow from it.

    A building that is named for words that were doubtful is proposed to be called so (`/api/aliases`).
    """
    place, version = ByHand(**location.model_dump()), version_of(if_match)
    with begin() as connection:
        issue_id = issue_number(id)
        pin(connection, issue_id, place, settings=settings, actor=actor, version=version)
        return told(connection, issue_id, response)


@router.post(
    "/{id}/location/undo",
    response_model=IssueOut,
    responses=problems(404, 409, 412, 413, 428),
    dependencies=[requires("pin_issue")],
)
def take_back_place(id: str, begin: Begin, actor: Acting, response: Response, if_match: IfMatch = None) -> IssueOut:
    """Take back where one has just put an issue, some minutes long and while nothing has happened since."""
    version = needed_version(if_match)
    with begin() as connection:
        take_back(connection, issue_number(id), version=version, actor=actor)
        return told(connection, issue_number(id), response)


def told(connection: Connection, issue_id: int, response: Response) -> IssueOut:
    """The matter as it is now, also where it went out of the actor's sight."""
    with acting(connection, SYSTEM):
        full = issue_in_full(connection, issue_id)
    response.headers["ETag"] = etag(full.issue.version)
    return IssueOut.of(full)


def filter_of(connection: Connection, asked: IssueFilterQuery, actor: Actor) -> IssueFilter:
    """What a query asks for; days are those of the community's clock."""
    zone = time_zone(connection, asked.community) if asked.since or asked.until else "UTC"
    return IssueFilter(
        community=asked.community,
        bbox=box_of(asked.bbox) if asked.bbox else None,
        grid=asked.grid,
        line=asked.line,
        topic=asked.topic,
        status=asked.status,
        hazard=asked.hazard,
        since=begin_of(asked.since, zone) if asked.since else None,
        until=end_of(asked.until, zone) if asked.until else None,
        worker=asked.worker,
        group=asked.group,
        source=asked.source,
        located=asked.located,
        doubtful=asked.doubtful,
        with_point=False if asked.place else None,
        due=asked.due,
        level=asked.level,
        way=asked.way,
        timed=asked.timed,
        search=_search(connection, asked, actor),
        ids=unpacked(asked.ids) if asked.ids else None,
    )


def _search(connection: Connection, asked: IssueFilterQuery, actor: Actor) -> Search | None:
    if asked.q is None:
        return None
    return read_search(connection, asked.q, actor=actor, community=community_id(connection, asked.community))


def issue_number(given: str) -> int:
    """The id in a path. Raises NotFound for what cannot be one."""
    return row_id(given, "issue")
