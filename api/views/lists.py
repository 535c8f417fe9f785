"""Matters as lists show them."""

from __future__ import annotations

from gis.issues.query import Issue
from maps.pages.matters import ListedMatter

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
