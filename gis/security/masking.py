"""Names and phone numbers as those see them who need not know them."""

from __future__ import annotations

import re


def masked_name(name: str | None) -> str | None:
    """The first character, the rest starred: `张*`."""
    return name[0] + "*" * min(len(name) - 1, 2) if name else None


def masked_phone(phone: str | None) -> str | None:
    """The first three and the last four digits of a long number (`138****5678`), nothing of a short one.

    Of a number with a country code the last eleven digits are taken.
    """
    if not phone:
        return None
    digits = re.sub(r"\D", "", phone)[-11:]
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 10 else "****"
