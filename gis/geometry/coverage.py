"""Whether grids tile their community: no two overlap, nothing between them is left out.

A *coverage* is a set of polygons that meet only at their edges. Three things break one:

- an *overlap* is ground that two grids both claim;
- a *gap* is ground that grids enclose and none claims. A lake that was left out on purpose is one too: the
  file cannot tell;
- an *open gap* is a narrow strip between two neighbours that runs out at the rim, where nothing encloses it.

The *width* of any of them is the diameter of the largest circle that fits into it: what a person would call
the widest spot. What is on average less than a tenth of a millimetre wide is noise and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from gis.errors import Fault, InvalidInput, Severity
from gis.geometry.rim import open_gaps
from gis.geometry.ruler import Ruler
from gis.geometry.validity import polygon_fault

GeometryArray = npt.NDArray[np.object_]
CoverageKind = Literal["overlap", "gap", "open_gap"]

NOISE_M = 0.0001
# How near a grid must come to a gap to count as its neighbour: about a millimetre.
TOUCH_DEG = 1e-8
NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class CoverageFault:
    """One overlap or gap: between which grids, how wide and large, and its shape and a place in it (EPSG:4326)."""

    kind: CoverageKind
    codes: tuple[str, ...]
    width_m: float
    area_m2: float
    geom: shapely.MultiPolygon
    place: tuple[float, float]
    severity: Severity

    def as_fault(self) -> Fault:
        """The same as one line of a report."""
        named = ", ".join(self.codes[:NAMED_AT_MOST]) + (", …" if len(self.codes) > NAMED_AT_MOST else "")
        what = {"overlap": "overlap", "gap": "gap", "open_gap": "gap that opens at the rim"}[self.kind]
        size = f"up to {self.width_m:.3g} m wide, {self.area_m2:.3g} m²"
        lon, lat = self.place
        reason = f"{what}, {size}, at {lon:.6f}, {lat:.6f}"
        return Fault(named, self.kind, reason, self.severity, self.place)


def coverage_faults(codes: Sequence[str], geoms: GeometryArray, *, tolerance_m: float) -> list[CoverageFault]:
    """Every overlap and gap among grids, the widest first; empty if they tile their area.

    `geoms` are (Multi)Polygons in EPSG:4326, one for each code. An overlap is one fault for each pair of grids,
    with all its pieces; a gap is one for each piece of ground. What is at most `tolerance_m` wide is a
    warning. Open gaps are found up to 5 m (or the tolerance) wide; a wider one looks like the community's own
    outline. Raises InvalidInput with every polygon that is not sound: it cannot be measured.
    """
    unsound = [fault for code, geom in zip(codes, geoms, strict=True) if (fault := polygon_fault(geom, code))]
    if unsound:
        raise InvalidInput(unsound)
    if len(codes) == 0:
        return []
    coverage = _Coverage(codes, geoms, tolerance_m)
    found = [*coverage.overlaps(), *coverage.gaps()]
    return sorted(found, key=lambda fault: (-fault.width_m, fault.codes))


class _Coverage:
    def __init__(self, codes: Sequence[str], geoms: GeometryArray, tolerance_m: float) -> None:
        self.codes = np.asarray([str(code) for code in codes], dtype=object)
        self.geoms = shapely.force_2d(np.asarray(geoms, dtype=object))
        self.tolerance_m = tolerance_m
        self.tree = shapely.STRtree(self.geoms)
        self.ruler = Ruler.for_extent(shapely.total_bounds(self.geoms))

    def overlaps(self) -> Iterator[CoverageFault]:
        one, other = self.tree.query(self.geoms, predicate="intersects")
        one, other = one[one < other], other[one < other]
        common = shapely.intersection(self.geoms[one], self.geoms[other])
        pieces, pair = shapely.get_parts(common, return_index=True)
        polygons = shapely.get_type_id(pieces) == shapely.GeometryType.POLYGON
        pieces, pair = pieces[polygons], pair[polygons]
        wide, width_m, area_m2 = self._measured(pieces)
        pieces, pair = pieces[wide], pair[wide]
        for each in np.unique(pair):
            mine = pair == each
            yield self._fault("overlap", (one[each], other[each]), pieces[mine], width_m[mine], area_m2[mine])

    def gaps(self) -> Iterator[CoverageFault]:
        covered = shapely.get_parts(shapely.union_all(self.geoms))
        filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(covered)))
        enclosed = shapely.get_parts(shapely.difference(filled, shapely.union_all(covered)))
        yield from self._gaps("gap", enclosed)
        yield from self._gaps("open_gap", open_gaps(self.geoms, filled, self.ruler, max_width_m=self._max_open_m))

    @property
    def _max_open_m(self) -> float:
        return max(5.0, self.tolerance_m)

    def _gaps(self, kind: CoverageKind, pieces: GeometryArray) -> Iterator[CoverageFault]:
        wide, width_m, area_m2 = self._measured(pieces)
        pieces = pieces[wide]
        gap, grid = self.tree.query(pieces, predicate="dwithin", distance=TOUCH_DEG)
        for each in range(len(pieces)):
            here = slice(each, each + 1)
            yield self._fault(kind, grid[gap == each], pieces[here], width_m[here], area_m2[here])

    def _measured(self, pieces: GeometryArray) -> tuple[npt.NDArray[np.bool_], Any, Any]:
        """Which pieces are more than noise, and the widths and areas of those."""
        flat = self.ruler.to_metres(pieces)
        wide = self.ruler.mean_width_m(flat) >= NOISE_M
        return wide, self.ruler.width_m(flat[wide]), shapely.area(flat[wide])

    def _fault(self, kind: CoverageKind, grids: Any, pieces: GeometryArray, width_m: Any, area_m2: Any) -> CoverageFault:
        widest = int(np.argmax(width_m))
        inside = shapely.point_on_surface(pieces[widest])
        return CoverageFault(
            kind=kind,
            codes=tuple(sorted(self.codes[list(grids)])),
            width_m=float(width_m[widest]),
            area_m2=float(area_m2.sum()),
            geom=shapely.MultiPolygon(list(pieces)),
            place=(inside.x, inside.y),
            severity="warning" if width_m[widest] <= self.tolerance_m else "fault",
        )
