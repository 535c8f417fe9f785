"""Coordinate systems: read their names, bring geometry to WGS84, choose one to measure in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from gis.crs.datums import Datum, FloatArray, Pair, to_wgs84
from gis.crs.outline import on_mainland
from gis.errors import Fault, InvalidInput, Said, said

GeometryArray = npt.NDArray[np.object_]

_DATUM_NAMES: dict[str, Datum] = {
    "wgs84": "wgs84",
    "epsg:4326": "wgs84",
    "ogc:crs84": "wgs84",
    "crs84": "wgs84",
    "cgcs2000": "cgcs2000",
    "epsg:4490": "cgcs2000",
    "gcj02": "gcj02",
    "bd09": "bd09",
    "bd09ll": "bd09",
}
_DATUM_BY_EPSG: dict[int, Datum] = {4326: "wgs84", 4490: "cgcs2000"}


def parse_crs(text: str) -> Datum | pyproj.CRS:
    """The coordinate system that `text` names, in any case: a datum of ours, or anything that PROJ knows.

    Takes `wgs84`, `cgcs2000`, `gcj02`, `bd09` (also written `GCJ-02`), `EPSG:4545` or `4545`, and WKT.
    EPSG:4326 and EPSG:4490 are read as `wgs84` and `cgcs2000`. Raises InvalidInput for anything else and for
    systems that do not say where on the Earth a point is.
    """
    name = re.sub(r"[\s_-]", "", text).lower()
    if name.isdigit():
        name = f"epsg:{name}"
    if name in _DATUM_NAMES:
        return _DATUM_NAMES[name]
    try:
        crs = pyproj.CRS.from_user_input(name if name.startswith("epsg:") else text.strip())
    except CRSError:
        raise _unusable(
            said(
                "{text!r} is not a known coordinate system; give EPSG:… or one of wgs84, cgcs2000, gcj02, bd09",
                text=text[:60],
            )
        ) from None
    if not (crs.is_geographic or crs.is_projected):
        raise _unusable(
            said("{name} is neither geographic nor projected, so its points have no place on a map", name=crs.name)
        )
    return _DATUM_BY_EPSG.get(crs.to_epsg() or 0, crs)


def reproject_points(
    lon_or_x: npt.ArrayLike, lat_or_y: npt.ArrayLike, crs: Datum | pyproj.CRS
) -> tuple[FloatArray, FloatArray]:
    """WGS84 (lon, lat) arrays of points in `crs`, given east first whatever its formal axis order.

    A point that `crs` cannot place comes out as infinite; `coordinate_faults` names it.
    """
    x, y = np.asarray(lon_or_x, dtype=float), np.asarray(lat_or_y, dtype=float)
    if isinstance(crs, str):
        return to_wgs84(x, y, datum=crs)
    lon, lat = _to_wgs84_transformer(crs).transform(x, y)
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def geometries_to_wgs84(geoms: GeometryArray, crs: Datum | pyproj.CRS) -> GeometryArray:
    """The same geometries, vertex by vertex, in EPSG:4326 and without heights; None stays None."""

    def move(x: FloatArray, y: FloatArray) -> Pair:
        return reproject_points(x, y, crs)

    return cast(GeometryArray, shapely.transform(geoms, move, include_z=False, interleaved=False))


def box_to_wgs84(box: tuple[float, float, float, float], *, epsg: int) -> tuple[float, float, float, float]:
    """West, south, east and north in EPSG:4326 of what a box covers, given as its least and greatest corner in the
    formal axis order of `EPSG:<epsg>`. Raises InvalidInput for an unknown system and a box that it cannot place.
    """
    try:
        transformer = pyproj.Transformer.from_crs(f"EPSG:{epsg}", "EPSG:4326")
        south, west, north, east = transformer.transform_bounds(*box)
    except (CRSError, ProjError):
        raise _unusable(said("EPSG:{epsg} is not a system that such a box can be in", epsg=epsg)) from None
    if not np.isfinite((south, west, north, east)).all():
        raise _unusable(said("EPSG:{epsg} has no place for such a box", epsg=epsg))
    return west, south, east, north


def metric_crs(lon: float, lat: float) -> pyproj.CRS:
    """The projected system in metres to measure in around a WGS84 point.

    On the Chinese mainland the CGCS2000 3-degree zone without zone prefix (EPSG:4534 to 4554, central
    meridians 75E to 135E); elsewhere WGS84 UTM. Distances are true to 0.03% on the mainland, 0.1% elsewhere,
    within the zone and short of the poles.
    """
    if on_mainland(lon, lat):
        central_meridian = min(max(3 * round(lon / 3), 75), 135)
        return _projected(4534 + (central_meridian - 75) // 3)
    zone = min(int((lon + 180) // 6) + 1, 60)
    return _projected((32600 if lat >= 0 else 32700) + zone)


@lru_cache(maxsize=32)
def _projected(epsg: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(epsg)


@lru_cache(maxsize=32)
def _to_wgs84_transformer(crs: pyproj.CRS) -> Any:
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _unusable(reason: Said) -> InvalidInput:
    return InvalidInput([Fault(where="crs", code="unknown_crs", reason=reason)])
