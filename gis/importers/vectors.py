"""Reads files that carry geometry: GeoJSON, Shapefile (also zipped) and GeoPackage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import pyogrio.errors
import shapely

from gis.encoding import detect
from gis.errors import Fault, InvalidInput, Said, said
from gis.files.datasets import chosen_layer, dataset, json_of, sibling
from gis.files.sizes import demand_moderate
from gis.importers.source import Format, Source, cell_text, table_of


def read_geojson(path: Path) -> Source:
    """A GeoJSON FeatureCollection (or one Feature), in any encoding that can be recognised."""
    document, encoding = json_of(path)
    try:
        return _geojson(path, document, encoding)
    except RecursionError as error:
        raise _unreadable(said("its brackets are nested too deeply")) from error


def _geojson(path: Path, document: Any, encoding: str | None) -> Source:
    features = _features(document)
    names: dict[str, None] = {}
    for feature in features:
        names.update(dict.fromkeys(feature["properties"]))
        demand_moderate(rows=len(features), columns=len(names))
    rows = [[cell_text(feature["properties"].get(name)) for name in names] for feature in features]
    columns = [name.encode("utf-8", "replace").decode() for name in names]  # half a character is no name
    numbers = list(range(1, len(rows) + 1))
    geometry, faults = _shapes(features)
    source = Source(path, "geojson", table_of(rows, columns, numbers), geometry=geometry, faults=faults)
    source.crs = _geojson_crs(document)
    if encoding:
        source.notices.append(f"{path.name} is {encoding}, not UTF-8; its characters were converted.")
    return source


def read_shapefile(path: Path, layer: str | None) -> Source:
    """A Shapefile by its .shp, or one in a .zip; text by its .cpg if that is true, detected otherwise."""
    with dataset(path, layer) as shp:
        return _read_shp(shp, path)


def read_geopackage(path: Path, layer: str | None) -> Source:
    """The named layer of a GeoPackage, or its only one."""
    with dataset(path, layer) as opened:
        try:
            layers = [str(name) for name in pyogrio.list_layers(opened)[:, 0]]
        except pyogrio.errors.DataSourceError as error:
            raise _unreadable(said("it is not a GeoPackage")) from error
        return _read_ogr(opened, path, "gpkg", layer=chosen_layer(layers, layer))


def _features(document: Any) -> list[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        listed = [document]
    elif kind == "FeatureCollection" and isinstance(document.get("features"), list):
        listed = document["features"]
    else:
        raise _unreadable(said("it is JSON, but not a GeoJSON FeatureCollection"))
    wrong = [number for number, feature in enumerate(listed, start=1) if not isinstance(feature, dict)]
    if wrong:
        raise InvalidInput(
            [Fault(f"feature {number}", "not_a_feature", said("it is not an object")) for number in wrong]
        )
    return [
        {"geometry": feature.get("geometry"), "properties": properties if isinstance(properties, dict) else {}}
        for feature in listed
        for properties in [feature.get("properties")]
    ]


def _shapes(features: list[dict[str, Any]]) -> tuple[npt.NDArray[np.object_], list[Fault]]:
    written = [json.dumps(f["geometry"]) if f["geometry"] is not None else None for f in features]
    shapes = shapely.from_geojson(np.array(written, dtype=object), on_invalid="ignore")
    reason = said("its geometry is not GeoJSON: a ring may be open, or a number missing")
    faults = [
        Fault(f"feature {number}, geometry", "bad_geometry", reason)
        for number, (text, shape) in enumerate(zip(written, shapes, strict=True), start=1)
        if text is not None and shape is None
    ]
    return shapes, faults


def _geojson_crs(document: dict[str, Any]) -> str | None:
    """The CRS that older GeoJSON may name; since RFC 7946 it is always WGS84."""
    match document.get("crs"):
        case {"properties": {"name": str(name)}}:
            return "EPSG:4326" if "CRS84" in name.upper() else name
    return None


def _read_shp(shp: Path, path: Path) -> Source:
    encoding, converted = _dbf_encoding(shp)
    source = _read_ogr(shp, path, "shapefile", encoding=encoding)
    if converted:
        source.notices.append(f"{path.name}: its text is {encoding.upper()}, not UTF-8; its characters were converted.")
    return source


def _dbf_encoding(shp: Path) -> tuple[str, bool]:
    """What the attributes are written in, and whether that had to be found out by looking at them."""
    dbf = sibling(shp, ".dbf")
    data = dbf.read_bytes() if dbf else b""
    records = data[int.from_bytes(data[8:10], "little") :]
    cpg = sibling(shp, ".cpg")
    named = cpg.read_text(encoding="ascii", errors="replace").strip() if cpg else ""
    named = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030"}.get(named.lower().removeprefix("cp"), named)
    if named:
        try:
            records.decode(named)
            return named, False
        except (UnicodeDecodeError, LookupError):
            pass
    found = detect(records)
    return ("utf-8", False) if found.startswith("utf-8") else (found, True)


def _read_ogr(
    dataset: Path, path: Path, kind: Format, *, layer: str | None = None, encoding: str | None = None
) -> Source:
    try:
        meta, _, wkb, values = pyogrio.raw.read(dataset, layer=layer, encoding=encoding)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise _unreadable(said("it is damaged, or not what its name says")) from error
    columns = [str(name) for name in meta["fields"]]
    texts = [[cell_text(value) for value in column] for column in values]
    count = len(wkb) if wkb is not None else (len(texts[0]) if texts else 0)
    rows = [list(row) for row in zip(*texts, strict=True)] if texts else [[] for _ in range(count)]
    frame = table_of(rows, columns, list(range(1, count + 1)))
    source = Source(path, kind, frame, crs=meta["crs"])
    if wkb is not None:
        source.geometry = shapely.from_wkb(wkb, on_invalid="ignore")
        source.faults = [
            Fault(f"feature {number}, geometry", "bad_geometry", said("its geometry cannot be read"))
            for number, (shape, raw) in enumerate(zip(source.geometry, wkb, strict=True), start=1)
            if shape is None and raw is not None
        ]
    return source


def _unreadable(reason: Said) -> InvalidInput:
    return InvalidInput([Fault("file", "unreadable", reason)])
