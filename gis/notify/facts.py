"""What a notice or message may say of a matter: masked, and without who reported it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, exists, func, or_, select

from gis.notify.templates import Language, residents_words
from gis.notify.wording import NO_TOPIC, NOTHING, STAGES, URGENCIES
from gis.settings import Settings
from gis.storage.tables import area, building, grid, issue, issue_event, worker

_CHINA = "Asia/Shanghai"
_FORMS: dict[Language, str] = {"zh": "{0.month}月{0.day}日 {0:%H:%M}", "en": "{0:%m-%d %H:%M}"}


def events_with_matters(ids: list[int]) -> Select[Any]:
    """The events of these ids that say something new, each with its matter; oldest first.

    A transfer writes where the matter was before, too: that part of it is told with the transfer. `status` is the one
    that the matter had after the event, however much has happened since.
    """
    later = issue_event.alias()
    left = (
        select(later.c.detail["from"].astext)
        .where(later.c.issue_id == issue_event.c.issue_id, later.c.kind == "status", later.c.id > issue_event.c.id)
        .order_by(later.c.id)
        .limit(1)
        .scalar_subquery()
    )
    transfer = issue_event.alias()
    told_with_transfer = exists().where(
        transfer.c.issue_id == issue_event.c.issue_id,
        transfer.c.at == issue_event.c.at,
        transfer.c.kind == "status",
        transfer.c.detail["step"].astext == "transfer",
    )
    return (
        select(
            issue_event.c.id,
            issue_event.c.kind,
            issue_event.c.at,
            issue_event.c.detail,
            issue.c.id.label("issue_id"),
            issue.c.community_id,
            issue.c.group_id,
            issue.c.worker_id,
            issue.c.reporter_phone_digest,
            func.coalesce(left, issue.c.status).label("status"),
            issue.c.topic,
            issue.c.line,
            issue.c.hazard,
            issue.c.urgency,
            issue.c.text,
            issue.c.address,
            issue.c.answer,
            issue.c.due_at,
            issue.c.reported_at,
            area.c.code.label("community_code"),
            area.c.name.label("community_name"),
            area.c.time_zone,
            grid.c.code.label("grid_code"),
            grid.c.name.label("grid_name"),
            building.c.name.label("building_name"),
            worker.c.name.label("worker_name"),
        )
        .join(issue, issue.c.id == issue_event.c.issue_id)
        .outerjoin(area, area.c.id == issue.c.community_id)
        .outerjoin(grid, grid.c.id == issue.c.grid_id)
        .outerjoin(building, building.c.id == issue.c.building_id)
        .outerjoin(worker, worker.c.id == issue.c.worker_id)
        .where(issue_event.c.id.in_(ids), or_(issue_event.c.kind != "located", ~told_with_transfer))
        .order_by(issue_event.c.id)
    )


def stage_at(row: Row[Any]) -> str:
    """The stage that a matter was in after an event."""
    found: str = row.detail.get("to") or row.detail.get("stage") or row.status
    return found if found in STAGES["zh"] else row.status


def values_for(row: Row[Any], language: Language, settings: Settings) -> dict[str, str]:
    """What stands for each placeholder of a template."""
    due = _due_at(row)
    due_text = _FORMS[language].format(due.astimezone(ZoneInfo(row.time_zone or _CHINA))) if due else ""
    values = {
        "number": str(row.issue_id),
        "topic": row.topic or NO_TOPIC[language],
        "place": residents_words(row.building_name or row.address, 80),
        "community": row.community_name,
        "grid": row.grid_name,
        "worker": row.worker_name,
        "stage": STAGES[language][stage_at(row)],
        "urgency": URGENCIES[language][row.urgency],
        "due": due_text,
        "text": residents_words(row.text),
        "note": residents_words(row.detail.get("note")),
        "answer": residents_words(row.answer, 500),
        "link": link_of(row.issue_id, settings),
    }
    return {name: value or NOTHING for name, value in values.items()}


def message_of(event: str, row: Row[Any], settings: Settings) -> dict[str, Any]:
    """What another system is told of an event."""
    due = _due_at(row)
    return {
        "type": f"issue.{event}",
        "timestamp": row.at.isoformat(),
        "data": {
            "event_id": str(row.id),
            "issue_id": str(row.issue_id),
            "link": link_of(row.issue_id, settings),
            "community": row.community_code,
            "grid": row.grid_code,
            "place": row.building_name,
            "topic": row.topic,
            "line": row.line,
            "hazard": row.hazard,
            "urgency": row.urgency,
            "stage": stage_at(row),
            "reported_at": row.reported_at.isoformat(),
            "due_at": due.isoformat() if due else None,
            "answer": row.answer,
        },
    }


def link_of(issue_id: int, settings: Settings) -> str:
    """The page of a matter; only its path where the operator has not said under which address people reach it."""
    return f"{settings.public_url.rstrip('/')}/issues/{issue_id}"


def _due_at(row: Row[Any]) -> datetime | None:
    """The deadline that an event names, else that of the matter's stage."""
    named = row.detail.get("due_at")
    return datetime.fromisoformat(named) if named else row.due_at
