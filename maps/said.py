"""The filters in force, in words: for what leaves the screen and has no filter bar beside it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from maps.filters import Filters
from maps.language import N_, Words
from maps.words import Kind, name_of


def filters_in_words(filters: Filters, words: Words, clock: ZoneInfo, *, grid_name: str = "") -> tuple[str, ...]:
    """One phrase for each filter; the time always, also where it is all time."""
    named: list[tuple[Kind, str]] = [
        ("topic", filters.topic),
        ("status", filters.status),
        ("source", filters.source),
        ("due", filters.due),
        ("level", filters.level),
        ("way", filters.way),
    ]
    phrases = [_time(filters, words, clock)]
    phrases += [each for each in (grid_name or filters.grid, filters.group) if each]
    phrases += [name_of(kind, value, words) for kind, value in named if value]
    if filters.hazard:
        phrases.append(words.gettext(N_("Hazards only")))
    if filters.no_place:
        phrases.append(words.gettext(N_("Without a place")))
    if filters.words:
        phrases.append(words.gettext(N_("“%(words)s”")) % {"words": filters.words})
    return tuple(phrases)


def _time(filters: Filters, words: Words, clock: ZoneInfo) -> str:
    since = words.day(filters.since, clock) if filters.since else ""
    until = words.day(filters.until, clock) if filters.until else ""
    if since and until:
        return since if since == until else f"{since} – {until}"
    if since:
        return words.gettext(N_("Since %(day)s")) % {"day": since}
    return words.gettext(N_("Until %(day)s")) % {"day": until} if until else words.gettext(N_("All time"))
