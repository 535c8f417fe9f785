"""What an issue is about: as its report says, by the lexicon's words, or as learned; and which of them it was.

In that order of trust. The lexicon is the operator's: each term stands for a topic and may mark a safety hazard.
The topic whose terms cover most of the text wins, longer terms counting for more; a tie goes to the topic named
first. Terms inside longer ones do not count (消防 inside 消防通道). One hazard term is enough for a hazard. Where no
term is found and a model exists (`classifier.py`), the model answers: with enough confidence its topic is taken,
with less the topic stays open, and what it may be is kept for a person to choose from.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import ahocorasick
from sqlalchemy import Connection, not_, select

from gis.issues.classifier import SURE, Guess, Model
from gis.issues.report import IssueReport
from gis.storage.memory import Remembered, versions
from gis.storage.tables import lexicon_term, topic, topic_model

TopicSource = Literal["given", "words", "learned", "person"]
MOST_OFFERED = 3
_GIVEN: TopicSource = "given"


@dataclass(frozen=True, slots=True)
class Term:
    term: str
    topic: str
    line: str | None = None
    hazard: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """What a text was recognised as, and by what; all empty when nothing was.

    `terms` are the lexicon's that were found; `confidence` and `may_be` (likeliest first) are the model's.
    """

    topic: str | None = None
    line: str | None = None
    hazard: bool = False
    terms: tuple[str, ...] = ()
    by: TopicSource | None = None
    confidence: float | None = None
    may_be: tuple[Guess, ...] = ()


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

    def recognise(self, text: str) -> Category:
        """The category of a text by its words (see the module's opening)."""
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
            line=self._lines.get(topic),
            hazard=any(term.hazard for term in found),
            terms=tuple(dict.fromkeys(term.term for term in found)),
            by="words",
        )


@dataclass(frozen=True, slots=True)
class Known:
    """A topic that new matters may be of."""

    id: int
    name: str
    line: str | None
    hazard: bool


@dataclass(frozen=True, slots=True)
class Recogniser:
    """All that tells what reports are about. A model's topics are ids, so that it outlives a rename."""

    lexicon: Lexicon
    known: Mapping[str, Known]
    model: Model | None = None

    def recognise(self, reports: Sequence[IssueReport]) -> list[Category]:
        """What each report is about (see the module's opening)."""
        return [self._category(report) for report in reports]

    def _category(self, report: IssueReport) -> Category:
        said = self.lexicon.recognise(report.text)
        name, by = report.topic or said.topic, _GIVEN if report.topic else said.by
        confidence: float | None = None
        may_be: tuple[Guess, ...] = ()
        if name is None and self.model is not None:
            may_be = self._guesses(self.model, report.text)
            if may_be and may_be[0].confidence >= SURE:
                name, by, confidence = may_be[0].topic, "learned", may_be[0].confidence
        known = self.known.get(name or "")
        hazard = said.hazard or (known is not None and known.hazard)
        return Category(
            topic=name,
            line=report.line or (known.line if known else None),
            hazard=hazard if report.hazard is None else report.hazard,
            terms=said.terms,
            by=by,
            confidence=confidence,
            may_be=may_be,
        )

    def _guesses(self, model: Model, text: str) -> tuple[Guess, ...]:
        names = {str(each.id): each.name for each in self.known.values()}
        found = [Guess(names[g.topic], round(g.confidence, 3)) for g in model.guesses(text) if g.topic in names]
        return tuple(found[:MOST_OFFERED])


def current_recogniser(connection: Connection, counted: Mapping[str, int] | None = None) -> Recogniser:
    """What tells topics, as of this transaction; `counted` are its counts of data, where they have been read."""
    counted = counted or versions(connection)
    model = current_model(connection, counted)
    return Recogniser(current_lexicon(connection, counted), _current_topics(connection, counted), model)


def _load_lexicon(connection: Connection) -> Lexicon:
    query = (
        select(lexicon_term.c.term, lexicon_term.c.topic, topic.c.line, lexicon_term.c.hazard)
        .join(topic, topic.c.name == lexicon_term.c.topic)
        .where(not_(topic.c.retired))
        .order_by(lexicon_term.c.id)
    )
    return Lexicon(Term(*row) for row in connection.execute(query))


def _load_topics(connection: Connection) -> Mapping[str, Known]:
    query = select(topic.c.id, topic.c.name, topic.c.line, topic.c.hazard).where(not_(topic.c.retired))
    return {row.name: Known(*row) for row in connection.execute(query)}


def _load_model(connection: Connection) -> Model | None:
    written = connection.scalar(select(topic_model.c.weights))
    return Model.from_bytes(written) if written is not None else None


current_lexicon = Remembered("lexicon", _load_lexicon)
"""The operator's lexicon, without the terms of retired topics, as of this transaction."""
_current_topics = Remembered("lexicon", _load_topics)
current_model = Remembered("topic_model", _load_model)
"""What has been learned, as of this transaction; None where nothing has."""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()
