"""`/network`: the online groups as pages, and as files."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.deps import Acting, Begin, SettingsNow, requires
from api.networking import least_told
from api.reader import page, shell_of
from api.schemas.fields import Words
from api.schemas.network import NetworkPageQuery
from api.views.network import fitting_rows, network_view
from api.views.online_group import group_view
from api.views.place import where
from gis.exporters.exporting import exported
from gis.exporters.network import groups_table, houses_table
from gis.security.audit import record
from maps.pages.network import network_page
from maps.pages.online_group import group_page

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

router = APIRouter(include_in_schema=False, prefix="/network", dependencies=[requires("read")])
Asked = Annotated[NetworkPageQuery, Query()]


@router.get("")
def show_network(request: Request, asked: Asked, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """What the online groups cover, and which want attention."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = network_view(connection, asked, place, settings, reader=actor)
    return page(request, network_page(view, shell=shell_of(request, community=place.code, communities=place.all)))


@router.get("/{kind}.{format}")
def export_rows(
    kind: Literal["groups", "houses"],
    format: Literal["csv", "xlsx"],
    asked: Asked,
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> Response:
    """The rows that the page lists, as a file; it is on record."""
    least = least_told(actor, settings)
    with begin() as connection:
        place = where(connection, asked.community, settings)
        groups, houses = fitting_rows(connection, asked, place, settings)
        table = groups_table(groups, least=least) if kind == "groups" else houses_table(houses, least=least)
        rows = len(groups if kind == "groups" else houses)
        record(connection, actor, "export", detail={"kind": kind, "rows": rows, "community": place.code})
    name = f'attachment; filename="{kind}.{format}"'
    return Response(exported(table, format), media_type=MEDIA_TYPES[format], headers={"Content-Disposition": name})


@router.get("/{code}")
def show_group(
    request: Request,
    code: Annotated[Words, Path()],
    asked: Asked,
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> Response:
    """One online group."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = group_view(connection, code, asked, place, settings, reader=actor)
    return page(request, group_page(view, shell=shell_of(request, community=place.code, communities=place.all)))
