"""Whether a polygon can be a boundary, and if not, why and where, in a person's words."""

from __future__ import annotations

import re

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.crs import coordinate_faults
from gis.errors import Fault, InvalidInput, Said, said

NO_AREA_DEG2 = 1e-12  # about 0.01 m²

# What GEOS calls it -> (our stable code, what to tell).
_GEOS_REASONS = {
    "Self-intersection": ("self_crossing", said("the outline crosses itself")),
    "Ring Self-intersection": ("self_touching", said("the outline touches itself")),
    "Hole lies outside shell": ("bad_hole", said("a hole lies outside the outline")),
    "Holes are nested": ("bad_hole", said("a hole lies inside another hole")),
    "Interior is disconnected": ("bad_hole", said("holes cut the inside in two")),
    "Nested shells": ("overlapping_parts", said("one part lies inside another")),
    "Duplicate Rings": ("overlapping_parts", said("the same ring is there twice")),
    "Too few points in geometry component": ("zero_area", said("a ring has fewer than three different corners")),
}
_REASON_AND_PLACE = re.compile(r"(?P<reason>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]")


def polygon_fault(geom: BaseGeometry | None, where: str) -> Fault | None:
    """The first fault that keeps a geometry (EPSG:4326) from being a boundary; None if it is sound.

    Looked for in this order: nothing there, not a polygon, corners that are no place on Earth, no area,
    crossing or touching itself, holes or parts that don't fit.
    """
    if geom is None or geom.is_empty:
        return Fault(where, "empty", said("there is no geometry"))
    if not isinstance(geom, shapely.Polygon | shapely.MultiPolygon):
        return Fault(
            where, "wrong_type", said("a boundary is a polygon, this is a {geom_type}", geom_type=geom.geom_type)
        )
    corners = shapely.get_coordinates(geom)
    if not np.isfinite(corners).all():
        return Fault(where, "not_a_number", said("a corner is not a pair of numbers"))
    west, south, east, north = geom.bounds
    for lon, lat in ((west, south), (east, north)):
        for fault in coordinate_faults(lon=lon, lat=lat, where=where):
            if fault.code != "null_island":  # a boundary may have a corner there; only a lone position cannot
                return fault
    # By the hull: the area of an outline that crosses itself may cancel out.
    if geom.convex_hull.area < NO_AREA_DEG2:
        return Fault(where, "zero_area", said("the outline encloses no area"), place=tuple(corners[0].tolist()))
    if geom.is_valid:
        return None
    return _told(shapely.is_valid_reason(geom), where)


def as_multipolygon(geom: BaseGeometry) -> shapely.MultiPolygon:
    """The same area as a MultiPolygon without heights, the one type that boundaries are stored in.

    Raises InvalidInput for anything but a polygon or multipolygon.
    """
    flat = shapely.force_2d(geom)
    if isinstance(flat, shapely.Polygon):
        return shapely.MultiPolygon([flat])
    if isinstance(flat, shapely.MultiPolygon):
        return flat
    raise InvalidInput(
        [
            Fault(
                "geometry",
                "wrong_type",
                said("a boundary is a polygon, this is a {geom_type}", geom_type=geom.geom_type),
            )
        ]
    )


def _told(geos_reason: str, where: str) -> Fault:
    match = _REASON_AND_PLACE.match(geos_reason)
    reason = match["reason"] if match else geos_reason
    code, told = _GEOS_REASONS.get(reason, ("invalid", Said(reason.lower())))
    if not match:
        return Fault(where, code, told)
    lon, lat = float(match["lon"]), float(match["lat"])
    return Fault(where, code, said("{told} at {lon:.6f}, {lat:.6f}", told=told, lon=lon, lat=lat), place=(lon, lat))
