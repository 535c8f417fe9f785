"""What `/desk` shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from api.views.lists import excerpt
from api.views.matter import issue_view
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.issues.desk import LISTS, desk_counts, desk_list
from gis.issues.duplicates import duplicates
from gis.issues.in_full import IssueInFull
from gis.issues.query import Issue
from gis.issues.workflow import onward
from gis.population.aliases import AliasProposal, alias_proposals
from gis.security.permissions import may
from gis.settings import Settings
from gis.storage.tables import OPEN
from maps.pages.desk import ChosenMatter, DeskList, DeskMatter, DeskView, Duplicate, ProposedAlias

APART = ("transfer", "merge")
"""Steps that the desk has a way of its own for."""


def desk_view(connection: Connection, name: str | None, place: Where, *, at: datetime, reader: Actor) -> DeskView:
    """The desk with one of its lists open."""
    return DeskView(
        list=desk_list_view(connection, name, place, reader=reader),
        grids=shown(grids_of(connection, place.one, at)),
        base=ground(connection, place.one, at),
        may_pin=may(reader, "pin_issue"),
    )


def desk_list_view(connection: Connection, name: str | None, place: Where, *, reader: Actor) -> DeskList:
    """One of the lists: the one that is named, or the first in which something waits."""
    counts = desk_counts(connection, place.code or None)
    chosen = name or next((each for each in LISTS if counts[each]), LISTS[0])
    aliases = alias_proposals(connection, community=place.code or None) if chosen == "doubtful" else []
    return DeskList(
        name=chosen,
        counts=counts,
        matters=tuple(map(_line, desk_list(connection, chosen, place.code or None))),
        aliases=tuple(map(_proposed, aliases)),
        may_settle=may(reader, "settle_alias"),
    )


def chosen_matter(
    connection: Connection, full: IssueInFull, place: Where, settings: Settings, *, reader: Actor
) -> ChosenMatter:
    """A matter with the open ones that it may repeat; its own map is the desk's."""
    alike = duplicates(connection, full.issue.id) if full.issue.status in OPEN else []
    view = issue_view(connection, full, place, settings, reader=reader, mapped=False)
    in_forms = tuple(step for step in view.next_steps if step.name not in APART)
    return ChosenMatter(
        view=replace(view, next_steps=in_forms),
        steps=frozenset(step.name for step in view.next_steps),
        duplicates=tuple(
            Duplicate(str(each.id), excerpt(each.text), each.likeness, each.reported_at) for each in alike
        ),
        may_pin=may(reader, "pin_issue"),
        may_pace=may(reader, "pace_issue"),
        may_part=any(step.name == "part" for step in onward("merged", reader)),
    )


def _line(issue: Issue) -> DeskMatter:
    running = issue.paused_at is None and issue.due_at is not None
    return DeskMatter(
        id=str(issue.id),
        excerpt=excerpt(issue.text),
        reported_at=issue.reported_at,
        topic=issue.topic or "",
        grid_name=issue.grid_name or "",
        hazard=issue.hazard,
        urgency=issue.urgency,
        due_at=issue.due_at if running else None,
        overdue=running and issue.due_at is not None and issue.due_at < datetime.now(UTC),
    )


def _proposed(proposal: AliasProposal) -> ProposedAlias:
    return ProposedAlias(
        id=str(proposal.id),
        words=proposal.words,
        building_name=proposal.building_name,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
    )
