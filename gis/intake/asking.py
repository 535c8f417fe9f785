"""What somebody who has reported by chat asks afterwards: how far it is; that it is settled, or is not.

    进度 123        查询        满意 123        没解决 123 还在漏        事项 123        123 满意，谢谢

Only short words of this form are taken so; all else is a report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gis.intake.conversation_matters import is_courtesy

Want = Literal["progress", "confirm", "object"]

_WORDS: dict[str, Want] = {
    "进度": "progress",
    "查进度": "progress",
    "查询": "progress",
    "查询进度": "progress",
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
_SIGN = r"[\s:,.#、。!?~～]"
_NUMBER = r"(?:(?:事项|matter)\s*)?#?(?P<{}>[0-9]{{1,18}})"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_FORM = re.compile(
    rf"(?:{_NUMBER.format('before')}{_SIGN}*)?(?P<word>{_WORD})(?:{_SIGN}*{_NUMBER.format('after')})?"
    rf"(?:$|{_SIGN}+)(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ONLY_NUMBER = re.compile(
    rf"(?:(?P<named>事项|matter)\s*)?#?(?P<number>[0-9]{{1,18}}){_SIGN}*", re.IGNORECASE | re.ASCII
)
_OF_A_PLACE = re.compile(r"[号栋幢楼层单室]")
_QUOTES = "“”\"'「」"
# Sign for sign, so that what is found in the narrow text stands at the same place in the one that was sent.
_NARROW: dict[int, int] = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5E)} | {0x3000: 0x20}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of the matter with a number, or of the only one that it can mean; `note` is the objection.

    Where it is not `sure` it is asked only if a matter of the sender's own fits it, and else is a report.
    """

    want: Want
    number: int | None = None
    note: str = ""
    sure: bool = True


def asked_of(text: str) -> Asked | None:
    """What a text asks; None if it is a report. Width and case of letters and digits do not matter."""
    sent = text.strip().strip(_QUOTES).strip()
    narrow = sent.translate(_NARROW)
    if alone := _ONLY_NUMBER.fullmatch(narrow):
        return Asked("progress", int(alone["number"]), sure=alone["named"] is not None)
    found = _FORM.fullmatch(narrow)
    if found is None or (found["before"] and found["after"]):
        return None
    want, number, rest = _WORDS[found["word"].lower()], found["before"] or found["after"], sent[found.start("rest") :]
    if found["after"] and _OF_A_PLACE.match(rest):  # 没解决 3 栋还在漏
        number, rest = None, sent[found.start("after") :]
    if is_courtesy(rest):
        return Asked(want, int(number) if number else None)
    if want != "object":
        return None
    return Asked(want, int(number) if number else None, rest.strip(), sure=number is not None)
