"""The pages that people look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.deps import Acting, Begin, SettingsNow, requires
from api.ids import row_id
from api.reader import page, shell_of
from api.routes.issues import issue_number
from api.schemas.audit import AuditPageQuery
from api.schemas.inbox import InboxQuery
from api.schemas.people import HouseholdPageQuery
from api.views.audit import audit_view
from api.views.dashboard import DashboardQuery, dashboard_view
from api.views.density import density_figures, density_view
from api.views.filtering import DensityQuery, PageQuery
from api.views.households import household_view, households_view
from api.views.inbox import inbox_view
from api.views.ledger import ledger_view
from api.views.matter import issue_view
from api.views.place import Where, where
from api.views.rules import rules_view
from api.views.topics import topics_view
from gis.errors import NotFound
from gis.issues.in_full import issue_in_full
from maps.page import SEES_DASHBOARD, Shell
from maps.pages.audit import audit_page
from maps.pages.dashboard import dashboard_page, dashboard_part
from maps.pages.density import density_figures_part, density_page
from maps.pages.households import household_page, households_page
from maps.pages.inbox import inbox_page
from maps.pages.issue import issue_page
from maps.pages.ledger import ledger_page
from maps.pages.rules import rules_page
from maps.pages.topics import topics_page

router = APIRouter(include_in_schema=False, dependencies=[requires("read")])
Asked = Annotated[PageQuery, Query()]


@router.get("/")
def begin_here(
    request: Request, asked: Annotated[DashboardQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> Response:
    """Where a reader arrives: who answers for an area at its dashboard, or the parts of it that follow its filters; who
    holds a post at what waits for them; anybody else at the map."""
    if actor.worker_id is not None:
        return RedirectResponse("/inbox", 303)
    if actor.role not in SEES_DASHBOARD:
        return RedirectResponse("/maps/density", 303)
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = dashboard_view(connection, asked, place, settings, at=datetime.now(UTC), reader=actor)
    shell = _shell(request, place)
    if asked.part is not None:
        return HTMLResponse(dashboard_part(view, shell=shell))
    return page(request, dashboard_page(view, shell=shell))


@router.get("/inbox")
@router.get("/inbox/{id}")
def show_inbox(
    request: Request,
    asked: Annotated[InboxQuery, Query()],
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
    id: str | None = None,
) -> Response:
    """What waits for who holds a post, and one matter of it to work on."""
    with begin() as connection:
        place = where(connection, None, settings)
        try:
            chosen = issue_in_full(connection, issue_number(id)) if id is not None else None
        except NotFound:  # most likely it has just been given to another grid from this very page
            return RedirectResponse(f"/inbox?of={asked.of}", 303)
        view = inbox_view(connection, asked, chosen, place, settings, reader=actor)
    return page(request, inbox_page(view, shell=_shell(request, place)))


@router.get("/maps/density")
def show_density(
    request: Request, asked: Annotated[DensityQuery, Query()], begin: Begin, settings: SettingsNow, actor: Acting
) -> Response:
    """Where the matters are; or, as a part, the figures alone."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        if asked.part == "figures":
            figures = density_figures(connection, asked, place, at=datetime.now(UTC), reader=actor)
            return HTMLResponse(density_figures_part(figures, shell=_shell(request, place)))
        view = density_view(connection, asked, place, at=datetime.now(UTC), reader=actor)
    return page(request, density_page(view, shell=_shell(request, place)))


@router.get("/issues")
def show_ledger(request: Request, asked: Asked, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """The matters behind a number."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = ledger_view(connection, asked, place, at=datetime.now(UTC), reader=actor)
    return page(request, ledger_page(view, shell=_shell(request, place)))


@router.get("/issues/{id}")
def show_matter(request: Request, id: str, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """One matter."""
    with begin() as connection:
        full = issue_in_full(connection, issue_number(id))
        place = where(connection, full.issue.community, settings)
        view = issue_view(connection, full, place, settings, reader=actor)
    return page(request, issue_page(view, shell=_shell(request, place)))


@router.get("/households", dependencies=[requires("read_people")])
def show_households(
    request: Request,
    asked: Annotated[HouseholdPageQuery, Query()],
    begin: Begin,
    settings: SettingsNow,
    actor: Acting,
) -> Response:
    """Who lives where, for who walks there."""
    with begin() as connection:
        place = where(connection, asked.community, settings)
        view = households_view(connection, asked, place, settings, reader=actor)
    return page(request, households_page(view, shell=_shell(request, place)))


@router.get("/households/{id}", dependencies=[requires("read_people")])
def show_household(request: Request, id: str, begin: Begin, settings: SettingsNow, actor: Acting) -> Response:
    """One household."""
    with begin() as connection:
        home, view = household_view(connection, row_id(id, "household"), settings, reader=actor)
        place = where(connection, home.community, settings)
    return page(request, household_page(view, shell=_shell(request, place)))


@router.get("/admin/audit", dependencies=[requires("read_audit")])
def show_audit(
    request: Request, asked: Annotated[AuditPageQuery, Query()], begin: Begin, settings: SettingsNow
) -> Response:
    """Who looked at whom."""
    with begin() as connection:
        place = where(connection, None, settings)
        view = audit_view(connection, asked)
    return page(request, audit_page(view, shell=_shell(request, place)))


@router.get("/admin/topics", dependencies=[requires("edit_topics")])
def show_topics(request: Request, begin: Begin, settings: SettingsNow) -> Response:
    """What matters can be about."""
    with begin() as connection:
        place = where(connection, None, settings)
        view = topics_view(connection)
    return page(request, topics_page(view, shell=_shell(request, place)))


@router.get("/admin/rules", dependencies=[requires("edit_rules")])
def show_rules(request: Request, begin: Begin, settings: SettingsNow) -> Response:
    """How long what may take, which days are worked, what Open311 offers."""
    with begin() as connection:
        place = where(connection, None, settings)
        view = rules_view(connection)
    return page(request, rules_page(view, shell=_shell(request, place)))


def _shell(request: Request, place: Where) -> Shell:
    return shell_of(request, community=place.code, communities=place.all)
