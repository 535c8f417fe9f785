"""Matters as lists show them, and what `/queue` shows."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection

from api.cursors import issue_cursor, issue_place
from api.views.doubt import Stored, doubt_of
from api.views.filtering import PageQuery
from api.views.place import Where, grids_of, ground, shown
from gis.actor import Actor
from gis.issues.filters import IssueFilter
from gis.issues.query import Issue, issues, receipts
from gis.issues.summary import summary
from gis.population.aliases import AliasProposal, alias_proposals
from gis.security.permissions import may
from maps.pages.matters import ListedMatter
from maps.pages.queue import ProposedAlias, QueuedMatter, QueueView

A_PAGE = 50
EXCERPT_CHARACTERS = 160


def excerpt(text: str) -> str:
    """As much of a text as a list shows."""
    return f"{text[:EXCERPT_CHARACTERS]}…" if len(text) > EXCERPT_CHARACTERS else text


def listed(issue: Issue) -> ListedMatter:
    """An issue as a line of a list."""
    return ListedMatter(
        id=str(issue.id),
        excerpt=excerpt(issue.text),
        topic=issue.topic or "",
        status=issue.status,
        reported_at=issue.reported_at,
        grid_name=issue.grid_name or "",
        hazard=issue.hazard,
    )


def queue_view(connection: Connection, asked: PageQuery, place: Where, *, at: datetime, reader: Actor) -> QueueView:
    """The open issues without a grid or in doubt, oldest first, and what buildings are proposed to be called.

    Also those of no community: nobody would see them otherwise.
    """
    chosen = IssueFilter(community=place.code or None, or_no_community=True, status="open", needs_person=True)
    found, end = issues(
        connection, chosen, limit=A_PAGE, after=issue_place(asked.after, field="after"), oldest_first=True
    )
    doubtful = receipts(connection, [each.id for each in found if each.doubt])
    return QueueView(
        total=summary(connection, chosen).total.issues,
        matters=tuple(_queued(each, doubtful.get(each.id, {})) for each in found),
        grids=shown(grids_of(connection, place.one, at)),
        base=ground(connection, place.one, at),
        aliases=tuple(map(_proposed, alias_proposals(connection, community=place.code or None))),
        may_pin=may(reader, "pin_issue"),
        may_settle=may(reader, "settle_alias"),
        later=issue_cursor(end) if end else "",
    )


def _queued(issue: Issue, receipt: Stored) -> QueuedMatter:
    point = json.loads(issue.geometry)["coordinates"] if issue.geometry else None
    return QueuedMatter(
        id=str(issue.id),
        text=issue.text,
        source=issue.source,
        reported_at=issue.reported_at,
        topic=issue.topic or "",
        hazard=issue.hazard,
        address=issue.address or "",
        group_name=issue.group_name or "",
        point=(point[0], point[1]) if point else None,
        doubt=doubt_of(receipt),
    )


def _proposed(proposal: AliasProposal) -> ProposedAlias:
    return ProposedAlias(
        id=str(proposal.id),
        words=proposal.words,
        building_name=proposal.building_name,
        proposed_by=proposal.proposed_by,
        proposed_at=proposal.proposed_at,
    )
