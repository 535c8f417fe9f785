"""Geometry without a database: what a sound grid is, how grids fit together, which one a point is in.

Everything takes and gives EPSG:4326, longitude first. Shapes are computed on in degrees, as they are stored,
so that an answer here is PostGIS's answer; only lengths and areas are measured in metres.
"""

from gis.geometry.coverage import CoverageFault, coverage_faults
from gis.geometry.locate import GridIndex
from gis.geometry.validity import as_multipolygon, polygon_fault

__all__ = ["CoverageFault", "GridIndex", "as_multipolygon", "coverage_faults", "polygon_fault"]
