"""Telling topics apart: macro-F1 in cross-validation on labelled hotline complaints, beside a plain classifier.

    ./dualgrid bench topics [--data DIR] [--shuffles 10]

Both are trained and asked on the same folds, nothing of which either has seen: five, stratified, dealt anew for each
shuffle. Ours also reads the names in the category tree as seeds, and unlabelled complaints for how rare words are, as
the service reads its own taxonomy and matters; the lines below say what each is worth. The peer is the usual
first attempt: TF-IDF of characters and pairs, and a linear support-vector machine, with scikit-learn's defaults.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from gis.issues.classifier import SURE, Guess
from gis.issues.learning import Example, Measured, cross_validated, folds, measured

SHARED = Path(__file__).parents[2] / "shared" / "data" / "hotline"
GOAL = 0.85
Answers = list[Guess | None]


@dataclass(frozen=True, slots=True)
class Hotline:
    """Labelled complaints (subject and text as two lines), names in the tree of their categories, unlabelled ones."""

    examples: list[Example]
    seeds: list[Example]
    background: list[str]


def hotline(folder: Path) -> Hotline:
    """The complaints in a folder. An unlabelled one whose subject is that of a labelled one is left out."""
    labelled = pd.read_csv(folder / "labelled_495.csv")
    examples = [
        Example(_two_lines(subject, text), topic)
        for subject, text, topic in zip(labelled["留言主题"], labelled["留言详情"], labelled["一级分类"], strict=True)
    ]
    topics = {each.topic for each in examples}
    tree = pd.read_csv(folder / "category_tree.csv").fillna("")
    seeds = [Example(second + third, first) for first, second, third in tree.itertuples(index=False) if first in topics]
    others = pd.read_csv(folder / "messages_odd.csv.gz")
    others = others[~others["留言主题"].isin(labelled["留言主题"])]
    background = [_two_lines(s, t) for s, t in zip(others["留言主题"], others["留言详情"], strict=True)]
    return Hotline(examples, seeds, background)


def plain(examples: Sequence[Example], shuffle: int) -> Answers:
    """What the plain classifier answers for each example, trained on the other folds."""
    answers: Answers = [None] * len(examples)
    for out in folds([each.topic for each in examples], shuffle):
        kept = [each for i, each in enumerate(examples) if i not in set(out)]
        model = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2)), LinearSVC())
        model.fit([each.text for each in kept], [each.topic for each in kept])
        for i, topic in zip(out, model.predict([examples[i].text for i in out]), strict=True):
            answers[i] = Guess(str(topic), 1.0)
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the complaints")
    parser.add_argument("--shuffles", type=int, default=10)
    asked = parser.parse_args()
    held, shuffles = hotline(asked.data), range(asked.shuffles)
    print(
        f"{len(held.examples)} labelled, {len(held.seeds)} seeds, {len(held.background):,} unlabelled; 5 folds, "
        f"{asked.shuffles} shuffles: mean, spread and lowest macro-F1"
    )
    peer = _run("plain n-grams, linear SVM", lambda k: plain(held.examples, k), held, shuffles)
    _run("here, examples alone", lambda k: cross_validated(held.examples, shuffle=k), held, shuffles)
    _run("with seeds", lambda k: cross_validated(held.examples, seeds=held.seeds, shuffle=k), held, shuffles)
    begun = time.perf_counter()
    here = _run(
        f"with seeds and unlabelled (goal {GOAL:.0%})",
        lambda k: cross_validated(held.examples, seeds=held.seeds, background=held.background, shuffle=k),
        held,
        shuffles,
    )
    print(f"{(time.perf_counter() - begun) / len(shuffles):.1f} s a cross-validation (5 models)\n")
    print(f"{'first shuffle':14} {'precision':>9} {'recall':>7} {'F1':>6} {'plain F1':>9} {'examples':>9}")
    for topic, score in here.by_topic.items():
        print(
            f"{topic:14} {score.precision:9.1%} {score.recall:7.1%} {score.f1:6.1%} "
            f"{peer.by_topic[topic].f1:9.1%} {score.examples:9}"
        )
    print(
        f"\nmean confidence {here.confidence:.1%}, right {here.right:.1%}; "
        f"sure ({SURE:.0%} or more) of {here.sure:.1%}, right in {here.right_when_sure:.1%} of these"
    )


def _run(name: str, answer: Callable[[int], Answers], held: Hotline, shuffles: range) -> Measured:
    """Measure over all shuffles and print it; the figures of the first."""
    found = [measured(held.examples, answer(k)) for k in shuffles]
    figures = np.array([each.macro_f1 for each in found])
    print(f"  {name:42} {figures.mean():6.1%} ± {figures.std():.1%}, {figures.min():.1%}", flush=True)
    return found[0]


def _two_lines(subject: object, text: object) -> str:
    return f"{' '.join(str(subject).split())}\n{' '.join(str(text).split())}"


if __name__ == "__main__":
    main()
