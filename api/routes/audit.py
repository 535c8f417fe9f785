"""`/api/audit`: who looked at whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.deps import Begin, problems, requires
from api.reader import here
from api.schemas.audit import AuditPage, AuditQuery, EntryOut
from api.views.audit import audit_filter
from gis.security.audit import entries

router = APIRouter(prefix="/api/audit", tags=["audit"], responses=problems(401, 403, 422, 503))


@router.get("", response_model=AuditPage, dependencies=[requires("read_audit")])
def list_entries(request: Request, asked: Annotated[AuditQuery, Query()], begin: Begin) -> AuditPage:
    """The audit log, latest first, page by page; `resident_id` or `phone` answers "who saw my data?"."""
    with begin() as connection:
        chosen = audit_filter(connection, asked)
        before = int(asked.before) if asked.before else None
        found = entries(connection, chosen, limit=asked.limit + 1, before=before)
    shown = found[: asked.limit]
    return AuditPage(
        numberReturned=len(shown),
        next=here(request, before=str(shown[-1].id)) if len(found) > asked.limit else None,
        entries=[EntryOut.of(each) for each in shown],
    )
