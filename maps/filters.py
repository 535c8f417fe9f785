"""What a reader has narrowed a page to. It lives in the address, so that a view can be sent to a colleague.

The parameters are `community`, `line`, `topic`, `status`, `hazard` (`true`), `source`, `from`, `to` (days, both
included), `grid` and `group` (their codes), `place` (`none`: matters without a point), `due`, `level`, `way` and
`timed` (as the API names them) and `q` (what was typed into the search box); pages and the API share them. A blank asks
for nothing, `-` for matters without a grid, line, topic, level or way. `per` (`households`) narrows nothing: it says
what maps relate matters to, instead of to the ground. `ids` are matters one by one, as `gis.issues.matter_list` packs
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

PRESET_DAYS = (30, 90)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a filter can take; `name` where the value is not known to `maps.words`."""

    value: str
    name: str = ""
    matters: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen with the data at hand. `latest` is the day of the latest matter; periods are counted back from
    it, or from `today` where that is given."""

    topics: tuple[Choice, ...] = ()
    statuses: tuple[Choice, ...] = ()
    sources: tuple[Choice, ...] = ()
    grids: tuple[Choice, ...] = ()
    lines: tuple[Choice, ...] = ()
    latest: date | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The narrowing in force; empty means all."""

    community: str = ""
    topic: str = ""
    status: str = ""
    hazard: bool = False
    source: str = ""
    since: date | None = None
    until: date | None = None
    grid: str = ""
    no_place: bool = False
    due: str = ""
    level: str = ""
    way: str = ""
    words: str = ""
    group: str = ""
    line: str = ""
    timed: str = ""
    per: str = ""
    ids: str = ""

    def query(self, **changes: Any) -> str:
        """These filters with some changed, as the query of an address; begins with `?`."""
        return "?" + urlencode(self.fields(**changes))

    def fields(self, **changes: Any) -> list[tuple[str, str]]:
        """These filters with some changed, as a form sends them: names and values."""
        changed = replace(self, **changes)
        values = {
            "community": changed.community,
            "grid": changed.grid,
            "group": changed.group,
            "line": changed.line,
            "topic": changed.topic,
            "status": changed.status,
            "hazard": "true" if changed.hazard else "",
            "source": changed.source,
            "from": changed.since.isoformat() if changed.since else "",
            "place": "none" if changed.no_place else "",
            "to": changed.until.isoformat() if changed.until else "",
            "due": changed.due,
            "level": changed.level,
            "way": changed.way,
            "timed": changed.timed,
            "q": changed.words,
            "per": changed.per,
            "ids": changed.ids,
        }
        return [(name, value) for name, value in values.items() if value]

    def all_of(self) -> str:
        """The address of everything in the same community."""
        return Filters(community=self.community, per=self.per).query()

    @property
    def narrowed(self) -> bool:
        """Whether anything but the community is chosen."""
        return replace(self, per="") != Filters(community=self.community)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that a reader can choose with one tap, counted back from the latest matter."""

    days: int
    query: str
    chosen: bool
    since: date = field(default=date.min)


def periods(filters: Filters, choices: Choices, *, until: bool = False) -> tuple[Period, ...]:
    """The presets; empty while there is no matter to count back from. `until` names their last day too."""
    last = choices.today or choices.latest
    if last is None:
        return ()
    found = []
    for days in PRESET_DAYS:
        since = last - timedelta(days=days - 1)
        chosen = filters.since == since and filters.until in (None, last)
        found.append(Period(days, filters.query(since=since, until=last if until else None), chosen, since))
    return tuple(found)
