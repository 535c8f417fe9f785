"""What a change says that it relies on: the version of what was looked at, as its ETag and If-Match."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from gis.errors import Fault, InvalidInput, Unconditional, said

IfMatch = Annotated[str | None, Header(description="The ETag (or version) of what was looked at; * for any")]


def etag(version: int) -> str:
    return f'"{version}"'


def needed_version(if_match: str | None) -> int | None:
    """As `version_of`, where a change has to name one. Raises `Unconditional` if there is none."""
    if if_match is None:
        raise Unconditional(said("Send the ETag of what you saw as If-Match: it may have changed meanwhile."))
    return version_of(if_match)


def version_of(if_match: str | None) -> int | None:
    """The version that an If-Match names; None for `*` and where there is none."""
    if if_match is None or if_match.strip() == "*":
        return None
    named = re.fullmatch(r'\s*(?:W/)?"?([0-9]{1,9})"?\s*', if_match)
    if named is None:
        raise InvalidInput([Fault("If-Match", "bad_form", said("must be an ETag that it came with"))])
    return int(named[1])
