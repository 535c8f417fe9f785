"""What may be called a hotspot, of thousands of cells that were all tested.

At p < 0.05 one cell in twenty is a hotspot of nothing. q of Benjamini and Hochberg (1995) bounds the share of false
ones among those that are named; it holds for tests that go up and down together, as neighbours' do (Benjamini and
Yekutieli 2001).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gis.hotspots.lattice import Numbers

LEVELS = ((99, 0.01), (95, 0.05), (90, 0.10))
ENOUGH_CASES = 5
"""Fewer cases than this, both found and expected, in a cell and its neighbours say nothing (Cochran 1954)."""
ENOUGH_CELLS = 30
"""With fewer areas than this, none is told from the others (Ord and Getis 1995 have their moments from 30 on)."""

CLASSES = (
    *("hot_99", "hot_95", "hot_90", "none", "cold_90", "cold_95", "cold_99"),
    *("too_few", "no_exposure", "pile"),
)
"""Beside hot and cold: too few cases to say; cases where nobody lives; a cell whose own cases a pile hides."""


def false_discovery_q(p: Numbers) -> Numbers:
    """The smallest false-discovery rate at which each test would be named; NaN where p is NaN."""
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(np.isfinite(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def classes(z: Numbers, q: Numbers) -> npt.NDArray[np.object_]:
    """`hot_99` to `cold_99` by q, the side by z; `none` for the rest."""
    named = np.full(len(z), "none", dtype=object)
    for percent, level in reversed(LEVELS):
        named[(q <= level) & (z > 0)] = f"hot_{percent}"
        named[(q <= level) & (z < 0)] = f"cold_{percent}"
    return named
