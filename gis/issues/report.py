"""What somebody reports, in one shape, whatever it came by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gis.crs import GivenDatum
from gis.errors import GisError

CLOCKS_DIFFER = timedelta(days=1)
"""How far a sender's clock may be ahead of ours; a time beyond that is a mistake, not a report."""


Origin = tuple[str, str]
"""The source of an issue, and its id there."""
Recorded = tuple[int, bool]
"""The id of a report's issue, and whether it is new."""
Answer = Recorded | GisError
"""What becomes of a report, or why nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueReport:
    """One incoming issue, as its sender gave it; nothing in it has been looked up yet.

    `building_id`, `group` and `community` are the codes by which their owners know them. Times
    have a zone. The last five tell how it went before it came here.
    """

    text: str
    source: str
    reported_at: datetime
    external_id: str | None = None
    community: str | None = None
    lon: float | None = None
    lat: float | None = None
    crs: GivenDatum = "wgs84"
    accuracy_m: float | None = None
    address: str | None = None
    building_id: str | None = None
    group: str | None = None
    reporter_name: str | None = None
    reporter_phone: str | None = None
    line: str | None = None
    topic: str | None = None
    hazard: bool | None = None
    status: str = "reported"
    closed_at: datetime | None = None
    first_answered_at: datetime | None = None
    settled_level: str | None = None
    settled_way: str | None = None

    @property
    def origin(self) -> Origin | None:
        """By what it is known again, if it has an id."""
        return (self.source, self.external_id) if self.external_id is not None else None
