"""Names, numbers and words as those see them who need not know them.

A mask keeps the length of what it covers wherever it stands among other words, so that what points into a text
still points at the same place. Masking what is masked changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from gis.security.numbers import is_id_number

MASK = "*"
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_GAP = "[ \\-–—.·•\u200b\u2060]{0,3}"
_PLATE = re.compile(
    rf"[{_PROVINCES}]{_GAP}[A-Za-z]{_GAP}(?=(?:[A-Za-z]*[0-9]){{3}})"
    r"(?:[A-Za-z0-9]{6}|[A-Za-z0-9]{5}|[A-Za-z0-9]{4}[学警港澳挂试超领使])(?![A-Za-z0-9])"
)
_ID_NUMBER = re.compile(
    rf"(?<![0-9])(?:[1-9][0-9]{{5}}{_GAP}[0-9]{{8}}{_GAP}[0-9]{{3}}[0-9Xx]"
    rf"|[1-9][0-9]{{3}}(?:{_GAP}[0-9]{{4}}){{3}}{_GAP}[0-9][0-9Xx])(?![0-9])"
)
_MOBILE = re.compile(
    r"(?<![0-9])(?:"
    rf"1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}"
    rf"|1[3-9][0-9]{_GAP}[0-9]{{3}}{_GAP}[0-9]{{5}}"
    rf"|1[3-9][0-9]{{2}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}"
    rf"|1[3-9][0-9]{{3}}{_GAP}[0-9]{{6}}"
    rf"|1[3-9][0-9](?:{_GAP}[0-9]{{2}}){{4}}"
    r")(?![0-9])"
    # With the country code the run is longer, and still one number.
    rf"|(?<![0-9])(?:\+|00)?86{_GAP}(1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}})(?![0-9])"
)
_LANDLINE = re.compile(
    rf"(?<![0-9])\(?0(?:10|2[0-9]|[3-9][0-9]{{2}})\)?{_GAP}([2-9][0-9]{{2,3}}{_GAP}[0-9]{{4}})(?![0-9])"
)
_MAY_HOLD_NUMBERS = re.compile(rf"[0-9](?:[^0-9]{{0,4}}[0-9]){{9}}|[{_PROVINCES}]{_GAP}[A-Za-z]")
"""Ten digits near each other, or how a plate begins: most texts have neither, and are done with."""


class _Narrow(dict[int, str]):
    """Each character's narrow ASCII form, where it has one of the same length; worked out once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = unicodedata.decimal(character, None)
        narrow = str(digit) if digit is not None else unicodedata.normalize("NFKC", character)
        self[code] = narrow if len(narrow) == 1 and narrow.isascii() else character
        return self[code]


_NARROW = _Narrow()


def masked_words(text: str) -> str:
    """A text with its phone numbers, number plates and identity numbers covered, of the same length.

    An identity number has 18 characters with the right check digit; a mobile number 11 digits from 13 on,
    also in groups; a landline its area code before it. A longer run of digits is none of them. Full-width digits are
    read as digits.
    """
    while (masked := _masked_once(text)) != text:
        text = masked
    return text


def masked_throughout(value: Any) -> Any:
    """JSON-ready data with every text in it masked."""
    if isinstance(value, dict):
        return {name: masked_throughout(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked_throughout(each) for each in value]
    return masked_words(value) if isinstance(value, str) else value


def masked_name(name: str | None) -> str | None:
    """The first character, the rest starred: `张*`."""
    return name[0] + MASK * min(len(name) - 1, 2) if name else None


def masked_phone(phone: str | None) -> str | None:
    """The first three and the last four digits of a long number (`138****5678`), nothing of a short one.

    Of a number with a country code the last eleven digits are taken.
    """
    if not phone:
        return None
    if re.fullmatch(r"(?:[0-9]{3})?\*{4}(?:[0-9]{4})?", phone):
        return phone
    digits = re.sub(r"\D", "", phone)[-11:]
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "****"


def masked_plate(plate: str | None) -> str | None:
    """The province, its letter and the last two characters: `渝A***45`; nothing of what is too short for that."""
    return _covered(plate, 2, 2) if plate else None


def masked_id_number(id_number: str | None) -> str | None:
    """The first four and the last four characters: the region and what tells namesakes apart."""
    return _covered(id_number, 4, 4) if id_number else None


def masked_door(door: str | None) -> str | None:
    """Nothing but how long it is."""
    return MASK * len(door) if door else None


def _masked_once(text: str) -> str:
    plain = text if text.isascii() else text.translate(_NARROW)
    if not _MAY_HOLD_NUMBERS.search(plain):
        return text
    characters = list(text)
    for begin, end, before, behind in _numbers_in(plain):
        signs = [at for at in range(begin, end) if plain[at].isalnum()]
        for at in signs[before : len(signs) - behind]:
            characters[at] = MASK
    return "".join(characters)


def _numbers_in(plain: str) -> Iterator[tuple[int, int, int, int]]:
    """Where each number stands, and how many signs of it stay readable before and behind."""
    for found in _ID_NUMBER.finditer(plain):
        if is_id_number("".join(filter(str.isalnum, found[0])).upper()):
            yield *found.span(), 4, 4
    for found in _MOBILE.finditer(plain):
        yield *found.span(1 if found[1] else 0), 3, 4
    for found in _LANDLINE.finditer(plain):
        yield *found.span(1), 0, 3
    for found in _PLATE.finditer(plain):
        yield *found.span(), 2, 2


def _covered(value: str, before: int, behind: int) -> str:
    if len(value) <= before + behind:
        return MASK * len(value)
    return (
        value[:before] + "".join(MASK if sign.isalnum() else sign for sign in value[before:-behind]) + value[-behind:]
    )
