"""Whether grids tile their community: no two overlap, nothing between them is left out.

A *coverage* is a set of polygons that meet only at their edges. Three things break one:

- an *overlap* is ground that two grids both claim;
- a *gap* is ground that grids enclose, but for slits within the tolerance, and none claims. A lake that was
  left out on purpose is one too: the file cannot tell;
- an *open gap* is a narrow strip between two neighbours that runs out at the rim, where nothing encloses it.

The *width* of any of them is the diameter of the largest circle that fits into it: what a person would call
the widest spot. What covers less than 0.03 m², half a sheet of paper, is noise and is not reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt
import shapely

from gis.errors import Fault, InvalidInput, Severity, said
from gis.geometry.rim import open_gaps
from gis.geometry.ruler import Ruler, Sizes, measure
from gis.geometry.validity import polygon_fault

GeometryArray = npt.NDArray[np.object_]
CoverageKind = Literal["overlap", "gap", "open_gap"]

NOISE_M2 = 0.03
# How near a grid must come to a gap to count as its neighbour: about a millimetre.
TOUCH_DEG = 1e-8
OPEN_GAP_M = 5.0
NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class CoverageFault:
    """One overlap or gap: between which grids, how wide and large, its shape and its widest spot (EPSG:4326)."""

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
        what = {"overlap": said("overlap"), "gap": said("gap"), "open_gap": said("gap that opens at the rim")}[
            self.kind
        ]
        size = f"up to {self.width_m:.3g} m wide, {self.area_m2:.3g} m²"
        lon, lat = self.place
        reason = said("{what}, {size}, at {lon:.6f}, {lat:.6f}", what=what, size=size, lon=lon, lat=lat)
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


def _without_holes(area: Any) -> Any:
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(area))))


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
        pieces, pair = self._more_than_noise(pieces, pair)
        sizes = measure(pieces)
        for each in np.unique(pair):
            yield self._fault("overlap", (one[each], other[each]), pieces, sizes, np.flatnonzero(pair == each))

    def gaps(self) -> Iterator[CoverageFault]:
        covered = shapely.union_all(self.geoms)
        filled = _without_holes(covered)
        enclosed = shapely.get_parts(shapely.difference(filled, covered))
        lakes = self._lakes_behind_slits(covered, enclosed)
        filled = shapely.union_all([filled, *lakes])
        notches = open_gaps(self.geoms, filled, self.ruler, max_width_m=max(OPEN_GAP_M, self.tolerance_m))
        yield from self._gaps("gap", np.append(enclosed, lakes))
        yield from self._gaps("open_gap", notches)

    def _lakes_behind_slits(self, covered: Any, enclosed: GeometryArray) -> GeometryArray:
        """Ground that would be enclosed if slits up to the tolerance were closed, such as rounding leaves."""
        half_m = self.tolerance_m / 2
        sealed = shapely.buffer(self.ruler.to_metres(covered), half_m, join_style="mitre")
        holes = shapely.get_parts(shapely.difference(_without_holes(sealed), sealed))
        pools = self.ruler.to_degrees(shapely.buffer(holes, half_m, join_style="mitre"))
        known = shapely.STRtree(enclosed).query(pools, predicate="intersects")[0]
        return cast(GeometryArray, shapely.get_parts(shapely.difference(np.delete(pools, known), covered)))

    def _gaps(self, kind: CoverageKind, pieces: GeometryArray) -> Iterator[CoverageFault]:
        pieces, _ = self._more_than_noise(pieces, np.arange(len(pieces)))
        sizes = measure(pieces)
        gap, grid = self.tree.query(pieces, predicate="dwithin", distance=TOUCH_DEG)
        for each in range(len(pieces)):
            yield self._fault(kind, grid[gap == each], pieces, sizes, [each])

    def _more_than_noise(self, pieces: GeometryArray, owner: Any) -> tuple[GeometryArray, Any]:
        """The pieces that have an area and belong to an owner with more than noise, and their owners."""
        area_m2 = shapely.area(self.ruler.to_metres(pieces))
        large = (area_m2 > 0) & (np.bincount(owner, weights=area_m2)[owner] >= NOISE_M2)
        return pieces[large], owner[large]

    def _fault(self, kind: CoverageKind, grids: Any, pieces: GeometryArray, sizes: Sizes, these: Any) -> CoverageFault:
        widest = these[int(np.argmax(sizes.width_m[these]))]
        width_m = float(sizes.width_m[widest])
        lon, lat = sizes.spot[widest].tolist()
        return CoverageFault(
            kind=kind,
            codes=tuple(sorted(self.codes[list(grids)])),
            width_m=width_m,
            area_m2=float(sizes.area_m2[these].sum()),
            geom=shapely.MultiPolygon(list(pieces[these])),
            place=(lon, lat),
            severity="warning" if width_m <= self.tolerance_m else "fault",
        )
