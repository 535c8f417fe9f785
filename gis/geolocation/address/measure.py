"""How far the parser agrees with annotated addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gis.geolocation.address.corpus import Annotated
from gis.geolocation.address.numerals import level, number
from gis.geolocation.address.parser import parse
from gis.geolocation.address.parts import INDOORS

_SAID = {
    "building": re.compile(r".*(?:[栋幢座]|号楼)"),
    "unit": re.compile(r".*单元"),
    "floor": re.compile(r".*[0-9一二三四五六七八九十][楼层]"),
    "door": re.compile(r".*室"),
}

Numbers = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts over addresses that have a building, unit, floor or door number.

    `exact`: all their numbers were read with the annotated kinds and values, and no others. `values`: the same
    without regard to kind. `numbers`, `right` and `read` count the single numbers; `said` and `said_right`
    those whose kind stands beside them (3栋, 2单元, 5楼, 502室). `quiet` of `without` addresses that have none
    were read to have none.
    """

    addresses: int
    exact: int
    values: int
    numbers: int
    right: int
    read: int
    said: int
    said_right: int
    without: int
    quiet: int

    def __str__(self) -> str:
        return (
            f"addresses with numbers {self.addresses}: exact {self.exact / self.addresses:.1%}, "
            f"same values of any kind {self.values / self.addresses:.1%}\n"
            f"single numbers {self.numbers}: recall {self.right / self.numbers:.1%}, "
            f"precision {self.right / self.read:.1%}; kind said in the text {self.said_right / self.said:.1%} "
            f"of {self.said}\naddresses without {self.without}: {self.quiet / self.without:.1%} read so"
        )


def agreement(addresses: Iterable[Annotated]) -> Agreement:
    """Compare the parser's numbers with the annotated ones, both in normal spelling."""
    count: Counter[str] = Counter()
    for address in addresses:
        meant, said = annotated_numbers(address)
        read: Numbers = Counter((p.kind, p.value) for p in parse(address.text) if p.kind in INDOORS)
        if not meant:
            count["without"] += 1
            count["quiet"] += not read
            continue
        both = meant & read
        count["addresses"] += 1
        count["exact"] += meant == read
        count["values"] += sorted(v for _, v in meant.elements()) == sorted(v for _, v in read.elements())
        count["numbers"] += meant.total()
        count["right"] += both.total()
        count["read"] += read.total()
        count["said"] += said.total()
        count["said_right"] += (said & read).total()
    return Agreement(**{name: count[name] for name in Agreement.__slots__})


def annotated_numbers(address: Annotated) -> tuple[Numbers, Numbers]:
    """Kind and value of each annotated number, and of those whose kind is said by the word beside it."""
    meant: Numbers = Counter()
    said: Numbers = Counter()
    for span in address.spans:
        if span.kind in INDOORS:
            words = address.text[span.start : span.end]
            found = (span.kind, level(words) if span.kind == "floor" else number(words))
            meant[found] += 1
            said[found] += bool(_SAID[span.kind].fullmatch(words))
    return meant, +said
