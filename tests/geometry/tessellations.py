"""Made-up coverages whose answers are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st

WEST, SOUTH, CELL_DEG = 107.0, 29.0, 0.0078125  # a power of two, so that sums stay exact


@st.composite
def tessellations(draw: st.DrawFn) -> tuple[list[str], Any]:
    """Crooked quadrilaterals that tile a rectangle, corners shared to the last bit, with codes in any order."""
    columns, rows = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    wobble = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x, y = np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0))
    x[:, 1:-1] += wobble.uniform(-0.24, 0.24, x[:, 1:-1].shape)
    y[1:-1, :] += wobble.uniform(-0.24, 0.24, y[1:-1, :].shape)
    corners = np.stack([WEST + CELL_DEG * x, SOUTH + CELL_DEG * y], axis=-1)
    rings = [
        [corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c]]
        for r in range(rows)
        for c in range(columns)
    ]
    codes = [f"G{n:03d}" for n in draw(st.permutations(range(len(rings))))]
    return codes, np.array([shapely.MultiPolygon([shapely.Polygon(ring)]) for ring in rings], dtype=object)
