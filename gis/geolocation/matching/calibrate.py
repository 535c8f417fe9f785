"""Fit the weights of `confidence.py` to addresses of `train.conll`, as they stand and with mistakes.

    python -m gis.geolocation.matching.calibrate ../shared/data/address/train.conll

prints the constants to put there. Three towns are made of a third of the addresses each. Each address is
matched as it stands and with two mistakes; its best five places are the samples, told right or wrong.
A logistic model is fitted with a small ridge. ASSIGN_FROM is the lowest confidence at which, over all these
texts, no more than `WRONG_AT_MOST` are assigned wrongly.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gis.geolocation.address.corpus import read_corpus
from gis.geolocation.matching.evidence import FEATURES
from gis.geolocation.matching.matcher import match
from gis.geolocation.matching.mistakes import Mistakes
from gis.geolocation.matching.trials import right_for, shuffled_thirds, town_of

WRONG_AT_MOST = 0.003
_SAMPLES = 5
_RIDGE = 1e-5
_SEED = 20231201

Floats = npt.NDArray[np.float64]


class Samples(NamedTuple):
    """Features of each sample, whether it is right and may be assigned, and the number of the text that it answers."""

    features: Floats
    right: Floats
    settled: npt.NDArray[np.bool_]
    text: npt.NDArray[np.intp]


def samples(corpus: Path) -> Samples:
    addresses = read_corpus(corpus)
    rows, right, settled, numbers, n = [], [], [], [], 0
    for town_number, third in enumerate(shuffled_thirds(addresses, _SEED)):
        town, told = town_of(third)
        mistakes = Mistakes(addresses, _SEED + town_number)
        for address, truths in zip(told, town.truths, strict=True):
            for faulty in (mistakes.none(address), mistakes.make(address), mistakes.make(address)):
                own = right_for(truths[:1], faulty.left_out, town.index)
                for ranked in match(faulty.text, town.index)[:_SAMPLES]:
                    rows.append(ranked.evidence.features(ranked.lead))
                    right.append(float(ranked.target in own))
                    settled.append(ranked.evidence.settled)
                    numbers.append(n)
                n += 1
    return Samples(np.array(rows), np.array(right), np.array(settled), np.array(numbers))


def fitted(given: Samples) -> Floats:
    """Intercept and weights of a logistic model, by Newton's method."""
    x = np.column_stack([np.ones(len(given.right)), given.features])
    weights = np.zeros(x.shape[1])
    ridge = _RIDGE * len(x) * np.eye(x.shape[1])
    ridge[0, 0] = 0
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (given.right - p) - ridge @ weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + ridge
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def threshold(given: Samples, weights: Floats) -> tuple[float, float]:
    """The confidence from which on at most `WRONG_AT_MOST` of all texts are assigned wrongly, and the share
    of them that is assigned then."""
    p = 1 / (1 + np.exp(-(weights[0] + given.features @ weights[1:])))
    first: dict[int, int] = {}
    for i, text in enumerate(given.text):
        if text not in first or p[i] > p[first[text]]:
            first[text] = i
    best = np.array([i for i in first.values() if given.settled[i]])
    order = best[np.argsort(-p[best])]
    wrong = np.cumsum(1 - given.right[order])
    allowed = WRONG_AT_MOST * (given.text.max() + 1)
    last = int(np.searchsorted(wrong, allowed, side="right")) - 1
    return float(np.ceil(p[order[last]] * 1000) / 1000), last / (given.text.max() + 1)


def main() -> None:
    given = samples(Path(sys.argv[1]))
    weights = np.round(fitted(given), 2)
    assign_from, assigned = threshold(given, weights)
    print(f"ASSIGN_FROM = {assign_from}  # assigns {assigned:.1%}")
    print(f"_INTERCEPT = {weights[0]}\n_WEIGHTS = {{")
    for name, weight in zip(FEATURES, weights[1:], strict=True):
        print(f'    "{name}": {weight},')
    print("}")
    p = 1 / (1 + np.exp(-(weights[0] + given.features @ weights[1:])))
    print("said  true  of")
    for low in np.arange(0, 1, 0.1):
        within = (p >= low) & (p < low + 0.1)
        if within.any():
            print(f"{p[within].mean():.2f}  {given.right[within].mean():.2f}  {int(within.sum())}")


if __name__ == "__main__":
    main()
