"""A town of two grids side by side, and a way to import a file into it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shapely
from sqlalchemy import Connection

from gis.importers.importing import apply, check_file
from gis.importers.options import Options
from gis.importers.plan import Counts, Plan
from gis.settings import Settings

WEST = shapely.box(107.090, 29.160, 107.091, 29.161)
EAST = shapely.box(107.091, 29.160, 107.092, 29.161)
IN_WEST = (107.0905, 29.1605)
IN_EAST = (107.0915, 29.1605)
OUTSIDE = (107.0950, 29.1605)


@dataclass(frozen=True)
class Importer:
    """Imports files into the community `town` unless told otherwise."""

    connection: Connection
    settings: Settings
    folder: Path

    def check(self, kind: str, path: Path, **options: Any) -> Plan:
        given = Options(**{"community": "town", "timezone": "Asia/Shanghai"} | options)
        return check_file(self.connection, kind, path, given, settings=self.settings)

    def take(self, kind: str, path: Path, *, skip_faulty: bool = False, **options: Any) -> Counts:
        plan = self.check(kind, path, **options)
        apply(self.connection, plan, skip_faulty=skip_faulty)
        return plan.changes.counts

    def geojson(self, name: str, features: Sequence[tuple[dict[str, Any], Any]], **more: Any) -> Path:
        """A file of (properties, shape or GeoJSON geometry or None)."""
        written = [
            {"type": "Feature", "properties": properties, "geometry": _geometry(shape)}
            for properties, shape in features
        ]
        path = self.folder / f"{name}.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": written} | more), encoding="utf-8")
        return path

    def csv(self, name: str, *rows: Sequence[Any], encoding: str = "utf-8") -> Path:
        """A file whose first row names the columns."""
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
        return path


def _geometry(shape: Any) -> Any:
    return json.loads(shapely.to_geojson(shape)) if isinstance(shape, shapely.Geometry) else shape


@pytest.fixture
def importer(connection: Connection, settings: Settings, tmp_path: Path) -> Importer:
    return Importer(connection, settings, tmp_path)


@pytest.fixture
def grids(importer: Importer) -> Path:
    """The file of the town's two grids, not imported yet."""
    return importer.geojson("grids", [({"code": "E", "name": "East"}, EAST), ({"code": "W", "name": "West"}, WEST)])


@pytest.fixture
def town(importer: Importer, grids: Path) -> Importer:
    """The town with its grids, a building in the west, and an online group."""
    importer.take("boundaries", grids)
    importer.take("buildings", importer.csv("first", ["id", "name", "lon", "lat"], ["B1", "1栋", *IN_WEST]))
    importer.take("groups", importer.csv("group", ["code", "name", "grid_codes"], ["G1", "West people", "W"]))
    return importer


@pytest.fixture
def told() -> Callable[[Plan], list[str]]:
    """What a plan's faults say, as `where: code`."""
    return lambda plan: [f"{fault.where}: {fault.code}" for fault in plan.faults if fault.severity == "fault"]
