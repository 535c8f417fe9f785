"""The audit log over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.schemas.fields import Code, Day, DayOrMoment, Id, Limit, Query, none_if_blank
from gis.security.audit import Entry


class AuditQuery(Query):
    """Narrows the log. `resident_id` or `phone`: who saw that person's data, also as part of a household.

    `from` is included; `to` is not if it is a time, and is, to its end, if it is a day.
    """

    actor: Code = None
    action: Code = None
    subject_kind: Code = None
    subject_id: Id | None = None
    issue_id: Id | None = None
    resident_id: Id | None = None
    phone: Code = None
    since: DayOrMoment | None = Field(None, alias="from")
    until: DayOrMoment | None = Field(None, alias="to")
    limit: Limit = 100
    before: Id | None = None


class AuditPageQuery(AuditQuery):
    """The same from a form: it sends every field, chosen or not, and blank is the same as not given."""

    model_config = ConfigDict(extra="ignore")

    resident_id: Annotated[Id | None, BeforeValidator(none_if_blank)] = None
    since: Day = Field(None, alias="from")
    until: Day = Field(None, alias="to")


class SubjectOut(BaseModel):
    kind: str
    id: str


class EntryOut(BaseModel):
    """One entry; `chain` binds it to all before it."""

    id: str
    at: datetime
    actor: str
    action: str
    subject: SubjectOut | None
    issue_id: str | None
    purpose: str | None
    detail: dict[str, Any]
    chain: str

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls(
            id=str(entry.id),
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=SubjectOut(kind=entry.subject.kind, id=str(entry.subject.id)) if entry.subject else None,
            issue_id=str(entry.issue_id) if entry.issue_id else None,
            purpose=entry.purpose,
            detail=entry.detail,
            chain=entry.chain,
        )


class AuditPage(BaseModel):
    """Entries, latest first; `next` leads to older ones."""

    numberReturned: int  # noqa: N815 - the name that OGC API Features has for it
    next: str | None
    entries: list[EntryOut]
