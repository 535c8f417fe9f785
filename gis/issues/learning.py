"""Making a model of topics from examples, and measuring it on examples that it has not seen.

Ridge regression of ±1 on each topic, in its dual form: with a kernel K of inner products the coefficients are
(K + λ/w)⁻¹y, where an example weighs w by how rare its topic is, and what is predicted for an example by all
others follows from the same inverse, without fitting again (Rasmussen & Williams, Gaussian Processes for Machine
Learning, 5.4.2); the softmax's temperature is fitted to that. Short texts that are known to be of a topic, such
as names, descriptions and lexicon terms, are seeds: they are learned from, and never measured on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from gis.issues.classifier import SURE, Codes, Counted, Floats, Guess, Model, Vocabulary, counted, softmax

RIDGE = 0.5
FOLDS = 5
LEAST_TEXTS = 2
"""A character or pair that fewer texts have counts for nothing."""
Told = tuple[Counted, str]
_TEMPERATURES = np.geomspace(0.1, 2, 40)
"""None colder: a few clean examples would make a model certain of everything."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the topic that it is of."""

    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class TopicScore:
    """How well one topic was found: of all answered so, and of all that are so; `examples` that are so."""

    precision: float
    recall: float
    f1: float
    examples: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What cross-validation found: macro-F1 over topics with examples, and what confidence is worth.

    `sure` is the share that is answered with confidence `SURE` or more, `right_when_sure` of those the share that
    is right; `confidence` and `right` are the means over all.
    """

    macro_f1: float
    by_topic: dict[str, TopicScore]
    sure: float
    right_when_sure: float
    confidence: float
    right: float


def fit(examples: Sequence[Example], *, seeds: Sequence[Example] = (), background: Sequence[str] = ()) -> Model:
    """The model of some examples; `background` are texts of unknown topic, which tell what is rare.

    Raises ValueError where there are not two topics.
    """
    return _fit(_told(examples), _told(seeds), [counted(text) for text in background])


def _fit(examples: Sequence[Told], seeds: Sequence[Told], background: Sequence[Counted]) -> Model:
    texts = [text for text, _ in (*examples, *seeds)]
    told = [topic for _, topic in (*examples, *seeds)]
    topics = tuple(sorted(set(told)))
    if len(topics) < 2:
        raise ValueError("a model needs examples of two topics")
    vocabulary = _vocabulary(texts, background)
    x = _matrix(vocabulary, texts)
    truth = np.array([topics.index(topic) for topic in told])
    y = np.where(truth[:, None] == np.arange(len(topics)), 1.0, -1.0)
    gram = (x @ x.T).toarray()
    gram[np.diag_indices_from(gram)] += RIDGE * np.bincount(truth)[truth] * len(topics) / len(told)
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    coefficients = inverse @ y
    left_out = y - coefficients / np.diag(inverse)[:, None]
    measured = slice(len(examples)) if examples else slice(None)
    return Model(
        topics,
        vocabulary,
        np.asarray(x.T @ coefficients, dtype=np.float32),
        _temperature(left_out[measured], truth[measured]),
    )


def cross_validated(
    examples: Sequence[Example],
    *,
    seeds: Sequence[Example] = (),
    background: Sequence[str] = (),
    shuffle: int = 0,
) -> list[Guess | None]:
    """What is answered for each example by a model of the other folds; nothing of its own fold is seen.

    Folds have each topic in equal share; `shuffle` is the seed of the order.
    """
    told, fixed, around = _told(examples), _told(seeds), [counted(text) for text in background]
    answers: list[Guess | None] = [None] * len(examples)
    for held_out in folds([each.topic for each in examples], shuffle):
        out = set(held_out)
        model = _fit([each for i, each in enumerate(told) if i not in out], fixed, around)
        for i in held_out:
            guesses = model.guesses_of(told[i][0])
            answers[i] = guesses[0] if guesses else None
    return answers


def _told(examples: Sequence[Example]) -> list[Told]:
    return [(counted(each.text), each.topic) for each in examples]


def folds(topics: Sequence[str], shuffle: int) -> Iterator[list[int]]:
    """The places of each fold's examples: those of a topic are dealt out in turn, in random order."""
    order = np.random.default_rng(shuffle).permutation(len(topics))
    dealt: list[list[int]] = [[] for _ in range(FOLDS)]
    at = 0
    for topic in sorted(set(topics)):
        for i in order:
            if topics[i] == topic:
                dealt[at % FOLDS].append(int(i))
                at += 1
    yield from dealt


def measured(examples: Sequence[Example], answers: Sequence[Guess | None]) -> Measured:
    """How good answers are. Raises ValueError for no examples."""
    if not examples:
        raise ValueError("there is nothing to measure on")
    truth = [each.topic for each in examples]
    told = [answer.topic if answer else "" for answer in answers]
    by_topic = {topic: _score(topic, truth, told) for topic in sorted(set(truth))}
    right = np.array([a == b for a, b in zip(truth, told, strict=True)])
    confidence = np.array([answer.confidence if answer else 0.0 for answer in answers])
    sure = confidence >= SURE
    return Measured(
        macro_f1=float(np.mean([score.f1 for score in by_topic.values()])),
        by_topic=by_topic,
        sure=float(sure.mean()),
        right_when_sure=float(right[sure].mean()) if sure.any() else 0.0,
        confidence=float(confidence.mean()),
        right=float(right.mean()),
    )


def _score(topic: str, truth: Sequence[str], told: Sequence[str]) -> TopicScore:
    hits = sum(a == b == topic for a, b in zip(truth, told, strict=True))
    said, so = told.count(topic), truth.count(topic)
    precision, recall = hits / said if said else 0.0, hits / so if so else 0.0
    return TopicScore(precision, recall, 2 * hits / (said + so) if said + so else 0.0, so)


def _vocabulary(texts: Sequence[Counted], background: Sequence[Counted]) -> Vocabulary:
    """What stands in the texts, weighted by how rare it is in them and the background."""
    everywhere = [*texts, *background]
    found, texts_with = np.unique(np.concatenate([each.codes for each in everywhere]), return_counts=True)
    own: Codes = np.unique(np.concatenate([each.codes for each in texts]))
    with_it = texts_with[np.searchsorted(found, own)]
    kept = with_it >= LEAST_TEXTS
    rarity = np.log((1 + len(everywhere)) / (1 + with_it[kept])) + 1
    return Vocabulary(own[kept], rarity, float(np.log(1 + len(everywhere)) + 1))


def _matrix(vocabulary: Vocabulary, texts: Sequence[Counted]) -> sparse.csr_array:
    vectors = [vocabulary.vector(each) for each in texts]
    starts = np.concatenate([[0], np.cumsum([len(at) for at, _ in vectors])])
    places = np.concatenate([at for at, _ in vectors])
    values = np.concatenate([values for _, values in vectors])
    return sparse.csr_array((values, places, starts), shape=(len(texts), len(vocabulary.codes)))


def _temperature(scores: Floats, truth: npt.NDArray[np.intp]) -> float:
    """The temperature at which what was left out is least surprising."""
    own = np.arange(len(truth))
    surprise = [-np.log(softmax(scores, t)[own, truth] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(surprise))])
