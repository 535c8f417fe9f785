"""`/api/groups` and `/api/network`: the network grid in rows and figures, and its changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.cursors import code_cursor, code_place
from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.networking import least_told, network_filter, reach_of
from api.reader import here
from api.schemas.fields import Words
from api.schemas.geojson import FeatureCollection, GeoJSONResponse, collection
from api.schemas.network import (
    GroupInFullOut,
    GroupOut,
    GroupQuery,
    HouseProperties,
    HouseQuery,
    NetworkOut,
    NetworkQuery,
    network_out,
)
from api.schemas.network_changes import (
    CoverEndIn,
    CoverIn,
    CoverUndoIn,
    GroupIn,
    NameIn,
    PostEndIn,
    PostIn,
    PostUndoIn,
    WhichQuery,
)
from gis.network import changes
from gis.network.changes import Covered, Served
from gis.network.cover import houses
from gis.network.dated import ChangedGroup
from gis.network.figures import figures, network
from gis.network.one_group import group_in_full
from gis.network.reach import reach

router = APIRouter(
    prefix="/api", tags=["network grid"], responses=problems(401, 403, 422, 503), dependencies=[requires("read")]
)
Code = Annotated[Words, Path()]
Which = Annotated[WhichQuery, Query()]
DRAWS, APPOINTS = [requires("draw_groups")], [requires("appoint")]
REFUSALS = problems(404, 409, 413)


@router.get("/network", response_model=NetworkOut)
def show_network(
    request: Request, asked: Annotated[NetworkQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> NetworkOut:
    """The network grid in figures: who is covered by no group, and which groups want attention."""
    with begin() as connection:
        chosen = network_filter(connection, asked, settings)
        found = network(connection, chosen)
    return network_out(
        figures(found, least=least_told(actor, settings)),
        at=chosen.at,
        until=chosen.until,
        silent_days=chosen.silent_days,
        asked=urlencode(request.query_params.multi_items()),
    )


@router.get("/network/buildings", response_class=GeoJSONResponse, response_model=FeatureCollection[HouseProperties])
def list_houses(
    request: Request, asked: Annotated[HouseQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> Response:
    """Houses by id with the groups that cover them, page by page; `next` is the address of the next page."""
    with begin() as connection:
        chosen = network_filter(connection, asked, settings)
        found = houses(
            connection,
            chosen,
            reach(connection, chosen),
            cover=asked.cover,
            within=asked.grid,
            group=asked.group,
            limit=asked.limit + 1,
            after=code_place(asked.after),
        )
    shown = found[: asked.limit]
    least = least_told(actor, settings)
    following = None
    if len(found) > asked.limit:
        following = here(request, after=code_cursor(shown[-1].community, shown[-1].code))
    return collection(
        ((each.code, each.geometry, HouseProperties.of(each, least=least)) for each in shown),
        here=here(request),
        following=following,
    )


@router.get("/groups", response_model=list[GroupOut])
def list_groups(
    asked: Annotated[GroupQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> list[GroupOut]:
    """The online groups of the areas, or with the posts, of who asks: what each covers, who serves, how alive it is."""
    with begin() as connection:
        found = network(connection, network_filter(connection, asked, settings)).groups
    least = least_told(actor, settings)
    return [
        GroupOut.of(each, least=least)
        for each in found
        if (asked.problem is None or asked.problem in each.problems)
        and (asked.role is None or asked.role in each.missing)
    ]


@router.get("/groups/{code}", response_model=GroupInFullOut, responses=problems(404, 409))
def show_group(
    code: Code, asked: Annotated[NetworkQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> GroupInFullOut:
    """One online group, with all that it covered and who served in it, then, now and later."""
    with begin() as connection:
        full = group_in_full(connection, code, network_filter(connection, asked, settings))
    return GroupInFullOut.of_full(full, least=least_told(actor, settings))


@router.post("/groups", status_code=204, responses=REFUSALS, dependencies=DRAWS)
def create_group(body: GroupIn, begin: Begin, actor: Acting) -> None:
    """Create a group, which covers nothing yet."""
    with begin() as connection:
        seen = reach_of(connection, None)
        changes.create_group(connection, actor, seen, code=body.code, name=body.name, community=body.community)


@router.post("/groups/{code}/name", status_code=204, responses=REFUSALS, dependencies=DRAWS)
def rename_group(code: Code, asked: Which, body: NameIn, begin: Begin, actor: Acting) -> None:
    """Call a group by another name, from now on."""
    with _changed(begin, code, asked) as (connection, group):
        changes.rename_group(connection, actor, group, body.name)


@router.post("/groups/{code}/covers", status_code=204, responses=REFUSALS, dependencies=DRAWS)
def add_cover(code: Code, asked: Which, body: CoverIn, begin: Begin, actor: Acting) -> None:
    """Let a group cover a grid or a building, from today or a later day on."""
    with _changed(begin, code, asked) as (connection, group):
        what = Covered(body.grid, body.building_id)
        changes.add_cover(connection, actor, group, what, since=body.since, until=body.until)


@router.post("/groups/{code}/covers/end", status_code=204, responses=REFUSALS, dependencies=DRAWS)
def end_cover(code: Code, asked: Which, body: CoverEndIn, begin: Begin, actor: Acting) -> None:
    """Let a cover end, today or later."""
    with _changed(begin, code, asked) as (connection, group):
        changes.end_cover(connection, actor, group, Covered(body.grid, body.building_id), on=body.on)


@router.post("/groups/{code}/covers/undo", status_code=204, responses=REFUSALS, dependencies=DRAWS)
def undo_cover(code: Code, asked: Which, body: CoverUndoIn, begin: Begin, actor: Acting) -> None:
    """Take back the begin or the end of a cover, while its day is not past."""
    with _changed(begin, code, asked) as (connection, group):
        what = Covered(body.grid, body.building_id)
        changes.undo_cover(connection, actor, group, what, since=body.since, part=body.part)


@router.post("/groups/{code}/posts", status_code=204, responses=REFUSALS, dependencies=APPOINTS)
def appoint(code: Code, asked: Which, body: PostIn, begin: Begin, actor: Acting) -> None:
    """Give a worker a role in a group, from today or a later day on; who holds it sees the group's matters."""
    with _changed(begin, code, asked) as (connection, group):
        who = Served(body.worker, body.role)
        changes.appoint(connection, actor, group, who, since=body.since, until=body.until)


@router.post("/groups/{code}/posts/end", status_code=204, responses=REFUSALS, dependencies=APPOINTS)
def dismiss(code: Code, asked: Which, body: PostEndIn, begin: Begin, actor: Acting) -> None:
    """Let a role end, today or later."""
    with _changed(begin, code, asked) as (connection, group):
        changes.dismiss(connection, actor, group, Served(body.worker, body.role), on=body.on)


@router.post("/groups/{code}/posts/undo", status_code=204, responses=REFUSALS, dependencies=APPOINTS)
def undo_post(code: Code, asked: Which, body: PostUndoIn, begin: Begin, actor: Acting) -> None:
    """Take back the begin or the end of a role, while its day is not past."""
    with _changed(begin, code, asked) as (connection, group):
        changes.undo_post(connection, actor, group, Served(body.worker, body.role), since=body.since, part=body.part)


@contextmanager
def _changed(
    begin: Callable[[], AbstractContextManager[Connection]], code: str, asked: WhichQuery
) -> Iterator[tuple[Connection, ChangedGroup]]:
    with begin() as connection:
        yield connection, changes.find_group(connection, reach_of(connection, asked.community), code)
