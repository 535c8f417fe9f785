"""What a text is about, as learned from texts whose topic people have set: the model, and what it answers.

A text is its single characters and pairs of neighbours, each as one number, counted for its opening (the first
line, or the first sentence of one line: what residents say first tells most) and for the whole. They are weighted
by how rare they are (TF-IDF, with the logarithm of the count) and the two parts made equally long; a linear
model gives each topic a score, and a softmax, at the temperature at which confidence was right for held-out
examples, turns scores into confidence. `learning.py` makes models; this file needs nothing but numpy.

A model holds numbers of characters and pairs, no text and nobody's words in order.
"""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

SURE = 0.6
"""Confidence from which the learned topic is taken; below it is shown as a doubt, with what it may be."""
IN_OPENING = np.uint64(1 << 62)
"""Marks the number of what stands in a text's opening."""

Codes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

_SENTENCE_END = re.compile(r"[。！？!?\n]")
_SPACE = re.compile(r"\s+")
_BITS_OF_CHARACTER = np.uint64(21)


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic that a text may be of, and how sure that is (0 to 1)."""

    topic: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers that stand in a text, ascending, and the logarithmic count of each."""

    codes: Codes
    counts: Floats


def counted(text: str) -> Counted:
    """The characters and pairs of a text's opening and of the whole."""
    folded = unicodedata.normalize("NFKC", text.strip()).lower()
    end = _SENTENCE_END.search(folded)
    opening = folded[: end.start()] if end else folded
    codes, counts = np.unique(np.concatenate([_codes(opening) | IN_OPENING, _codes(folded)]), return_counts=True)
    return Counted(codes, 1 + np.log(counts))


def _codes(text: str) -> Codes:
    points = np.frombuffer(_SPACE.sub("", text).encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    return np.concatenate([points, (points[:-1] + np.uint64(1)) << _BITS_OF_CHARACTER | points[1:]])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The numbers that a model knows, ascending, and how much each counts; `unknown` is how much any other does."""

    codes: Codes
    weights: Floats
    unknown: float

    def vector(self, text: Counted) -> tuple[npt.NDArray[np.intp], Floats]:
        """A text as places in the vocabulary and values.

        Both parts are made equally long, what is unknown counted in: the more of a text is unknown, the less its
        values say, and the less sure is what is made of them.
        """
        if not len(self.codes):
            return np.empty(0, np.intp), np.empty(0)
        at = np.searchsorted(self.codes, text.codes)
        at[at == len(self.codes)] = 0
        known = self.codes[at] == text.codes
        values = text.counts * np.where(known, self.weights[at], self.unknown)
        in_opening = (text.codes & IN_OPENING) != 0
        for part in (in_opening, ~in_opening):
            length = np.sqrt(2 * np.sum(values[part] ** 2))
            if length:
                values[part] /= length
        return at[known], values[known]


@dataclass(frozen=True, slots=True)
class Model:
    """A linear model: `weights` has a row for each number of the vocabulary and a column for each topic."""

    topics: tuple[str, ...]
    vocabulary: Vocabulary
    weights: npt.NDArray[np.float32]
    temperature: float

    def guesses(self, text: str) -> list[Guess]:
        """All topics with the confidence in each, likeliest first; empty for one of which nothing is known."""
        return self.guesses_of(counted(text))

    def guesses_of(self, text: Counted) -> list[Guess]:
        """The same for a text that is counted already."""
        at, values = self.vocabulary.vector(text)
        if not len(at):
            return []
        confidence = softmax(values @ self.weights[at], self.temperature)
        return [Guess(self.topics[i], float(confidence[i])) for i in np.argsort(-confidence, kind="stable")]

    def to_bytes(self) -> bytes:
        """The model as a file of plain arrays (NumPy's .npz), in which nothing can run."""
        out = io.BytesIO()
        np.savez_compressed(
            out,
            topics=np.array(self.topics),
            codes=self.vocabulary.codes,
            idf=self.vocabulary.weights,
            unknown=np.array(self.vocabulary.unknown),
            weights=self.weights,
            temperature=np.array(self.temperature),
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, written: bytes) -> Self:
        with np.load(io.BytesIO(written), allow_pickle=False) as held:
            vocabulary = Vocabulary(held["codes"], held["idf"], float(held["unknown"]))
            topics = tuple(str(topic) for topic in held["topics"])
            return cls(topics, vocabulary, held["weights"], float(held["temperature"]))


def softmax(scores: npt.NDArray[Any], temperature: float) -> Floats:
    """Scores (along the last axis) as shares of one."""
    raised = np.exp((scores - scores.max(axis=-1, keepdims=True)) / temperature)
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares
