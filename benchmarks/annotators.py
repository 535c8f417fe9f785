"""How far the annotators of the address corpus agree with each other, which bounds what any reader can reach.

Two addresses of one **form** say the same as far as a reader who knows no town can tell: the same words stand
around numbers of as many digits, and each name ends in the same two characters (…新村99号 and …新村99号). Of two
addresses of a form, drawn at random, the share with the same labels is the **pair agreement** p. A reader gives one
answer to a form, so he is right on it at most as often as its commonest labelling occurs, which is at most √p, for
the commonest of shares q is no more than the root of the sum of q². The mean of p over addresses and Jensen's
inequality give the bound for all of them. Pairs are unbiased in small groups, unlike the share of the commonest.
Only addresses with numbers are counted, as in the measure itself; whether one has any is doubtful too (村12号),
which the bound leaves out.

`contested` shows the same without arithmetic: what one and the same way of writing is labelled as.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from gis.geolocation.address.corpus import Annotated, Span
from gis.geolocation.address.measure import annotated_numbers
from gis.geolocation.address.parts import INDOORS, NUMBERS
from gis.geolocation.address.tokens import Tokens, items, tokenize

_WAYS = {
    "路12-3号": r"[路街道]\d+-\d+号",
    "弄12号": r"弄\d+号",
    "幢12号": r"[幢栋]\d+号(?!楼)",
    "市场12号": r"(?:市场|城)\d+号",
    "区12号": r"区\d+号(?!楼)",
    "小区1-2": r"[苑园区村庭]\d+-\d+$",
}

_BETWEEN = r"[栋幢号楼单元室层座弄#_、/,-]*"
_NAME_SHOWN = 2


class Agreement(NamedTuple):
    """Of the addresses with numbers, the share whose form occurs twice; of the pairs there, those labelled alike."""

    covered: float
    pairs_alike: float

    @property
    def bound(self) -> float:
        return sqrt(self.pairs_alike)


def agreement(addresses: list[Annotated]) -> Agreement:
    labellings = _labellings(addresses)
    shared = [group for group in labellings.values() if group.total() > 1]
    count = sum(group.total() for group in shared)
    alike = sum(n * (n - 1) / (group.total() - 1) for group in shared for n in group.values())
    return Agreement(count / sum(group.total() for group in labellings.values()), alike / count)


def shared_forms(addresses: list[Annotated]) -> set[str]:
    """The forms that two addresses with numbers have."""
    return {form for form, group in _labellings(addresses).items() if group.total() > 1}


def cut_inside_a_number(addresses: list[Annotated]) -> float:
    """The share of addresses with numbers of which one begins inside a row of digits (12|59层): blanks were lost."""
    numbered = [a for a in addresses if _labels(a)]
    return sum(any(_cuts(a.text, *pair) for pair in pairwise(a.spans)) for a in numbered) / len(numbered)


def _cuts(text: str, before: Span, after: Span) -> bool:
    inside = text[after.start - 1].isdigit() and text[after.start].isdigit()
    return inside and (before.kind in INDOORS or after.kind in INDOORS)


def contested(addresses: list[Annotated]) -> dict[str, Counter[str]]:
    """For some ways of writing, the kinds of the numbers in them as annotated, and how often."""
    found: dict[str, Counter[str]] = {way: Counter() for way in _WAYS}
    for address in addresses:
        for way, pattern in _WAYS.items():
            for match in re.finditer(pattern, address.text):
                found[way][_kinds_in(address, match.start() + 1, match.end())] += 1
    return found


def _kinds_in(address: Annotated, start: int, end: int) -> str:
    spans = [s for s in address.spans if s.start < end and start < s.end and s.kind in NUMBERS]
    return " + ".join(span.kind for span in spans) or "none"


def form(text: str) -> str:
    """The text with digits by their count (three and four and more alike), names by their last two characters."""
    tokens = tokenize(text)
    written, end = "", 0
    for item in items(tokens):
        written += _between(tokens.words[end : item.first], is_first=end == 0)
        written += "".join(_shape(tokens, i) for i in range(item.first, item.last))
        end = item.last
    rest = "".join(tokens.words[end:])
    return written + _beginning(rest) + ("~" if rest[len(_beginning(rest)) :] else "")


def _between(words: list[str], *, is_first: bool) -> str:
    text = "".join(words)
    if re.fullmatch(_BETWEEN, text):
        return text
    unit = "" if is_first else _beginning(text)
    return f"{unit}~{text[len(unit) :][-_NAME_SHOWN:]}"


def _beginning(text: str) -> str:
    return re.match("[栋幢号楼单元室层座弄#]*", text).group()  # type: ignore[union-attr]


def _shape(tokens: Tokens, i: int) -> str:
    kind = tokens.kinds[i][0]
    return "9" * min(len(tokens.words[i]), 4) if kind == "D" else "A" if kind == "L" else "C"


def _labellings(addresses: list[Annotated]) -> dict[str, Counter[str]]:
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for address in addresses:
        if labels := _labels(address):
            groups[form(address.text)][labels] += 1
    return groups


def _labels(address: Annotated) -> str:
    """Kinds of the numbers and how they are cut, without their values."""
    return " ".join(
        f"{kind} {re.sub('[0-9]+', '9', re.sub('[A-Z]+', 'A', value))}"
        for kind, value in annotated_numbers(address)[0].elements()
    )
