"""Where a page ends, as one opaque word that the next request hands back."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from gis.errors import Fault, InvalidInput, said
from gis.issues.query import Place
from gis.storage.tables import LARGEST_ID

_BETWEEN = "\x1f"


def issue_cursor(place: Place) -> str:
    """A place among issues."""
    return _encode(place[0].isoformat(), str(place[1]))


def issue_place(word: str | None, *, field: str = "after") -> Place | None:
    """The place that `issue_cursor` was given. Raises InvalidInput, at `field`, for any other word."""
    if not word:
        return None
    try:
        moment, issue_id = _decode(word)
        place = datetime.fromisoformat(moment).astimezone(UTC), int(issue_id)
    except (ValueError, OverflowError):
        raise _bad(field) from None
    if abs(place[1]) > LARGEST_ID:
        raise _bad(field)
    return place


def code_cursor(community: str, code: str) -> str:
    """A place among things that have codes in communities."""
    return _encode(community, code)


def code_place(word: str | None, *, field: str = "after") -> tuple[str, str] | None:
    """The place that `code_cursor` was given. Raises InvalidInput, at `field`, for any other word."""
    if not word:
        return None
    try:
        community, code = _decode(word)
    except ValueError:
        raise _bad(field) from None
    return community, code


def _encode(*parts: str) -> str:
    return base64.urlsafe_b64encode(_BETWEEN.join(parts).encode()).decode().rstrip("=")


def _decode(word: str) -> list[str]:
    text = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)).decode()
    if "\x00" in text:
        raise ValueError(text)
    return text.split(_BETWEEN)


def _bad(field: str) -> InvalidInput:
    return InvalidInput([Fault(field, "bad_cursor", said("is not a place that this service gave out"))])
