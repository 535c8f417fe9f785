"""Where foreign coordinates are brought to EPSG:4326, with their datum named.

Longitude comes first everywhere. Everything else in the project takes and gives WGS84.
"""

from gis.crs.datums import Datum, GivenDatum, from_wgs84, to_wgs84
from gis.crs.faults import coordinate_faults
from gis.crs.outline import on_mainland
from gis.crs.systems import geometries_to_wgs84, metric_crs, parse_crs, reproject_points

__all__ = [
    "Datum",
    "GivenDatum",
    "coordinate_faults",
    "from_wgs84",
    "geometries_to_wgs84",
    "metric_crs",
    "on_mainland",
    "parse_crs",
    "reproject_points",
    "to_wgs84",
]
