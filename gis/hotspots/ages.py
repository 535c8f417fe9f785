"""Whether the buildings of a cluster are older, or newer, than buildings are otherwise.

One bound parts them, the end of 2000: what was built until then is what renewal is for (国办发〔2020〕23号). Each
building at which a cluster has a case counts once, however many cases it has. Of those with a known year so many are
old; whether as many, or as few, would come about by chance is the exact binomial test of the share of all buildings,
two-sided, with the false-discovery rate over the clusters. Fewer than `FEWEST` say nothing.

Where it fails: buildings of one compound were mostly built together. A cluster within one compound is nearer to one
draw than to many, so that its p is too small, and the age says little more than which compound it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from gis.hotspots.lattice import Numbers
from gis.hotspots.significance import false_discovery_q

LAST_OLD_YEAR = 2000
FEWEST = 5
CHANCE = 0.05

Verdict = Literal["old", "new", "none", "too_few"]
"""Mostly old, or mostly new, and more so than all; no more than chance gives; too few buildings to say."""


@dataclass(frozen=True)
class Age:
    """Of `known` buildings with a year `old` are from `LAST_OLD_YEAR` or before; `share` of all are; `p`, two-sided."""

    known: int
    old: int
    share: float
    p: float
    verdict: Verdict


def ages(built: Numbers, clusters: Sequence[npt.NDArray[np.int64]]) -> list[Age] | None:
    """The age of each cluster, by the places (indices into `built`, years or NaN) of its buildings, each named once.

    None where no year is known.
    """
    old, known = built <= LAST_OLD_YEAR, np.isfinite(built)
    if not known.any():
        return None
    share = float(old.sum() / known.sum())
    counts = [(int(known[own].sum()), int(old[own].sum())) for own in clusters]
    p = np.array([binomtest(k, n, share).pvalue if n >= FEWEST else np.nan for n, k in counts], dtype=float)
    told = zip(counts, p, false_discovery_q(p), strict=True)
    return [Age(n, k, share, float(one), _verdict(n, k, share, float(q))) for (n, k), one, q in told]


def _verdict(known: int, old: int, share: float, q: float) -> Verdict:
    if known < FEWEST:
        return "too_few"
    if q > CHANCE:
        return "none"
    part = old / known
    if part > max(share, 0.5):
        return "old"
    return "new" if part < min(share, 0.5) else "none"
