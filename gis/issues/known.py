"""Which reports were recorded before: a sender that heard no answer sends again, and is told of the first issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text

from gis.actor import SYSTEM
from gis.errors import Conflict, said
from gis.issues.report import Answer, IssueReport
from gis.security.masking import masked_words
from gis.storage.session import acting
from gis.storage.tables import area, issue

_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(origin, 0)) FROM unnest(CAST(:origins AS text[])) AS origin"
)


def known_before(connection: Connection, reports: Sequence[IssueReport]) -> dict[int, Answer]:
    """The answers to those of the reports that were recorded before, by their places.

    From here on, nobody else records what is of the same origins until the transaction ends.
    """
    origins = sorted({report.origin for report in reports if report.origin is not None})
    if not origins:
        return {}
    # Sorted, so that two who record many do not wait for each other in a circle.
    connection.execute(_ONE_AT_A_TIME, {"origins": ["\n".join(origin) for origin in origins]})
    query = (
        select(issue.c.id, issue.c.source, issue.c.external_id, area.c.code, issue.c.text)
        .outerjoin(area, area.c.id == issue.c.community_id)
        .where(
            issue.c.source == func.any(sorted({source for source, _ in origins})),
            issue.c.external_id == func.any(sorted({external_id for _, external_id in origins})),
        )
        .order_by(issue.c.id)
    )
    with acting(connection, SYSTEM):
        stored = connection.execute(query).all()
    firsts: dict[int, Any] = {}
    for at, report in enumerate(reports):
        same = (row for row in stored if (row.source, row.external_id) == report.origin)
        first = next((row for row in same if report.community in (None, "", row.code)), None)
        if first is not None:
            firsts[at] = first
    return _told(connection, firsts, reports) if firsts else {}


def _told(connection: Connection, firsts: Mapping[int, Any], reports: Sequence[IssueReport]) -> dict[int, Answer]:
    """The first issues as answers: to who sees them, and to who has said just the same."""
    ids = [row.id for row in firsts.values()]
    seen = set(connection.scalars(select(issue.c.id).where(issue.c.id == func.any(ids))))
    return {
        at: (row.id, False)
        if row.id in seen or row.text == masked_words(reports[at].text)
        else Conflict(
            said("Another issue was reported with the id {external_id!r} before.", external_id=reports[at].external_id)
        )
        for at, row in firsts.items()
    }
