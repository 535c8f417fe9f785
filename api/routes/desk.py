"""The dispatcher's desk, whole and in the parts by which it keeps itself up to date."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ConfigDict

from api.deps import Acting, Begin, SettingsNow, requires
from api.reader import page, shell_of
from api.routes.issues import issue_number
from api.schemas.fields import Code
from api.schemas.fields import Query as QueryModel
from api.views.desk import chosen_matter, desk_list_view, desk_view
from api.views.place import where
from gis.issues.in_full import issue_in_full
from maps.pages.desk import desk_list_part, desk_matter_part, desk_page

router = APIRouter(prefix="/desk", include_in_schema=False, dependencies=[requires("read")])


class DeskQuery(QueryModel):
    """Which list of which community; `part` is `list` for the lists without the page around them."""

    model_config = ConfigDict(extra="ignore")

    community: Code = None
    list: Literal["unlocated", "doubtful", "overdue", "soon", "duplicates", "new"] | None = None
    part: Literal["list"] | None = None


Asked = Annotated[DeskQuery, Query()]


@router.get("")
def show_desk(
    request: Request,
    asked: Asked,
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """What waits for the dispatcher; or the lists alone, and 304 where they are as they were."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        shell = shell_of(request, community=place.code, communities=place.all)
        if asked.part is None:
            view = desk_view(connection, asked.list, place, at=datetime.now(UTC), reader=actor)
            return page(request, desk_page(view, shell=shell))
        part = desk_list_part(desk_list_view(connection, asked.list, place, reader=actor), shell=shell)
    tag = f'W/"{hashlib.sha256(part.encode()).hexdigest()[:24]}"'
    if if_none_match == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return HTMLResponse(part, headers={"ETag": tag})


@router.get("/matters/{id}")
def show_chosen(request: Request, id: str, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """One matter, as the desk shows it."""
    with begin() as connection:
        full = issue_in_full(connection, issue_number(id))
        place = where(connection, full.issue.community, settings)
        chosen = chosen_matter(connection, full, place, settings, reader=actor)
    shell = shell_of(request, community=place.code, communities=place.all)
    return HTMLResponse(desk_matter_part(chosen, shell=shell))
