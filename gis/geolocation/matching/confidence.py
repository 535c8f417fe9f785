"""How likely it is that a place is the one meant: a logistic model with named features.

Fitted by `calibrate.py` on texts made from `train.conll`; the weights are constants so that an answer can be
explained by hand.
"""

from __future__ import annotations

import math
from typing import Literal

from gis.geolocation.matching.evidence import FEATURES, Evidence

Verdict = Literal["assigned", "ask", "unknown"]

ASSIGN_FROM = 0.95
"""At this confidence and above a place is assigned; `calibrate.py` prints how many wrongly."""

ASK_FROM = 0.05
"""From this confidence on a place is offered to a person; below, nothing is said."""

UNSETTLED_AT_MOST = 0.5
"""A place whose number is not the one in the text is never likelier than this. In the towns that the weights
were fitted to, few houses of a road are known, and another number was mostly a mistake; in a real town it
is mostly another house."""

_INTERCEPT = -5.0
_WEIGHTS = {
    "quality": 3.66,
    "length": 1.95,
    "part": 0.91,
    "alike": -0.19,
    "agrees": 1.67,
    "fits": 2.26,
    "lacking": 0.94,
    "unknown": -3.08,
    "near": 0.39,
    "differs": 0.76,
    "street_agrees": 1.73,
    "street_differs": -0.03,
    "area_agrees": 1.82,
    "area_differs": -2.66,
    "unexplained": -2.77,
    "loose": -2.24,
    "context": 1.0,  # set by hand: the corpus has no senders
    "lead": 1.44,
    "tied": -0.67,
}


def confidence(evidence: Evidence, lead: float) -> float:
    """The chance that the place is the one meant, given by how much it is ahead of the others."""
    weighed = sum(_WEIGHTS[name] * x for name, x in zip(FEATURES, evidence.features(lead), strict=True))
    chance = 1 / (1 + math.exp(-(_INTERCEPT + weighed)))
    return chance if evidence.settled else min(chance, UNSETTLED_AT_MOST)


def shared(chances: list[float]) -> list[float]:
    """Chances of places of which only one can be meant, the best first, brought to a sum of at most 1."""
    total = sum(chances)
    if total <= 1:
        return chances
    if chances[0] < ASSIGN_FROM:
        return [chance / total for chance in chances]
    left = (1 - chances[0]) / (total - chances[0])
    return [chances[0], *(chance * left for chance in chances[1:])]


def verdict(evidence: Evidence, confidence: float) -> Verdict:
    """What to do with the likeliest place. One whose number is not the one in the text is never assigned."""
    if confidence >= ASSIGN_FROM and evidence.settled:
        return "assigned"
    return "ask" if confidence >= ASK_FROM else "unknown"
