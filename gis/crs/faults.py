"""What can be wrong with a coordinate, told so that its sender can mend it."""

from __future__ import annotations

import math

from gis.errors import Fault, said


def coordinate_faults(*, lon: float, lat: float, where: str) -> list[Fault]:
    """Every fault of one point in degrees (any datum of ours); empty if it could be a place on Earth.

    Latitude and longitude are known to be swapped only where that would mend the point: 29N 107E sent as
    lon=29, lat=107. A swap that lands elsewhere on Earth is not seen here.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return [Fault(where, "not_a_number", said("lon={lon}, lat={lat} is not a pair of numbers", lon=lon, lat=lat))]
    if lon == 0 and lat == 0:
        return [Fault(where, "null_island", said("lon=0, lat=0 stands for a missing position, not for a place"))]
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lon) <= 90:
        reason = said("lon={lon:g}, lat={lat:g} looks like latitude and longitude are swapped", lon=lon, lat=lat)
        return [Fault(where, "swapped", reason, place=(lat, lon))]
    faults = []
    if abs(lon) > 180:
        faults.append(Fault(where, "outside_world", said("lon={lon:g} is not between -180 and 180 degrees", lon=lon)))
    if abs(lat) > 90:
        faults.append(Fault(where, "outside_world", said("lat={lat:g} is not between -90 and 90 degrees", lat=lat)))
    return faults
