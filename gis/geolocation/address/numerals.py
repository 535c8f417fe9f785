"""The numbers of an address in plain digits and letters, however they were written."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "幺": 1}
_TENS = {"十": 10, "廿": 20, "卅": 30, "百": 100}

NUMERALS = "".join(_DIGITS) + "".join(_TENS)
"""Characters that Chinese numerals below 1,000 are written with."""

_NUMERAL = re.compile(f"[{NUMERALS}]+")
_LEVEL = re.compile(r"(?:负|地下|-|b)(\d+)(?:楼|层|f)?|地下室?", re.IGNORECASE)
_PLAIN = re.compile(r"[^0-9A-Z-]")
_NAMED = re.compile("[东南西北中甲乙丙丁戊]")


def integer(numeral: str) -> int:
    """The value of a Chinese numeral below 1,000; digit by digit where no ten or hundred is in it (二〇三)."""
    if not any(c in _TENS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in ("十", "百"):
            total += (digit or (0 if c == "十" and total % 100 else 1)) * _TENS[c]
            digit = 0
        elif c in _TENS:
            total += _TENS[c]
        else:
            digit = _DIGITS[c]
    return total + digit


def in_digits(text: str) -> str:
    """A text with its Chinese numerals written in digits."""
    return _NUMERAL.sub(lambda match: str(integer(match.group())), text)


def number(text: str) -> str:
    """The number that a part states: digits, capital letters, hyphens between them; 甲 or 东 where it is named so.

    Leading zeros are dropped. Where no number is in it, the text itself.
    """
    digits = in_digits(text).upper()
    plain = _PLAIN.sub("", digits).strip("-")
    plain = re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain) if plain else "".join(_NAMED.findall(digits))
    return plain or text


def level(text: str) -> str:
    """The number of a floor; below ground it is negative (负一楼, B1, 地下二层)."""
    below = _LEVEL.match(in_digits(text))
    if below:
        return f"-{int(below.group(1) or 1)}"
    return number(re.sub("[Ff]$", "", text)) if len(text) > 1 else number(text)
