"""Ids in paths."""

from __future__ import annotations

from gis.errors import NotFound, Term, said
from gis.storage.tables import LARGEST_ID


def row_id(given: str, what: str) -> int:
    """The id in a path. Raises NotFound for what cannot be one."""
    if not (given.isascii() and given.isdecimal() and len(given) <= 19 and int(given) <= LARGEST_ID):
        raise NotFound(said("There is no {what} {given!r}.", what=Term("thing", what), given=given))
    return int(given)
