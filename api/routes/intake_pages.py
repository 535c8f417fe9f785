"""The pages on which a chat is pasted and confirmed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.deps import Acting, Begin, SettingsNow, requires
from api.ids import row_id
from api.reader import page, shell_of
from api.views.conversations import conversation_out
from api.views.filtering import PageQuery
from api.views.intake import paste_view, proposals_view, recorded_view
from api.views.place import where
from maps.pages.intake import conversation_page, paste_page, recorded_page

router = APIRouter(prefix="/intake", include_in_schema=False, dependencies=[requires("paste_chat")])


@router.get("")
def show_paste(request: Request, asked: Annotated[PageQuery, Query()], begin: Begin, settings: SettingsNow) -> Response:
    """Where a chat is pasted."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = paste_view(connection, place)
    return page(request, paste_page(view, shell=shell_of(request, community=place.code, communities=place.all)))


@router.get("/{id}")
def show_proposals(request: Request, id: str, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """What a chat proposes, or what has become of it."""
    with begin() as connection:
        told = conversation_out(connection, row_id(id, "conversation"), settings)
        place = where(connection, told.group.community, settings)
        shell = shell_of(request, community=place.code, communities=place.all)
        if told.state == "confirmed":
            return page(request, recorded_page(recorded_view(connection, told), shell=shell))
        view = proposals_view(connection, told, place, reader=actor)
    return page(request, conversation_page(view, shell=shell))
