"""Reads grids from a vector file, for use without a database."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyogrio
import pyogrio.errors
import shapely

from gis.crs import geometries_to_wgs84, parse_crs
from gis.errors import Fault, InvalidInput, said
from gis.files.datasets import dataset
from gis.geometry import polygon_fault


def read_boundaries(path: Path, *, code: str, layer: str | None = None) -> tuple[list[str], npt.NDArray[np.object_]]:
    """The codes and (Multi)Polygons (EPSG:4326) of a vector file that `dataset` takes.

    Raises InvalidInput with every faulty one.
    """
    if not path.is_file():
        raise InvalidInput([Fault("boundaries", "missing", said("there is no file {path}", path=path))])
    try:
        with dataset(path, layer) as opened:
            chosen = None if opened != path else layer  # what was unpacked or written again holds just one
            columns = [str(name) for name in pyogrio.read_info(opened, layer=chosen)["fields"]]
            if code not in columns:
                reason = said(
                    "there is no column “{code}”; name one with --code (there: {value})",
                    code=code,
                    value=", ".join(columns) or "none",
                )
                raise InvalidInput([Fault("boundaries", "missing_column", reason)])
            meta, _, wkb, values = pyogrio.raw.read(opened, layer=chosen, columns=[code])
            shapes = shapely.from_wkb(wkb, on_invalid="ignore") if wkb is not None else None
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InvalidInput(
            [Fault("boundaries", "unreadable", said("it cannot be read: damaged, or no such layer"))]
        ) from error
    codes = ["" if value is None or value != value else str(value) for value in values[0].tolist()]
    if shapes is None:
        raise InvalidInput([Fault("boundaries", "unreadable", said("it has no geometries"))])
    geoms = geometries_to_wgs84(shapes, parse_crs(meta["crs"] or "EPSG:4326"))
    faults = [
        Fault(f"feature {n}", "missing", said("it has no code")) for n, code in enumerate(codes, start=1) if not code
    ]
    polygons = np.isin(shapely.get_type_id(geoms), (3, 6))
    for n in np.flatnonzero(~(polygons & shapely.is_valid(geoms))).tolist():
        fault = polygon_fault(geoms[n], f"feature {n + 1} ({codes[n]})")
        faults += [fault] if fault else []
    if faults:
        raise InvalidInput(faults)
    return codes, geoms
