"""The shell that every page shares, and how a page is rendered.

A page is a template, the reader's `Shell`, and plain data. Jinja escapes everything that it is given; the
two things that are not text (a map's element and script) come from `maps.assets.embed` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from gis.actor import AccountRole
from maps import palettes
from maps.base_tiles import BaseTiles
from maps.filters import Choice
from maps.language import N_, Language, words
from maps.words import Kind, name_of

LANGUAGE_COOKIE = "lang"
SEES_DASHBOARD: frozenset[AccountRole] = frozenset({"admin", "dispatcher", "official"})
"""Who begins at the dashboard."""

MAP_WORDS = {
    "worker": N_("Grid worker"),
    "colon": N_(": "),
    "between": N_("; "),
    "vacant": N_("vacant"),
    "matters": N_("Matters"),
    "open": N_("Open"),
    "hazards": N_("Hazards"),
    "only": N_("Only this grid"),
    "list": N_("Its matters"),
    "zoomIn": N_("Zoom in"),
    "zoomOut": N_("Zoom out"),
    "noTiles": N_("The base map does not answer."),
    "place": N_("Click its place on the map."),
    "inGrid": N_("This place is in:"),
    "outside": N_("This place is outside every grid."),
    "saving": N_("Saving…"),
    "noGrid": N_("No grid"),
    "accepted": N_("Accepted. Messages are read so from now on."),
    "decidedAgain": N_("Matters that waited and have their place by it:"),
    "rejected": N_("Rejected. It will not be proposed again."),
    "saved": N_("Located. It goes to …"),
    "transferred": N_("Transferred to …"),
    "merged": N_("Merged; both reporters will be answered."),
    "urgencySet": N_("The urgency is changed, and the deadline with it."),
    "undone": N_("Undone."),
    "undoNote": N_("Undone at the desk"),
    "overtaken": N_("Somebody has just changed this matter. It is shown as it is now."),
    "failed": N_("It was not saved"),
    "toldAnew": N_("The figures are up to date."),
    "unreachable": N_("The service does not answer. Try again."),
}
"""What the pages' scripts say, by the names that they use; … stands for what they put in."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in. `pastes`: whether this account may take matters from chats."""

    name: str
    role: AccountRole
    pastes: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page needs to know of its reader and of where it is.

    `nonce` is fresh for each response and goes into `content_security_policy` too. `path` and `query` are those
    of the request. `tiles` are the operator's base map. `csrf_token` is what its forms and scripts send back with a
    change. `synthetic` says that the community shown is invented; `time_zone` is its clock.
    """

    language: Language
    nonce: str
    path: str = "/"
    query: str = ""
    csrf_token: str = ""
    account: Account | None = None
    tiles: BaseTiles | None = None
    community: str = ""
    communities: tuple[Choice, ...] = ()
    synthetic: bool = False
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))

    @property
    def sees_dashboard(self) -> bool:
        return self.account is not None and self.account.role in SEES_DASHBOARD

    @property
    def community_name(self) -> str:
        """The name of the community looked at."""
        return next((each.name for each in self.communities if each.value == self.community), self.community)

    def in_language(self, language: Language) -> str:
        """This same page in another language."""
        kept = [(name, value) for name, value in parse_qsl(self.query) if name != "lang"]
        return f"{self.path}?{urlencode([*kept, ('lang', language)])}"

    def within(self, path: str) -> str:
        """Another page, of the community looked at."""
        return f"{path}?{urlencode({'community': self.community})}" if self.community else path


def content_security_policy(nonce: str, tile_hosts: Sequence[str] = ()) -> str:
    """The policy under which every page works: own files only, and scripts that carry the response's nonce.

    Images may be `data:` addresses, because the density surface is painted in the browser, and come from the hosts
    of the base map that the operator has set.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            " ".join(("img-src 'self' data:", *tile_hosts)),
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@cache
def _environment(language: Language) -> Environment:
    spoken = words(language)
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("maps"), PackageLoader("maps.sheets")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]

    def named(value: str | None, kind: Kind) -> str:
        return name_of(kind, value, spoken)

    @pass_context
    def day(context: Context, value: date) -> str:
        return spoken.day(value, context["shell"].time_zone)

    @pass_context
    def moment(context: Context, value: datetime) -> str:
        return spoken.moment(value, context["shell"].time_zone)

    environment.filters.update(
        named=named,
        number=spoken.number,
        took=spoken.took,
        took_hours=lambda hours: spoken.took(timedelta(hours=hours)),
        times=spoken.times,
        day=day,
        moment=moment,
        topic_class=palettes.topic_class,
    )
    environment.globals.update(share=spoken.share, data_colours=palettes.stylesheet())
    environment.globals["map_words"] = {name: spoken.gettext(message) for name, message in MAP_WORDS.items()}
    environment.globals["icons"] = environment.get_template("icons.html").module
    return environment


def render(template: str, *, shell: Shell, **data: Any) -> str:
    """One page as HTML. `data` are the template's names; a name that it lacks raises."""
    return _environment(shell.language).get_template(template).render(shell=shell, **data)
