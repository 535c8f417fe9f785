"""One spelling for the many ways in which characters are written, and the way back to the text as sent."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―－﹣−─~～"), "-")


class Spelled(NamedTuple):
    """A text in normal spelling; `origin[i]` is the offset, in the text as sent, of its i-th character."""

    text: str
    origin: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as sent that was spelled as `text[start:end]`, which must not be empty."""
        return self.origin[start], self.origin[end - 1] + 1


def spell(text: str) -> Spelled:
    """Full-width, circled and compatibility forms folded (NFKC), dashes made one, white space left out.

    The end of a line becomes a comma, so that what stands on two lines does not run together.
    """
    if text.isascii() and " " not in text and text.isprintable():
        return Spelled(text, list(range(len(text))))
    written: list[str] = []
    origin: list[int] = []
    for offset, character in enumerate(text):
        plain = character if "一" <= character <= "鿿" else _folded(character)
        written.append(plain)
        origin.extend([offset] * len(plain))
    return Spelled("".join(written), origin)


def _folded(character: str) -> str:
    if character == "\n":
        return ","
    folded = unicodedata.normalize("NFKC", character).translate(_DASHES)
    return "".join(c for c in folded if not c.isspace() and c.isprintable())
