"""Matters named one by one in an address: their numbers, ascending, as steps from one to the next, in base64.

An address made so means the same matters for good, whatever is found of them later; who opens it sees those of them
that are in scope.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from gis.errors import Fault, InvalidInput, said

MOST_LISTED = 2_000
"""Some 3,000 signs, which every browser and proxy takes."""
_LARGEST_ID = 2**63


def packed(ids: Iterable[int]) -> str:
    """The numbers as text for an address; each step in groups of 7 bits, lowest first (LEB128)."""
    made, last = bytearray(), 0
    for id in sorted(set(ids)):
        step, last = id - last, id
        while step > 0x7F:
            made.append(step & 0x7F | 0x80)
            step >>= 7
        made.append(step)
    return base64.urlsafe_b64encode(bytes(made)).decode().rstrip("=")


def unpacked(text: str) -> tuple[int, ...]:
    """The numbers again. Raises InvalidInput for what `packed` did not make, and for more than `MOST_LISTED`."""
    try:
        given = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        steps = list(_steps(given))
    except ValueError:
        steps = []
    found = tuple(accumulate(steps))
    if 0 < len(found) <= MOST_LISTED and min(steps) > 0 and found[-1] < _LARGEST_ID:
        return found
    reason = said("it is not a list of matters that a map has made, or one of more than {most}", most=MOST_LISTED)
    raise InvalidInput([Fault("ids", "bad_form", reason)])


def _steps(given: bytes) -> Iterator[int]:
    step = shift = 0
    for byte in given:
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte <= 0x7F:
            yield step
            step = shift = 0
    if shift:
        raise ValueError("it ends within a number")


def in_parts(ids: Sequence[int]) -> list[str]:
    """As many addresses' lists as are needed for all of them."""
    ordered = sorted(set(ids))
    return [packed(ordered[at : at + MOST_LISTED]) for at in range(0, len(ordered), MOST_LISTED)]
