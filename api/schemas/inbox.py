"""The inbox over the wire."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.fields import Query
from gis.issues.inbox import Inbox, InboxMatter
from gis.issues.workflow import Status


class InboxQuery(Query):
    """Whose matters: one's own, or all of the grid. As a page's address, whatever else may stand in it."""

    model_config = ConfigDict(extra="ignore")

    of: Literal["mine", "grid"] = Field("mine", description="One's own matters, or all of the grid and group")


class InboxMatterOut(BaseModel):
    id: str
    version: int
    group: Literal["overdue", "soon", "new", "working", "check", "elsewhere"]
    status: Status
    topic: str | None
    text: str
    due_at: datetime | None
    paused: bool
    own: bool = Field(description="Whether the one who asks has resolved it: another person has to check it")

    @classmethod
    def of(cls, each: InboxMatter) -> Self:
        return cls(
            id=str(each.issue.id),
            version=each.version,
            group=each.group,
            status=each.issue.status,  # type: ignore[arg-type]
            topic=each.issue.topic,
            text=each.issue.text,
            due_at=each.issue.due_at,
            paused=each.issue.paused_at is not None,
            own=each.own,
        )


class InboxOut(BaseModel):
    due_today: int
    done_today: int
    matters: list[InboxMatterOut] = Field(description="By group, and in each by when they are due")

    @property
    def etag(self) -> str:
        """What changes when any of it does, time's work among it: a matter that has become late."""
        return f'"{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]}"'

    @classmethod
    def of(cls, found: Inbox) -> Self:
        matters = [InboxMatterOut.of(each) for each in found.matters]
        return cls(due_today=found.due_today, done_today=found.done_today, matters=matters)
