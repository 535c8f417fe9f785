"""`/api/inbox`: what waits for the one who asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from api.deps import Acting, Begin, problems, requires
from api.schemas.inbox import InboxOut, InboxQuery
from gis.issues.inbox import inbox

router = APIRouter(prefix="/api/inbox", tags=["issues"], responses=problems(401, 403, 422, 503))


@router.get(
    "",
    response_model=InboxOut,
    responses={304: {"description": "Nothing has changed since"}},
    dependencies=[requires("read")],
)
def show_inbox(
    asked: Annotated[InboxQuery, Query()],
    begin: Begin,
    actor: Acting,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The matters of who holds a post, the most pressing first. Asked again with its ETag, it tells of a change."""
    with begin() as connection:
        found = InboxOut.of(inbox(connection, actor, whole_grid=asked.of == "grid"))
    if if_none_match == found.etag:
        return Response(status_code=304, headers={"ETag": found.etag})
    return Response(found.model_dump_json(), media_type="application/json", headers={"ETag": found.etag})
