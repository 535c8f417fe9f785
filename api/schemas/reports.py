"""Reports over the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from api.schemas.fields import Code, Query, Request
from gis.reports.kept import Kept, State, Step
from gis.reports.periods import Kind


class ReportIn(Request):
    """A report to be made: a week of ISO 8601 or a month."""

    community: Code = None
    period: Annotated[str, Field(max_length=20, examples=["2023-W49", "2023-12"])]
    language: Literal["zh", "en"] | None = None


class ReportsQuery(Query):
    community: Code = None


class ReportFileQuery(Query):
    format: Literal["pdf", "html"] = "pdf"


class ReportOut(BaseModel):
    """One report. `step` tells what is being made of it, `failure` why it could not be."""

    id: str
    community: str
    kind: Kind
    period: str
    begins: date
    last_day: date
    language: Literal["zh", "en"]
    state: State
    step: Step | None
    failure: str | None
    asked_by: str
    asked_at: datetime
    made_at: datetime | None

    @classmethod
    def of(cls, report: Kept) -> Self:
        return cls(
            id=str(report.id),
            community=report.community,
            kind=report.kind,
            period=report.period.name,
            begins=report.begins,
            last_day=report.period.last_day,
            language=report.language,
            state=report.state,
            step=report.step,
            failure=report.failure,
            asked_by=report.asked_by,
            asked_at=report.asked_at,
            made_at=report.made_at,
        )
