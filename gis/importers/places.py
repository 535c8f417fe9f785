"""Where the rows of a file are: the coordinate system it is in, and its points in WGS84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from sqlalchemy import Connection, func, select

from gis.crs import Datum, coordinate_faults, geometries_to_wgs84, parse_crs, reproject_points
from gis.errors import Fault, InvalidInput, said
from gis.geometry import GridIndex
from gis.importers.faults import Faults
from gis.importers.options import Options
from gis.importers.plan import Draft
from gis.importers.source import Source
from gis.storage.tables import grid, grid_version

Crs = Datum | pyproj.CRS
Shapes = npt.NDArray[np.object_]


def settle_crs(source: Source, options: Options, notices: list[str]) -> Crs:
    """The coordinate system of a file: as `--crs` says, else as the file says, else WGS84, told in a notice.

    Raises InvalidInput if a name is unknown.
    """
    named = options.crs or source.crs
    if named:
        return parse_crs(named)
    if source.format != "geojson":  # its standard (RFC 7946) says WGS84
        notices.append(
            f"{source.path.name} does not say which coordinate system it is in; WGS84 was assumed. "
            "If it is another, name it with --crs (phones and map services in China give gcj02 or bd09)."
        )
    return "wgs84"


def row_systems(
    source: Source, options: Options, named: pd.Series, there: pd.Series, faults: Faults, notices: list[str]
) -> list[tuple[pd.Series, Crs]]:
    """Which rows are in which coordinate system: those whose cell of `crs` names one, and the rest in the file's.

    `named` has these cells, None where empty, and `there` tells which rows have a point; a name that is unknown is a
    fault of its rows, which are then in none.
    """
    names = named.str.casefold()
    systems: list[tuple[pd.Series, Crs]] = []
    if (there & names.isna()).any():
        systems.append((names.isna(), settle_crs(source, options, notices)))
    for name in names.dropna().unique():
        try:
            systems.append((names == name, parse_crs(name)))
        except InvalidInput:
            faults.rows(named[names == name], "unknown_crs", "{value} is no coordinate system", field="crs")
    return systems


def shapes_to_wgs84(shapes: Shapes, crs: Crs) -> Shapes:
    """Geometries in EPSG:4326 without heights. Raises InvalidInput if they are clearly not in degrees."""
    refuse_metres(shapely.get_coordinates(shapes), crs)
    return geometries_to_wgs84(shapes, crs)


def refuse_metres(coordinates: npt.NDArray[np.float64], crs: Crs) -> None:
    """Raise InvalidInput if most of `coordinates` can't be degrees though `crs` is in degrees."""
    if not isinstance(crs, str) or not len(coordinates):
        return
    far = np.abs(coordinates).max(axis=1) > 1000
    if far.mean() > 0.5:
        x, y = coordinates[far][0]
        reason = said(
            "its coordinates, such as {x:.0f}, {y:.0f}, are not degrees; name their system with --crs EPSG:…", x=x, y=y
        )
        raise InvalidInput([Fault("file", "not_degrees", reason)])


def check_points(lon: pd.Series, lat: pd.Series, faults: Faults, grids: Grids) -> pd.Series:
    """A fault for each point (degrees; NaN for none) that is half there, no place on Earth, or swapped.

    Answers which points are sound. Swapped is also what is far from the grids, but among them with
    longitude and latitude exchanged.
    """
    for number in lon.index[lon.isna() != lat.isna()]:
        lacking = "lon" if np.isnan(lon[number]) else "lat"
        if not faults.tells(int(number), lacking):
            faults.row(int(number), "half_a_point", said("longitude and latitude are needed both"), field=lacking)
    there = lon.notna() & lat.notna()
    impossible = ~np.isfinite(lon) | ~np.isfinite(lat) | (lon.abs() > 180) | (lat.abs() > 90)
    impossible |= (lon == 0) & (lat == 0)
    for number in lon.index[there & impossible]:
        for fault in coordinate_faults(lon=float(lon[number]), lat=float(lat[number]), where=""):
            faults.row(int(number), fault.code, fault.reason, field="lon, lat", place=fault.place)
    swapped = there & ~impossible & ~grids.near(lon, lat) & grids.near(lat, lon)
    for number in lon.index[swapped]:
        reason = said(
            "lon={lon:g}, lat={lat:g} looks like latitude and longitude are swapped", lon=lon[number], lat=lat[number]
        )
        faults.row(int(number), "swapped", reason, field="lon, lat", place=(float(lat[number]), float(lon[number])))
    sound: pd.Series = there & ~impossible & ~swapped
    return sound


