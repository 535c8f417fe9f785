"""Chinese coordinates: the datums that phones and map services answer in, and the way to WGS84 and back.

`gcj02` is what Chinese phones, WeChat, Amap and Tencent give. `bd09` is Baidu's: GCJ-02 moved and twisted
once more. `cgcs2000` is the national geodetic datum, equal to WGS84 to well under a metre, and taken as such.

Baidu twists everything that it serves under the name BD-09, Hong Kong, Macau and Taiwan included, where
GCJ-02 and WGS84 are one. Abroad it answers in WGS84: name that datum for such a source. Here `bd09` always
has the twist, so that it has one meaning and an inverse.
"""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from gis.crs.outline import on_mainland

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
GivenDatum = Literal[Datum, "unknown"]
"""What a sender may say of its coordinates."""

FloatArray = npt.NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

# The ellipsoid that GCJ-02's formula is written for (Krassovsky 1940).
SEMI_MAJOR_AXIS_M = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323

BAIDU_WAVE = np.pi * 3000.0 / 180.0

# A round shrinks the error at least 300 times for GCJ-02, 50 times for BD-09, from under 1 km each.
GCJ02_ROUNDS = 4
BD09_ROUNDS = 6


@overload
def to_wgs84(lon: float, lat: float, *, datum: Datum) -> tuple[float, float]: ...
@overload
def to_wgs84(lon: FloatArray, lat: FloatArray, *, datum: Datum) -> Pair: ...
def to_wgs84(lon: Any, lat: Any, *, datum: Datum) -> Any:
    """The WGS84 (lon, lat) of a reading in `datum`, in degrees; numbers or arrays of one shape.

    The inverse of `from_wgs84` to well below a millimetre. Whether the shift applies is decided by the WGS84
    point that the reading would come from: if that lies on the mainland it does. Outside, within about a
    kilometre of the mainland, one GCJ-02 reading can come from two places (one moved, one not), and the
    mainland's is taken.
    """
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum == "bd09":
        x, y = _gcj02_to_wgs84(*_bd09_to_gcj02(x, y))
    elif datum == "gcj02":
        x, y = _gcj02_to_wgs84(x, y)
    return _numbers_or_arrays(x, y)


@overload
def from_wgs84(lon: float, lat: float, *, datum: Datum) -> tuple[float, float]: ...
@overload
def from_wgs84(lon: FloatArray, lat: FloatArray, *, datum: Datum) -> Pair: ...
def from_wgs84(lon: Any, lat: Any, *, datum: Datum) -> Any:
    """The (lon, lat) in `datum` of a WGS84 point, in degrees; numbers or arrays of one shape."""
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if datum in ("gcj02", "bd09"):
        x, y = _wgs84_to_gcj02(x, y)
    if datum == "bd09":
        x, y = _gcj02_to_bd09(x, y)
    return _numbers_or_arrays(x, y)


def _numbers_or_arrays(x: FloatArray, y: FloatArray) -> tuple[float, float] | Pair:
    return (float(x), float(y)) if x.ndim == 0 else (x, y)


def _wgs84_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    east, north = _gcj02_shift(lon, lat)
    shifted = on_mainland(lon, lat)
    return np.where(shifted, lon + east, lon), np.where(shifted, lat + north, lat)


def _gcj02_to_wgs84(lon: FloatArray, lat: FloatArray) -> Pair:
    x, y = lon, lat
    for _ in range(GCJ02_ROUNDS):
        east, north = _gcj02_shift(x, y)
        x, y = lon - east, lat - north
    shifted = on_mainland(x, y)
    return np.where(shifted, x, lon), np.where(shifted, y, lat)


def _gcj02_shift(lon: FloatArray, lat: FloatArray) -> Pair:
    """How far GCJ-02 moves a WGS84 point, in degrees east and north: the formula as commonly published."""
    x, y = lon - 105.0, lat - 35.0
    sin, pi, root = np.sin, np.pi, np.sqrt(np.abs(x))
    ripple = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    east_waves = 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)
    north_waves = 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (ripple + east_waves) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + (ripple + north_waves) * 2 / 3

    phi = np.radians(lat)
    w2 = 1 - ECCENTRICITY_SQUARED * sin(phi) ** 2
    prime_vertical_m = SEMI_MAJOR_AXIS_M / np.sqrt(w2)
    meridian_m = prime_vertical_m * (1 - ECCENTRICITY_SQUARED) / w2
    return np.degrees(east_m / (prime_vertical_m * np.cos(phi))), np.degrees(north_m / meridian_m)


def _gcj02_to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_WAVE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _bd09_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    x, y = lon, lat
    for _ in range(BD09_ROUNDS):
        twisted_x, twisted_y = _gcj02_to_bd09(x, y)
        x, y = x - (twisted_x - lon), y - (twisted_y - lat)
    return x, y
