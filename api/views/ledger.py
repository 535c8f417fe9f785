"""What `/issues` shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.cursors import issue_cursor, issue_place
from api.views.filtering import PageQuery, choices, filters_of, issue_filter
from api.views.lists import A_PAGE, excerpt
from api.views.place import Where, grids_of
from gis.actor import Actor
from gis.issues.figures import figures
from gis.issues.filters import SETTLED, IssueFilter
from gis.issues.query import Issue, issues
from gis.issues.search import Search
from gis.issues.summary import how_many, summary
from gis.storage.tables import OPEN
from maps.filters import Choice
from maps.pages.ledger import LedgerFigures, LedgerMatter, LedgerView, ReadTerm


def ledger_view(connection: Connection, asked: PageQuery, place: Where, *, at: datetime, reader: Actor) -> LedgerView:
    """One page of the issues that pass the filters, and what all of them add up to."""
    filters = filters_of(asked, place)
    chosen = issue_filter(connection, filters, place, reader)
    found, end = issues(connection, chosen, limit=A_PAGE, after=issue_place(asked.before, field="before"))
    grids = grids_of(connection, place.one, at)
    return LedgerView(
        filters=filters,
        choices=choices(connection, place, grids),
        matters=tuple(map(ledger_line, found)),
        total=how_many(connection, chosen),
        figures=_figures(connection, chosen),
        older=issue_cursor(end) if end else "",
        grid_name=next((grid.name for grid in grids if grid.code == filters.grid), ""),
        terms=_terms(chosen.search),
    )


def _figures(connection: Connection, chosen: IssueFilter) -> LedgerFigures:
    """Of both faces: a rate of what is settled among the settled alone would say nothing."""
    both = replace(chosen, status=None, due=None, level=None, way=None)
    found = figures(connection, both)
    counted = summary(connection, both).by_topic.items() if chosen.status == "settled" else ()
    most_first = sorted(counted, key=lambda item: (-item[1].settled, item[0]))
    return LedgerFigures(
        received=found.received,
        open=found.open,
        settled=found.settled,
        overdue=found.overdue,
        on_time=found.on_time.on_time,
        on_time_of=found.on_time.of,
        first_answer=found.first_answer,
        settlement=found.settlement,
        levels=tuple(Choice(level, matters=count) for level, count in found.levels.items()),
        topics=tuple(Choice(topic, matters=count.settled) for topic, count in most_first if count.settled),
    )


def ledger_line(issue: Issue) -> LedgerMatter:
    """A matter as one line of the ledger."""
    until = issue.resolved_at or issue.closed_at
    running = issue.status in OPEN and issue.paused_at is None and issue.due_at is not None
    return LedgerMatter(
        id=str(issue.id),
        excerpt=excerpt(issue.text),
        topic=issue.topic or "",
        status=issue.status,
        reported_at=issue.reported_at,
        grid_name=issue.grid_name or "",
        hazard=issue.hazard,
        worker=issue.worker_name or "",
        urgency=issue.urgency if issue.status in OPEN else "normal",
        due_at=issue.due_at if running else None,
        overdue=running and issue.due_at is not None and issue.due_at < datetime.now(UTC),
        answer=excerpt(issue.answer or ""),
        level=issue.settled_level or "",
        way=issue.settled_way or "",
        took=until - issue.reported_at if until and issue.status in SETTLED else None,
    )


def _terms(search: Search | None) -> tuple[ReadTerm, ...]:
    """How each word was read, and the search in which it is in quotes."""
    terms = search.terms if search else ()
    return tuple(
        ReadTerm(
            said=term.said,
            readings=tuple((each.kind, each.name) for each in term.readings),
            only_words=" ".join(f"“{each.said}”" if each.quoted or each is term else each.said for each in terms),
            withheld=term.withheld,
        )
        for term in terms
    )
