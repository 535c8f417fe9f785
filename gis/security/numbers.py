"""Phone and identity numbers in the one spelling by which they are compared."""

from __future__ import annotations

import re
import unicodedata

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def normal_phone(phone: str) -> str:
    """The number's digits, without China's country code; a landline keeps the zero of its area."""
    narrow = unicodedata.normalize("NFKC", phone)
    digits = re.sub(r"[^0-9]", "", narrow)
    local = re.sub(r"^(00)?86", "", digits)
    if len(local) == 11 and local[0] == "1":
        return local
    abroad = digits.startswith("0086") or narrow.lstrip(" (").startswith("+86")
    return "0" + local.removeprefix("0") if abroad else digits


def normal_id_number(id_number: str) -> str:
    """Narrow and upper-case, without spaces."""
    return "".join(unicodedata.normalize("NFKC", id_number).upper().split())


def is_id_number(id_number: str) -> bool:
    """Whether 18 characters, in normal spelling, end in the right check digit (GB 11643-1999)."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", id_number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, id_number, strict=False))
    return _CHECKS[total % 11] == id_number[-1]
