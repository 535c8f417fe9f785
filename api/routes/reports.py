"""`/reports` and `/api/reports`: the weeks and months of a community, as they were made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from api.deps import Acting, Begin, SettingsNow, problems, requires
from api.ids import row_id
from api.reader import language_of, page, shell_of
from api.schemas.reports import ReportFileQuery, ReportIn, ReportOut, ReportsQuery
from api.views.filtering import PageQuery
from api.views.place import where
from gis.errors import Fault, InvalidInput, said
from gis.issues.summary import latest_report
from gis.reports import kept
from gis.reports.periods import Kind, Period, last_ended
from gis.security.audit import record
from maps.pages.reports import ListedReport, ReportsView, reports_page

router = APIRouter(prefix="/api/reports", tags=["reports"], responses=problems(401, 403, 422, 503))
pages = APIRouter(include_in_schema=False)
READS = [requires("read_reports")]
MEDIA_TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


@router.get("", dependencies=READS)
def list_reports(asked: Annotated[ReportsQuery, Query()], begin: Begin) -> list[ReportOut]:
    """The reports of the communities that are in scope as a whole, the latest period first."""
    with begin() as connection:
        return [ReportOut.of(each) for each in kept.kept(connection, asked.community)]


@router.post("", status_code=202, response_model=ReportOut, responses=problems(413), dependencies=READS)
def ask_for_report(body: ReportIn, request: Request, begin: Begin, settings: SettingsNow, actor: Acting) -> ReportOut:
    """Have a report made, or made again with the data of now; ask for it again to hear how far it is."""
    period = Period.read(body.period.strip(), field="period")
    with begin() as connection:
        place = where(connection, body.community, settings)
        if place.one is None:
            raise InvalidInput([Fault("community", "unknown_community", said("there is no community yet"))])
        if period.begins > datetime.now(UTC).date():
            raise InvalidInput([Fault("period", "impossible_time", said("must not be in the future"))])
        language = body.language or language_of(request)
        id = kept.ask(connection, place.one, period, language=language, actor=actor)
        return ReportOut.of(kept.one(connection, id))


@router.get("/{id}", response_model=ReportOut, responses=problems(404), dependencies=READS)
def show_report(id: str, begin: Begin) -> ReportOut:
    """One report, and how far it is."""
    with begin() as connection:
        return ReportOut.of(kept.one(connection, row_id(id, "report")))


@router.get(
    "/{id}/file",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}, "text/html": {}}}, **problems(404)},
    dependencies=READS,
)
def fetch_report(id: str, asked: Annotated[ReportFileQuery, Query()], begin: Begin, actor: Acting) -> Response:
    """A report that was made, as PDF or as signed HTML. Who took it along is on record."""
    with begin() as connection:
        found = kept.one(connection, row_id(id, "report"))
        content = kept.content(connection, found.id, asked.format)
        told = {"kind": "report", "community": found.community, "period": found.period.name}
        record(connection, actor, "export", detail=told)
    name = f"dualgrid-{found.community}-{found.period.name}-{found.language}.{asked.format}"
    return Response(
        content,
        media_type=MEDIA_TYPES[asked.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.get("/reports", dependencies=READS)
def show_reports(
    request: Request, asked: Annotated[PageQuery, Query()], begin: Begin, settings: SettingsNow
) -> Response:
    """The reports of a community, and the way to another."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        found = kept.kept(connection, place.code or None)
        latest = latest_report(connection, place.one.id) if place.one else None
    at = datetime.now(UTC)
    kinds: tuple[Kind, ...] = ("week", "month")
    over = {kind: last_ended(kind, at, place.zone) for kind in kinds}
    view = ReportsView(
        community=place.code,
        reports=[_listed(each) for each in found],
        latest={kind: period.name for kind, period in over.items()},
        offered={kind: _with_matters(period, latest, place.zone).name for kind, period in over.items()},
    )
    shell = shell_of(request, community=place.code, communities=place.all)
    return page(request, reports_page(view, shell=shell))


def _listed(report: kept.Kept) -> ListedReport:
    return ListedReport(
        id=str(report.id),
        kind=report.kind,
        name=report.period.name,
        begins=report.begins,
        last_day=report.period.last_day,
        language=report.language,
        state=report.state,
        step=report.step or "",
        failure=report.failure or "",
        asked_by=report.asked_by,
        made_at=report.made_at,
    )


def _with_matters(period: Period, latest: datetime | None, zone: str) -> Period:
    """The period of the latest matter, where that is an earlier one."""
    if latest is None:
        return period
    of_latest = Period.of(period.kind, latest.astimezone(ZoneInfo(zone)).date())
    return min(period, of_latest, key=lambda each: each.begins)
