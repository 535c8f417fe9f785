"""Millions of points to their grids: a raster of cells, with exact tests only where edges pass.

The engine is compiled. Loading it takes about half a second, and the first time in a home it is compiled, which
takes some seconds; so its modules are imported where many points are at hand, not before.
"""

from __future__ import annotations


def load() -> None:
    """Load the engine into this process, compiled before or now."""
    import numpy as np
    import shapely

    from gis.geometry.cells.index import CellIndex

    index = CellIndex(np.array([shapely.box(0, 0, 1, 1)]), np.zeros(1, np.intp), threads=1)
    index.count(np.zeros(1), np.zeros(1))
