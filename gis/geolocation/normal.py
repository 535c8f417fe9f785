"""One spelling for the many ways in which residents write a place.

`normal` folds full-width and circled forms, case and white space; turns Chinese numerals into digits where
a word for a part of a building follows (十三栋 -> 13栋, but 三八路 stays); and writes 幢, 号楼, 座, # as 栋.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百]+(?=号楼|栋|幢|座|单元|号|楼|层|室|#)")
_BUILDING = re.compile(r"(\d+)(?:号楼|幢|座|#楼|#|号栋)")


def normal(text: str) -> str:
    """The normal spelling of a text. Applying it twice changes nothing more."""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).lower())
    counted = _NUMERAL.sub(lambda match: str(_number(match.group())), folded)
    return _BUILDING.sub(r"\1栋", counted)


def _number(numeral: str) -> int:
    """The value of a Chinese numeral below 1,000; digit by digit where no 十 or 百 stands in it (二〇三)."""
    if not re.search("[十百]", numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit
