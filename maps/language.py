"""The interface in Chinese and English, from message catalogues.

Message ids are English; `locale/<language>/messages.po` holds what is shown. The catalogues are read
as they are when first used: no compiled file that could lag behind.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALES = Path(__file__).parent / "locale"


def N_(message: str) -> str:  # noqa: N802
    """Mark a message for the catalogues where it is named, to be translated where it is shown."""
    return message


@cache
def catalogue(language: Language) -> Catalog:
    """All messages of one language."""
    with (LOCALES / language / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


class Words:
    """Messages, numbers and dates as one language writes them."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._catalogue = catalogue(language)
        self._locale = "zh_Hans_CN" if language == "zh" else "en_GB"

    def gettext(self, message: str) -> str:
        """The message in this language; itself if the catalogue lacks it."""
        found = self._catalogue.get(message)
        return str(found.string) if found and found.string else message

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form of a message that fits `n`."""
        found = self._catalogue.get(one)
        forms = found.string if found else None
        if not isinstance(forms, tuple) or not all(forms):
            return one if n == 1 else many
        return forms[0] if n == 1 else forms[-1]

    def number(self, value: float, *, digits: int = 0) -> str:
        """1,234 or, with `digits`, 12.5."""
        return format_decimal(round(value, digits), locale=self._locale)

    def share(self, part: float, whole: float) -> str:
        """A part of a whole in full percent; an em dash where there is no whole."""
        if whole == 0:
            return "—"
        percent = 100 * part / whole
        return "<1%" if 0 < percent < 1 else f"{round(percent)}%"

    def times(self, ratio: float) -> str:
        """How much more or less by a ratio: +50%, −20%, from 3 times on as it is; ∞ after nothing."""
        if ratio == float("inf"):
            return "∞"
        if ratio >= 3:
            return f"×{self.number(ratio, digits=1)}"
        percent = round(100 * (ratio - 1))
        return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)}%"

    def took(self, value: timedelta) -> str:
        """A length of time in its one fitting unit: 35分钟, 40小时, 3天."""
        return format_timedelta(value, locale=self._locale, threshold=2, granularity="minute")

    def day(self, value: date, clock: ZoneInfo) -> str:
        """A day; of a moment, the day by this clock."""
        moment = value.astimezone(clock) if isinstance(value, datetime) else value
        return format_date(moment, "y年M月d日" if self.language == "zh" else "d MMM y", locale=self._locale)

    def moment(self, value: datetime, clock: ZoneInfo) -> str:
        """A day and the minute in it, by this clock."""
        pattern = "y年M月d日 HH:mm" if self.language == "zh" else "d MMM y, HH:mm"
        return format_datetime(value, pattern, tzinfo=clock, locale=self._locale)


@cache
def words(language: Language) -> Words:
    """The words of one language."""
    return Words(language)
