"""Keeps a spreadsheet from running what residents wrote.

A cell that begins with = + - or @ is a formula to Excel and its like. Exports put an apostrophe before
such text, and imports take it off again; text that has apostrophes before such a character gets one more, so
that nothing is lost.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guard(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguard(cell: str) -> str:
    """The text of a cell that `guard` made; other cells as they are."""
    return cell[1:] if _GUARDED.match(cell) else cell
