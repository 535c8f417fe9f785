"""Keeps a spreadsheet from running what residents wrote.

A cell that begins with = + - or @ (in East Asian versions also full-width) is a formula to Excel and its like; a tab or
a line end before it may be passed over. Exports put an apostrophe before such text, and imports take it off again; text
that has apostrophes before such a character gets one more, so that nothing is lost.
"""

from __future__ import annotations

import re

BEGINNINGS = "=+\\-@\t\r\n＝＋－＠"
"""As they stand between the brackets of a pattern."""
_DANGEROUS = re.compile(f"'*[{BEGINNINGS}]")
_GUARDED = re.compile(f"'+[{BEGINNINGS}]")


def guard(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguard(cell: str) -> str:
    """The text of a cell that `guard` made; other cells as they are."""
    return cell[1:] if _GUARDED.match(cell) else cell
