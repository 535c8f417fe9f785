"""The page of the ledger as somebody reads it: its words, without the marks between them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Ledger:
    """One page: its matters (id and words), and its figures by their names."""

    source: str

    @property
    def matters(self) -> dict[str, str]:
        found = re.findall(r'<li><a href="/issues/(\d+)">(.*?)</a></li>', self.source, re.DOTALL)
        return {number: words_of(line) for number, line in found}

    @property
    def total(self) -> int:
        """How many matters pass the filters, on every page."""
        return int(self._found(r'<p class="lead"><strong>([\d,]+)</strong>').replace(",", ""))

    @property
    def figures(self) -> dict[str, str]:
        found = re.findall(r"<div><dt>(.*?)</dt><dd[^>]*>(.*?)</dd></div>", self.source, re.DOTALL)
        return {words_of(name): words_of(amount) for name, amount in found}

    @property
    def on_time(self) -> str:
        """The rate, and what it is of."""
        return words_of(self._found(r'<p class="figure">(.*?)</p>'))

    @property
    def tallies(self) -> dict[str, str]:
        """What stands in the lists by level and topic, each row by its name."""
        found = re.findall(r'<a class="row"[^>]*><b>(.*?)</b><span>(.*?)</span>', self.source, re.DOTALL)
        return {words_of(name): words_of(amount) for name, amount in found}

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.source, re.DOTALL)
        assert found is not None, self.source
        return found[1]


def words_of(source: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", source).split())
