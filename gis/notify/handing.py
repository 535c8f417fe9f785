"""Hands one message to one address, and tells whether it was taken.

Three answers, because a retry is right after one of them only: `taken`; `refused`, where the other side has said no or
was never reached; `unsure`, where it may have had the message (an answer that did not come in time, a connection that
broke). Nothing of an address or a message is logged.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Literal

from gis.errors import Fault, said
from gis.notify.signing import signed_headers

Outcome = Literal["taken", "refused", "unsure"]
CONNECT_S, ANSWER_S, LONGEST_S = 5.0, 10.0, 30.0
LOCAL_KINDS = frozenset({"dbus", "glib", "gnome", "growl", "kde", "macosx", "qt", "syslog", "windows"})
"""What shows a message on the server's own screen or in its own log."""

_NEVER_REACHED = re.compile(
    "Caused by (NewConnectionError|NameResolutionError|ConnectTimeoutError|SSLError|ProxyError)"
    "|Connection refused|Name or service not known|No route to host|Network is unreachable"
)
_SAID_NO = re.compile(r"\berror=-?\d+")


def kind_of(address: str) -> str:
    """The kind of an Apprise address (`wecombot`, `mailtos`, `json`); empty for one that Apprise does not take."""
    kind = address.strip().partition("://")[0].lower()
    return kind if kind not in LOCAL_KINDS and _apprise().instantiate(address.strip(), suppress_exceptions=True) else ""


def faults_of_url(url: str) -> list[Fault]:
    """What is wrong with the address of a webhook."""
    if len(url) > 2000 or not re.fullmatch(r"https?://[^\s/?#@]+([/?][^\s#]*)?", url):
        return [Fault("url", "not_a_url", said("must be http(s)://host/… without a user, a password and a fragment"))]
    return []


def by_apprise(address: str, *, subject: str, body: str) -> Outcome:
    """Hand a message to an Apprise address."""
    apprise = _apprise()
    channel = apprise(asset=_asset())
    _hush_urllib3()
    if not channel.add(address):
        return "refused"
    with _Heard() as heard:
        # As plain text, so that a channel that takes HTML or Markdown gets it escaped.
        taken = channel.notify(title=subject, body=body, body_format="text")
    return "taken" if taken else heard.outcome


def by_webhook(url: str, body: bytes, *, id: str, at_s: int, valid: Sequence[str]) -> Outcome:
    """Hand a signed message to another system. What it answers beside its status is not read."""
    import requests

    _hush_urllib3()
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "dualgrid"}
    headers |= signed_headers(body, id=id, at_s=at_s, valid=valid)
    try:
        # A redirect would take the message to an address that nobody has chosen.
        with requests.post(
            url, data=body, headers=headers, timeout=(CONNECT_S, ANSWER_S), allow_redirects=False, stream=True
        ) as answer:
            return "taken" if 200 <= answer.status_code < 300 else "refused"
    except requests.RequestException as error:
        return "refused" if _NEVER_REACHED.search(str(error)) else "unsure"


def _apprise() -> Any:
    from apprise import Apprise  # here, because it takes a third of a second and most homes have no channel

    logging.getLogger("apprise").propagate = False  # what it says holds addresses
    return Apprise


def _hush_urllib3() -> None:
    """It says the path of each request, which is a secret of most messengers, to whoever wants to know all."""
    logging.getLogger("urllib3").setLevel(logging.INFO)


def _asset() -> Any:
    from apprise import AppriseAsset

    return AppriseAsset(
        async_mode=False, http_redirects=False, service_timeout=LONGEST_S, app_id="dualgrid", app_desc="dualgrid"
    )


class _Heard:
    """What Apprise logs while a block sends, which alone tells why a message was not taken. Nothing of it is kept.

    Apprise may send in a thread of its own; it takes the block's context there.
    """

    _current: ContextVar[_Heard | None] = ContextVar("heard", default=None)

    def __init__(self) -> None:
        self.outcome: Outcome = "unsure"

    def __enter__(self) -> _Heard:
        log = logging.getLogger("apprise")
        log.setLevel(logging.DEBUG)
        log.addHandler(_listener)  # once, however often it is added
        self._before = self._current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._current.reset(self._before)

    @classmethod
    def listen(cls, record: logging.LogRecord) -> None:
        heard = cls._current.get()
        if heard is None:
            return
        told = record.getMessage()
        said_no = record.levelno >= logging.WARNING and _SAID_NO.search(told)
        if said_no or (told.startswith("Socket Exception") and _NEVER_REACHED.search(told)):
            heard.outcome = "refused"


class _Listener(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _Heard.listen(record)


_listener = _Listener(logging.DEBUG)
