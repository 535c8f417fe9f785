"""What `/issues/{id}` shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from api.views.place import Where, grids_of, ground, shown
from api.views.receipt import told
from gis.issues.query import IssueInFull
from maps.pages.issue import HistoryEvent, IssueView, Location, Worker


def issue_view(connection: Connection, full: IssueInFull, place: Where) -> IssueView:
    """One issue on the ground as it was when it was reported."""
    issue, at = full.issue, full.issue.reported_at
    located = full.lon is not None and full.lat is not None
    return IssueView(
        id=str(issue.id),
        text=issue.text,
        source=issue.source,
        status=issue.status,
        reported_at=issue.reported_at,
        receipt=told(full.receipt, text=issue.text, zone=place.zone),
        method=issue.location_method,
        topic=issue.topic or "",
        line=issue.line or "",
        hazard=issue.hazard,
        address=issue.address or "",
        external_id=issue.external_id or "",
        building_name=issue.building_name or "",
        group_name=issue.group_name or "",
        closed_at=issue.closed_at,
        location=Location(full.lon or 0, full.lat or 0, issue.location_method, issue.accuracy_m, issue.confidence)
        if located
        else None,
        grid_code=issue.grid_code or "",
        grid_name=issue.grid_name or "",
        worker=Worker(issue.worker_id, issue.worker_name or "", full.worker_role or "") if issue.worker_id else None,
        history=tuple(
            HistoryEvent(event.at, event.kind, event.actor, str(event.detail.get("to") or ""), _note(event.detail))
            for event in full.events
        ),
        grids=shown(grids_of(connection, place.one, at)),
        base=ground(connection, place.one, at),
    )


def _note(detail: Mapping[str, Any]) -> str:
    """What had become known when a matter was located again."""
    why = detail.get("why")
    return f"{why['alias']} → {why['building']}" if why else ""