@dataclass(frozen=True)
class Grids:
    """The grids that a community has now."""

    codes: list[str]
    geoms: Shapes

    def near(self, lon: pd.Series, lat: pd.Series) -> pd.Series:
        """Which points are within a degree of their extent; none if there are no grids."""
        west, south, east, north = shapely.total_bounds(self.geoms)
        inside: pd.Series = lon.between(west - 1, east + 1) & lat.between(south - 1, north + 1)
        return inside


def current_grids(connection: Connection, community_id: int | None) -> Grids:
    query = (
        select(grid.c.code, func.ST_AsBinary(grid_version.c.geom))
        .join(grid_version, grid_version.c.grid_id == grid.c.id)
        .where(grid.c.community_id == community_id, grid_version.c.valid_to.is_(None))
    )
    found = connection.execute(query).all()
    return Grids([row[0] for row in found], shapely.from_wkb(np.array([row[1] for row in found], dtype=object)))


def read_points(source: Source, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Each row's x and y as they are in the file, NaN where there are none.

    From the geometry if there is one (of a polygon: a point inside it), else from the fields lon and lat.
    """
    empty = pd.Series(np.nan, index=rows.index)
    if source.geometry is None:
        return rows.get("lon", empty), rows.get("lat", empty)
    points = np.array([_point(shape) for shape in source.geometry], dtype=object)
    return pd.Series(shapely.get_x(points), rows.index), pd.Series(shapely.get_y(points), rows.index)


def _point(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    if shape is None or shape.is_empty:
        return None
    return shape if isinstance(shape, shapely.Point) else shapely.point_on_surface(shape)


def points_to_wgs84(x: pd.Series, y: pd.Series, crs: Crs) -> tuple[pd.Series, pd.Series]:
    lon, lat = reproject_points(x.to_numpy(), y.to_numpy(), crs)
    return pd.Series(lon, x.index), pd.Series(lat, y.index)


def points_in_grids(draft: Draft, crs: Crs, *, passed_over: Sequence[int] = (), reach_m: float = 0) -> pd.Series:
    """Each row's point in WGS84; a fault for each that has none, or one outside every grid.

    Where rows that are `passed_over` lie is not asked; up to `reach_m` from a grid is not outside.
    """
    x, y = read_points(draft.source, draft.rows)
    refuse_metres(np.column_stack([x, y]), crs)
    lon, lat = points_to_wgs84(x, y, crs)
    grids = current_grids(draft.connection, draft.community.id)
    sound = check_points(lon, lat, draft.faults, grids)
    for number in lon.index[lon.isna() & lat.isna()]:
        if not draft.faults.tells(int(number), "lon", "lat", "geometry"):
            draft.faults.row(int(number), "no_place", said("it has no coordinates"), field="lon, lat")
    asked = lon.index[sound].difference(list(passed_over))
    index = GridIndex(grids.codes, grids.geoms)
    for number in asked[index.locate(lon[asked], lat[asked]) < 0]:
        if reach_m and index.around(lon=float(lon[number]), lat=float(lat[number]), reach_m=reach_m)[0]:
            continue
        place = (float(lon[number]), float(lat[number]))
        reason = said("the point {lon:.6f}, {lat:.6f} is in none of the community's grids", lon=place[0], lat=place[1])
        draft.faults.row(int(number), "outside_grids", reason, field="lon, lat", place=place)
    return pd.Series(shapely.points(lon, lat), draft.rows.index, dtype=object)
