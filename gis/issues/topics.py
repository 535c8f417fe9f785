"""What an issue is about, recognised from its words by a lexicon that the operator can edit.

Each term stands for a topic, may name a line (综治, 信访, 应急, 舆情), and may mark a safety hazard. The topic
whose terms cover most of the text wins, longer terms counting for more; a tie goes to the topic named
first. Terms inside longer ones do not count (消防 inside 消防通道). One hazard term is enough for a hazard.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import ahocorasick
from sqlalchemy import Connection, select

from gis.storage.memory import Remembered
from gis.storage.tables import lexicon_term


@dataclass(frozen=True, slots=True)
class Term:
    term: str
    topic: str
    line: str | None = None
    hazard: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """What a text was recognised as, and by which terms; all empty when nothing was."""

    topic: str | None = None
    line: str | None = None
    hazard: bool = False
    terms: tuple[str, ...] = ()


class Lexicon:
    """Finds all terms in a text in one pass over it."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._automaton = ahocorasick.Automaton()
        self._lines: dict[str, str] = {}
        for term in terms:
            self._automaton.add_word(_folded(term.term), term)
            if term.line:
                self._lines.setdefault(term.topic, term.line)
        self._automaton.make_automaton()

    def line(self, topic: str | None) -> str | None:
        """The line that a topic belongs to, as far as a term says; a topic belongs to one line."""
        return self._lines.get(topic) if topic else None

    def recognise(self, text: str) -> Category:
        """The category of a text (see the module's opening)."""
        if not len(self._automaton):
            return Category()
        found: list[Term] = [term for _, term in self._automaton.iter_long(_folded(text))]
        if not found:
            return Category()
        weight: dict[str, int] = defaultdict(int)
        for term in found:
            weight[term.topic] += len(term.term) ** 2
        topic = max(weight, key=weight.__getitem__)
        return Category(
            topic=topic,
            line=self.line(topic),
            hazard=any(term.hazard for term in found),
            terms=tuple(dict.fromkeys(term.term for term in found)),
        )


def _load(connection: Connection) -> Lexicon:
    columns = (lexicon_term.c.term, lexicon_term.c.topic, lexicon_term.c.line, lexicon_term.c.hazard)
    return Lexicon(Term(*row) for row in connection.execute(select(*columns).order_by(lexicon_term.c.id)))


current_lexicon = Remembered("lexicon", _load)
"""The operator's lexicon, as of this transaction."""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
