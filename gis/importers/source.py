"""What a file says, before anything is made of it.

A `Source` holds every cell as text ("" where empty) and, for vector files, the geometries as they are
in the file. Its index is what its sender finds again: the row as a spreadsheet numbers it (the header is
row 1), or the feature's number, from 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import Fault

Format = Literal["geojson", "shapefile", "gpkg", "csv", "xlsx"]


@dataclass
class Source:
    """One file's rows; `crs` is what the file itself says of its coordinates (an EPSG code or WKT)."""

    path: Path
    format: Format
    frame: pd.DataFrame
    geometry: npt.NDArray[np.object_] | None = None
    crs: str | None = None
    notices: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return "row" if self.format in ("csv", "xlsx") else "feature"


def table_of(rows: list[list[str]], columns: list[str], numbers: list[int]) -> pd.DataFrame:
    """Rows of text as a frame of objects, indexed by their number in the file."""
    cells = np.empty((len(rows), len(columns)), dtype=object)
    if rows and columns:
        cells[:] = rows
    return pd.DataFrame(cells, columns=columns, index=pd.Index(numbers, dtype="int64"), dtype=object)


def cell_text(value: Any) -> str:
    """A typed cell as the text that a person would have written: 12.0 is 12, a list is a|b, nothing is ""."""
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return ""
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    if isinstance(value, list | tuple | np.ndarray):
        return "|".join(cell_text(item) for item in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)
