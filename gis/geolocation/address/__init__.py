"""Reading addresses: running Chinese text in, its parts (road, place, building, unit, floor, door) out."""

from __future__ import annotations

from gis.geolocation.address.parser import parse
from gis.geolocation.address.parts import Kind, Part

__all__ = ["Kind", "Part", "parse"]
