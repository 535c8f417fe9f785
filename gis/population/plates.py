"""Number plates in one spelling."""

from __future__ import annotations

import re
import unicodedata

_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z](?=(?:[A-Z]*[0-9]){3})[0-9A-Z]{4,5}[0-9A-Z学警港澳挂试超领使]")


def plain_plate(written: str) -> str:
    """A plate in narrow capitals without what stands between its signs: `渝a·12345` is `渝A12345`.

    The column `vehicle.plain_plate` is made so by the database.
    """
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", unicodedata.normalize("NFKC", written).upper())


def is_plate(written: str) -> bool:
    """Whether a text is a Chinese number plate and nothing else, in any spelling."""
    return len(written) <= 20 and _PLATE.fullmatch(plain_plate(written)) is not None


def plates_in(text: str) -> list[str]:
    """The number plates in a text, in plain spelling, each once."""
    spelled = re.sub(r"(?<=[\u4e00-\u9fff][A-Z])[ \-–—.·•]", "", unicodedata.normalize("NFKC", text).upper())
    return list(dict.fromkeys(found[0] for found in _PLATE.finditer(spelled)))
