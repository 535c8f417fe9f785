"""The filters of a page's address: as a query on issues, and as what the page offers."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field
from sqlalchemy import Connection

from api.moments import begin_of, end_of
from api.schemas.fields import Code, Day, MatterList, Query, Words, none_if_blank
from api.views.place import Where
from gis.actor import Actor
from gis.boundaries.grids import Grid
from gis.issues.filters import STATUS_GROUPS, IssueFilter
from gis.issues.matter_list import unpacked
from gis.issues.search import read_search
from gis.issues.summary import latest_report
from gis.issues.taxonomy import known_topics, lines
from gis.storage.tables import STATUSES
from maps.filters import Choice, Choices, Filters
from maps.words import NAMES


class PageQuery(Query):
    """What narrows a page. A form sends every field, chosen or not: blank is the same as not given."""

    model_config = ConfigDict(extra="ignore")

    community: Code = None
    grid: Code = None
    group: Code = None
    line: Code = None
    topic: Code = None
    status: Code = None
    hazard: Annotated[bool | None, BeforeValidator(none_if_blank)] = None
    source: Code = None
    since: Day = Field(None, alias="from")
    until: Day = Field(None, alias="to")
    place: Annotated[Literal["none"] | None, BeforeValidator(none_if_blank)] = None
    due: Code = None
    level: Code = None
    way: Code = None
    timed: Code = None
    q: Code = None
    per: Annotated[Literal["households"] | None, BeforeValidator(none_if_blank)] = None
    ids: MatterList = None
    before: Words | None = None


class DensityQuery(PageQuery):
    """The density page; `part` is `figures` for what follows the filters, without the page around it."""

    part: Literal["figures"] | None = None


def filters_of(asked: PageQuery, place: Where) -> Filters:
    """The filters in force, as the page tells them."""
    return Filters(
        community=place.code,
        topic=asked.topic or "",
        status=asked.status or "",
        hazard=bool(asked.hazard),
        source=asked.source or "",
        since=asked.since,
        until=asked.until,
        grid=asked.grid or "",
        group=asked.group or "",
        no_place=asked.place == "none",
        due=asked.due or "",
        level=asked.level or "",
        way=asked.way or "",
        line=asked.line or "",
        timed=asked.timed or "",
        words=asked.q or "",
        per=asked.per or "",
        ids=asked.ids or "",
    )


def issue_filter(connection: Connection, filters: Filters, place: Where, reader: Actor) -> IssueFilter:
    """The same filters, as a query asks them; days are those of the community's clock."""
    community = place.one.id if place.one else None
    search = read_search(connection, filters.words, actor=reader, community=community) if filters.words else None
    return IssueFilter(
        community=filters.community or None,
        grid=filters.grid or None,
        group=filters.group or None,
        line=filters.line or None,
        topic=filters.topic or None,
        status=filters.status or None,
        hazard=filters.hazard or None,
        since=begin_of(filters.since, place.zone) if filters.since else None,
        until=end_of(filters.until, place.zone) if filters.until else None,
        source=filters.source or None,
        with_point=False if filters.no_place else None,
        due=filters.due or None,
        level=filters.level or None,
        way=filters.way or None,
        timed=filters.timed or None,
        search=search,
        ids=unpacked(filters.ids) if filters.ids else None,
    )


def choices(connection: Connection, place: Where, found: list[Grid]) -> Choices:
    """What can be chosen. Nothing is counted for it: it costs the same however many issues there are."""
    latest = latest_report(connection, place.one.id) if place.one else None
    return Choices(
        topics=tuple(Choice(topic) for topic in known_topics(connection)),
        statuses=tuple(Choice(status) for status in (*STATUS_GROUPS, *STATUSES)),
        sources=tuple(Choice(source) for source in NAMES["source"]),
        grids=tuple(Choice(grid.code, grid.name) for grid in found),
        lines=tuple(Choice(line.name) for line in lines(connection)),
        latest=latest.astimezone(ZoneInfo(place.zone)).date() if latest else None,
    )
