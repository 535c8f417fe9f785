"""Communities, grids, buildings and other places, and workers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.cursors import code_cursor, code_place
from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.moments import begin_of
from api.reader import here
from api.schemas.fields import Words, box_of
from api.schemas.geojson import FeatureCollection, GeoJSONResponse, Geometry, collection
from api.schemas.places import (
    BuildingProperties,
    BuildingQuery,
    CommunityOut,
    CommunityQuery,
    GridCounts,
    GridInFull,
    GridProperties,
    GridQuery,
    GridVersionOut,
    PlaceProperties,
    PostOut,
    StaffOut,
    worker_of,
)
from gis.actor import SYSTEM
from gis.boundaries.areas import communities, time_zone, today
from gis.boundaries.grids import grid_history, grids
from gis.issues.filters import IssueFilter
from gis.issues.summary import summary
from gis.population.buildings import Housing, buildings, housing_in
from gis.population.places import places
from gis.security.anonymity import published_sum
from gis.security.permissions import may
from gis.storage.session import acting
from gis.workforce.workers import workers

router = APIRouter(
    prefix="/api", tags=["places"], responses=problems(401, 403, 422, 503), dependencies=[requires("read")]
)


@router.get("/communities", response_model=list[CommunityOut])
def list_communities(begin: Begin) -> list[CommunityOut]:
    """All communities that this service holds."""
    with begin() as connection:
        found = communities(connection)
    return [
        CommunityOut(code=c.code, name=c.name, street=c.street, time_zone=c.time_zone, synthetic=c.synthetic)
        for c in found
    ]


@router.get("/grids", response_class=GeoJSONResponse, response_model=FeatureCollection[GridProperties])
def list_grids(request: Request, asked: Annotated[GridQuery, Query()], begin: Begin) -> Response:
    """The grids in force at a moment, each with who answers for it."""
    with begin() as connection:
        found = grids(connection, at=_at(connection, asked), community=asked.community)
    features = (
        (
            each.code,
            each.geometry,
            GridProperties(
                code=each.code,
                name=each.name,
                community=each.community,
                valid_from=each.valid_from,
                valid_to=each.valid_to,
                worker=worker_of(each.responsible),
            ),
        )
        for each in found
    )
    return collection(features, here=here(request))


@router.get("/grids/{code}", response_model=GridInFull, responses=problems(404, 409))
def show_grid(
    code: Annotated[Words, Path()],
    asked: Annotated[GridQuery, Query()],
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> GridInFull:
    """One grid with its versions, and what is in it."""
    with begin() as connection:
        at = _at(connection, asked)
        found = grid_history(connection, code, at=at, community=asked.community)
        counted = summary(connection, IssueFilter(community=found.community, grid=found.code)).total
        version = found.version_at(at)
        with acting(connection, SYSTEM):  # the same for everybody, also of grids that are not the reader's own
            housing = housing_in(connection, version.id) if version else Housing()
    homes = housing.households
    if not may(actor, "count_households"):
        homes = published_sum(((each, each) for each in housing.homes), k=settings.k_anonymity)
    return GridInFull(
        code=found.code,
        name=found.name,
        community=found.community,
        in_force=version is not None,
        worker=worker_of(found.responsible),
        counts=GridCounts(
            buildings=housing.buildings,
            households=homes,
            issues=counted.issues,
            open_issues=counted.open,
            hazards=counted.hazards,
        ),
        versions=[
            GridVersionOut(
                id=str(version.id),
                valid_from=version.valid_from,
                valid_to=version.valid_to,
                area_m2=round(version.area_m2, 1),
                geometry=Geometry(**json.loads(version.geometry)),
            )
            for version in found.versions
        ],
    )


@router.get("/buildings", response_class=GeoJSONResponse, response_model=FeatureCollection[BuildingProperties])
def list_buildings(request: Request, asked: Annotated[BuildingQuery, Query()], begin: Begin) -> Response:
    """Buildings by id, page by page; `next` is the address of the next page."""
    with begin() as connection:
        found = buildings(
            connection,
            limit=asked.limit + 1,
            community=asked.community,
            words=asked.q,
            bbox=box_of(asked.bbox) if asked.bbox else None,
            after=code_place(asked.after),
        )
    following = None
    shown = found[: asked.limit]
    if len(found) > asked.limit:
        following = here(request, after=code_cursor(shown[-1].community, shown[-1].code))
    features = (
        (
            each.code,
            each.geometry,
            BuildingProperties(
                id=each.code,
                name=each.name,
                aliases=list(each.aliases),
                compound=each.compound,
                address=each.address,
                floors=each.floors,
                units=each.units,
                built_year=each.built_year,
                community=each.community,
            ),
        )
        for each in shown
    )
    return collection(features, here=here(request), following=following)


@router.get("/places", response_class=GeoJSONResponse, response_model=FeatureCollection[PlaceProperties])
def list_places(request: Request, asked: Annotated[BuildingQuery, Query()], begin: Begin) -> Response:
    """Known places that are no buildings (gates, kindergartens, markets) by id, page by page."""
    with begin() as connection:
        found = places(
            connection,
            limit=asked.limit + 1,
            community=asked.community,
            words=asked.q,
            bbox=box_of(asked.bbox) if asked.bbox else None,
            after=code_place(asked.after),
        )
    following = None
    shown = found[: asked.limit]
    if len(found) > asked.limit:
        following = here(request, after=code_cursor(shown[-1].community, shown[-1].code))
    features = (
        (
            each.code,
            each.geometry,
            PlaceProperties(
                id=each.code,
                name=each.name,
                aliases=list(each.aliases),
                kind=each.kind,
                compound=each.compound,
                community=each.community,
            ),
        )
        for each in shown
    )
    return collection(features, here=here(request), following=following)


@router.get("/workers", response_model=list[StaffOut])
def list_workers(asked: Annotated[CommunityQuery, Query()], begin: Begin) -> list[StaffOut]:
    """The workers, each with the posts held today."""
    with begin() as connection:
        found = workers(connection, day=today(connection, asked.community), community=asked.community)
    return [
        StaffOut(
            id=w.code,
            name=w.name,
            phone=w.phone,
            community=w.community,
            posts=[
                PostOut(
                    role=p.role,
                    grid_code=p.grid_code,
                    group_code=p.group_code,
                    stand_in=p.stand_in,
                    valid_from=p.valid_from,
                    valid_to=p.valid_to,
                )
                for p in w.posts
            ],
        )
        for w in found
    ]


def _at(connection: Connection, asked: GridQuery) -> datetime:
    return begin_of(asked.at, time_zone(connection, asked.community)) if asked.at else datetime.now(UTC)
