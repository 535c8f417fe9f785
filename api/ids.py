"""Ids in paths."""

from __future__ import annotations

from gis.errors import NotFound

LARGEST = 2**63 - 1


def row_id(given: str, what: str) -> int:
    """The id in a path. Raises NotFound for what cannot be one."""
    if not (given.isascii() and given.isdecimal() and len(given) <= 19 and int(given) <= LARGEST):
        raise NotFound(f"There is no {what} {given!r}.")
    return int(given)
