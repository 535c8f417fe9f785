"""Vector files as GDAL may open them.

GDAL has drivers that follow what a file says to other files, addresses and commands, and picks one by what it finds.
So it is given nothing whose content has not been looked at, and JSON only as it was written again from what it means.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath

from gis.encoding import decode
from gis.errors import Fault, InvalidInput, Said, said
from gis.files.contents import demand_content
from gis.files.sizes import demand_moderate
from gis.files.unpacking import checked_archive, whole

_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@contextmanager
def dataset(path: Path, layer: str | None) -> Iterator[Path]:
    """Where GDAL may open a GeoJSON, Shapefile (also zipped), GeoPackage or FlatGeobuf file.

    Raises InvalidInput for other files, and for those that are not what they are called. What had to be unpacked or
    written again is deleted in the end. GDAL's remarks meanwhile are not shown: what it cannot read comes as nothing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from _openable(path, layer)


def _openable(path: Path, layer: str | None) -> Iterator[Path]:
    match path.suffix.lower():
        case ".shp":
            yield _whole_shapefile(path)
        case ".gpkg":
            _demand_tables(path)
            yield path
        case ".fgb":
            demand_content(path, "fgb")
            yield path
        case ".zip" | ".json" | ".geojson" as suffix:
            with tempfile.TemporaryDirectory(prefix="dualgrid-") as folder:
                yield (_unzipped if suffix == ".zip" else _rewritten)(path, layer, Path(folder))
        case _:
            raise _refused("format", said("it is no GeoJSON, Shapefile (.shp, .zip), GeoPackage or FlatGeobuf file"))


def json_of(path: Path) -> tuple[object, str | None]:
    """What a file of JSON says, and its encoding if that is not UTF-8. Raises InvalidInput."""
    demand_content(path, "geojson")
    text, encoding = decode(whole(path))
    try:
        return json.loads(text), encoding
    except json.JSONDecodeError as error:
        reason = said("it is not JSON (line {lineno}, column {colno})", lineno=error.lineno, colno=error.colno)
        raise _refused("unreadable", reason) from error
    except RecursionError as error:
        raise _refused("unreadable", said("its brackets are nested too deeply")) from error
    except ValueError as error:
        raise _refused("unreadable", said("it holds a number of thousands of digits")) from error


def chosen_layer(layers: list[str], wanted: str | None) -> str:
    """The wanted layer, or the only one. Raises InvalidInput, naming those there are."""
    if wanted in layers:
        return str(wanted)
    if wanted is None and len(layers) == 1:
        return layers[0]
    listed = ", ".join(layers) or "none"
    several = said("it has {count} layers; say which with --layer (there: {listed})", count=len(layers), listed=listed)
    raise _refused(
        "layer",
        said("it has no layer “{wanted}” (there: {listed})", wanted=wanted, listed=listed) if wanted else several,
    )


def sibling(path: Path, suffix: str) -> Path | None:
    """The file of the same name with another suffix, in either case."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.exists():
            return candidate
    return None


def _whole_shapefile(shp: Path) -> Path:
    lacking = [part for part in (".shx", ".dbf") if sibling(shp, part) is None]
    if lacking:
        raise _refused("unreadable", said("a Shapefile needs its {list} beside the .shp", list=" and ".join(lacking)))
    demand_content(shp, "shapefile")
    return shp


def _demand_tables(path: Path) -> None:
    """Raise InvalidInput unless a GeoPackage holds data only: a view is a query of its sender's, of any length."""
    demand_content(path, "gpkg")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            views = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'view'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise _refused("unreadable", said("it is not a GeoPackage")) from error
    if views:
        raise _refused("views", said("it holds views; a GeoPackage of tables only is read"))


def _unzipped(path: Path, layer: str | None, folder: Path) -> Path:
    """The one Shapefile in an archive, written into `folder` under a name of our own choosing."""
    demand_content(path, "zip")
    with checked_archive(path, what="a zip archive that can be opened") as archive:
        members = {PurePosixPath(info.filename): info for info in archive.infolist() if not info.is_dir()}
        members = {member: info for member, info in members.items() if not member.name.startswith("._")}  # macOS
        shapes = {member.stem: member for member in members if member.suffix.lower() == ".shp"}
        if not shapes:
            raise _refused("unreadable", said("the archive holds no Shapefile (.shp)"))
        chosen = shapes[chosen_layer(list(shapes), layer)]
        for member, info in members.items():
            same = member.with_suffix("") == chosen.with_suffix("")
            if same and member.suffix.lower() in _SHAPEFILE_PARTS:
                (folder / f"layer{member.suffix.lower()}").write_bytes(archive.read(info))
    return _whole_shapefile(folder / "layer.shp")


def _rewritten(path: Path, _layer: str | None, folder: Path) -> Path:
    """GeoJSON that says one thing only: a document may name its type twice, and readers choose differently."""
    document, _ = json_of(path)
    if not isinstance(document, dict) or document.get("type") not in ("FeatureCollection", "Feature"):
        raise _refused("unreadable", said("it is JSON, but not a GeoJSON FeatureCollection"))
    listed = document.get("features")
    for feature in listed if isinstance(listed, list) else [document]:
        if isinstance(feature, dict) and isinstance(feature.get("properties"), dict):
            demand_moderate(rows=1, columns=len(feature["properties"]))
    try:
        text = json.dumps(document)
    except RecursionError as error:
        raise _refused("unreadable", said("its brackets are nested too deeply")) from error
    (folder / "layer.geojson").write_text(text, encoding="utf-8")
    return folder / "layer.geojson"


def _refused(code: str, reason: Said) -> InvalidInput:
    return InvalidInput([Fault("file", code, reason)])
