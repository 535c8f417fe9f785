"""What somebody who has reported by chat asks afterwards: how far it is; that it is settled, or is not.

    进度 123        查询        满意 123        没解决 123 还在漏

Only short words of this form are taken so; all else is a report.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Want = Literal["progress", "confirm", "object"]

_WORDS: dict[str, Want] = {
    "进度": "progress",
    "查进度": "progress",
    "查询": "progress",
    "status": "progress",
    "满意": "confirm",
    "确认": "confirm",
    "settled": "confirm",
    "不满意": "object",
    "没解决": "object",
    "没有解决": "object",
    "未解决": "object",
    "not settled": "object",
}
_BETWEEN = r"[\s:,.#、。]*"
_FORM = re.compile(
    rf"(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}){_BETWEEN}"
    rf"(?:(?P<number>[0-9]{{1,18}})(?:$|[\s:,.、。]+)(?P<rest>.*))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of the matter with a number, or of the only one that it can mean; `note` is the objection."""

    want: Want
    number: int | None = None
    note: str = ""


def asked_of(text: str) -> Asked | None:
    """What a text asks; None if it is a report. Width and case of letters and digits do not matter."""
    found = _FORM.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if found is None:
        return None
    want, number, rest = _WORDS[found["word"]], found["number"], (found["rest"] or "").strip()
    if rest and want != "object":
        return None
    return Asked(want, int(number) if number else None, rest)
